# cmake -DPACK=name -DFOLDER=path -DOUTPUT=file.cpp -P embed_pack.cmake
file(GLOB_RECURSE files RELATIVE ${FOLDER} ${FOLDER}/*.sql ${FOLDER}/pack.toml)
list(SORT files)
set(body)
foreach(file IN LISTS files)
  file(READ ${FOLDER}/${file} text)
  file(SIZE ${FOLDER}/${file} size)
  string(LENGTH "${text}" length)
  if(NOT size EQUAL length)
    message(FATAL_ERROR "${FOLDER}/${file} holds bytes that CMake drops: packs are embedded byte for byte, save it with LF line ends")
  endif()
  string(FIND "${text}" ")~sql~\"" mark)
  if(NOT mark EQUAL -1)
    message(FATAL_ERROR "${FOLDER}/${file} holds the closing mark of a raw string")
  endif()
  # A raw string literal may be limited to 64 KiB by a compiler: adjacent pieces join to one.
  set(position 0)
  set(pieces)
  while(position LESS length)
    string(SUBSTRING "${text}" ${position} 16000 piece)
    string(APPEND pieces "\n      R\"~sql~(${piece})~sql~\"")
    math(EXPR position "${position} + 16000")
  endwhile()
  if(length EQUAL 0)
    set(pieces "\"\"")
  endif()
  string(APPEND body "    {\"${file}\", ${pieces}sv},\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"packs/embedded.hpp\"

using namespace std::literals;

namespace tradewind::built_in {
static constexpr File files[] = {
${body}};
extern const std::span<const File> ${PACK}_files;
const std::span<const File> ${PACK}_files = files;
}  // namespace tradewind::built_in
")
