#include "sql/psql_command.hpp"

#include <array>
#include <string>

#include "base/text.hpp"
#include "sql/complaint.hpp"
#include "sql/token.hpp"

namespace tradewind::sql {
namespace {

struct Advice {
  std::string_view command;
  const char* hint;
};

constexpr std::array<Advice, 17> advice{{
    {"i", "put the statements of the other file here, or make it a migration of its own"},
    {"ir", "put the statements of the other file here, or make it a migration of its own"},
    {"include", "put the statements of the other file here, or make it a migration of its own"},
    {"include_relative", "put the statements of the other file here, or make it a migration of its own"},
    {"copy", "use COPY ... FROM stdin; with the data on the lines after it and a line \\. at its end"},
    {"c", "a migration runs in one database: remove the line and name the database with --database"},
    {"connect", "a migration runs in one database: remove the line and name the database with --database"},
    {"set", "write the value itself where the variable is used"},
    {"gset", "use a DO block with variables"},
    {"gexec", "use a DO block with EXECUTE"},
    {"if", "use a DO block with IF"},
    {"g", "end the statement with a semicolon"},
    {".",
     "it ends the data of COPY ... FROM stdin; but none comes before it, perhaps for want of its semicolon"},
    {"restrict", "pg_dump wrote it for psql: remove the lines \\restrict and \\unrestrict"},
    {"unrestrict", "pg_dump wrote it for psql: remove the lines \\restrict and \\unrestrict"},
    {";", "end the statement with a semicolon alone"},
    {"gx", "end the statement with a semicolon"},
}};

const char* hint_for(std::string_view command) {
  for (const Advice& entry : advice) {
    if (entry.command == command) return entry.hint;
  }
  return "migrations are pure SQL: remove it";
}

}  // namespace

Error psql_command(std::string_view script, std::size_t offset) {
  std::size_t end = offset + 1;
  while (end < script.size() && is_a(script[end], name_part)) ++end;
  if (end == offset + 1 && end < script.size() && !is_a(script[end], blank)) ++end;
  const std::string_view command = script.substr(offset + 1, end - offset - 1);
  return complaint(Code::bad_file, script, offset,
                   "a command of psql, \\" + base::printable(command, 40) + ", can't stand in a migration",
                   hint_for(command));
}

}  // namespace tradewind::sql
