# libpg_query exports pg_utf_mblen and more that libpq exports too: link it as one object whose only
# global symbols are its public functions.
find_library(PG_QUERY_ARCHIVE NAMES libpg_query.a REQUIRED)
find_library(PROTOBUF_C protobuf-c REQUIRED)
set(pg_query_object ${PROJECT_BINARY_DIR}/pg_query.o)
add_custom_command(
  OUTPUT ${pg_query_object}
  COMMAND ${CMAKE_LINKER} -r --whole-archive ${PG_QUERY_ARCHIVE} -o ${pg_query_object}
  COMMAND ${CMAKE_OBJCOPY} -w "--keep-global-symbol=pg_query_*" "--keep-global-symbol=protobuf_c_*" ${pg_query_object}
  DEPENDS ${PG_QUERY_ARCHIVE}
  COMMENT "Hiding the symbols of libpg_query" VERBATIM)
add_library(pg_query STATIC ${pg_query_object})
set_target_properties(pg_query PROPERTIES LINKER_LANGUAGE C)
target_link_libraries(pg_query INTERFACE ${PROTOBUF_C})
