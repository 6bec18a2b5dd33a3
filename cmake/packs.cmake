# Embeds src/packs/NAME/**/*.{sql,toml} as one generated source per pack.
set(TRADEWIND_PACK_SOURCES)
set(TRADEWIND_PACK_NAMES)
file(GLOB pack_folders LIST_DIRECTORIES true CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/packs/*)
foreach(folder IN LISTS pack_folders)
  if(NOT EXISTS ${folder}/pack.toml)
    continue()
  endif()
  get_filename_component(pack ${folder} NAME)
  file(GLOB_RECURSE pack_files CONFIGURE_DEPENDS ${folder}/*.sql ${folder}/pack.toml)
  set(output ${PROJECT_BINARY_DIR}/packs/${pack}.cpp)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DPACK=${pack} -DFOLDER=${folder} -DOUTPUT=${output} -P ${PROJECT_SOURCE_DIR}/cmake/embed_pack.cmake
    DEPENDS ${pack_files} ${PROJECT_SOURCE_DIR}/cmake/embed_pack.cmake
    COMMENT "Embedding pack ${pack}" VERBATIM)
  list(APPEND TRADEWIND_PACK_SOURCES ${output})
  list(APPEND TRADEWIND_PACK_NAMES ${pack})
endforeach()
set(declarations)
set(entries)
foreach(pack IN LISTS TRADEWIND_PACK_NAMES)
  string(APPEND declarations "extern const std::span<const File> ${pack}_files;\n")
  string(APPEND entries "    {\"${pack}\", &${pack}_files},\n")
endforeach()
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/packs/all.cpp CONTENT [[
#include "packs/embedded.hpp"

namespace tradewind::built_in {
@declarations@
static const Embedded all[] = {
@entries@};
std::span<const Embedded> embedded() { return all; }
}  // namespace tradewind::built_in
]] @ONLY)
list(APPEND TRADEWIND_PACK_SOURCES ${PROJECT_BINARY_DIR}/packs/all.cpp)
