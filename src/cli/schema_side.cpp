#include "cli/schema_side.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "cli/signals.hpp"

namespace tradewind::cli {
namespace {

constexpr std::string_view pack_prefix = "pack:";

SchemaSide snapshot_side(const std::string& path) {
  Schema schema;
  try {
    schema = schema_from_json(base::read_file(path));
  } catch (const Error& error) {
    if (error.code() != Code::bad_file) throw;
    throw Error(error).at({.file = path});
  }
  return {path, schema.engine, std::move(schema)};
}

SchemaSide pack_side(const std::string& text) {
  const std::string rest = text.substr(pack_prefix.size());
  const std::size_t slash = rest.find('/');
  const std::string name = rest.substr(0, slash);
  const std::string database = slash == std::string::npos ? "" : rest.substr(slash + 1);
  const Source source = Source::pack(name, database);
  const std::vector<std::string> engines = pack_info(name).engines;
  return {source.description(), engines.size() == 1 ? engines.front() : "", source};
}

/// What is neither there nor a URL: better told as such than as a database name that is unknown.
[[noreturn]] void refuse(const std::string& text, const Error& error) {
  throw Error(Code::usage,
              fmt::format("there is nothing to compare called \"{}\"", base::printable(masked(text))),
              fmt::format("it can be a database URL, the name of a database of this project, a snapshot file "
                          "(NAME.json), a directory "
                          "of migrations, or pack:NAME; as a database: {}{}{}",
                          error.message(), error.hint().empty() ? "" : "; ", error.hint()));
}

SchemaSide database_side(Context& context, const std::string& text) {
  ProjectOptions options = context.globals.project;
  options.database = text;
  try {
    ProjectDatabase database = resolve_project(options, context.environment()).front();
    return {clean(masked(database.url)), database.engine, database};
  } catch (const Error& error) {
    if (error.code() != Code::configuration || !error.location().file.empty()) throw;
    refuse(text, error);
  }
}

}  // namespace

SchemaSide schema_side(Context& context, const std::string& text) {
  if (text.starts_with(pack_prefix)) return pack_side(text);
  const std::filesystem::path path = context.globals.project.working_directory / text;
  if (text.ends_with(".json")) return snapshot_side(path.lexically_normal().string());
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored))
    return {clean(text), "", Source::directory(path.lexically_normal())};
  return database_side(context, text);
}

Database open_to_look(const ProjectDatabase& database, std::chrono::milliseconds busy_timeout) {
  const auto path = database_file(database.url);
  std::error_code ignored;
  if (path && !std::filesystem::exists(*path, ignored)) {
    throw Error(Code::no_such_database,
                fmt::format("there is no database file {}", base::printable(path->string())),
                "check the path; `tradewind up` makes the file");
  }
  OpenOptions options;
  options.create = false;
  options.read_only = true;
  options.busy_timeout = busy_timeout;
  options.stop = &stop_requested();
  return open(database, options);
}

Schema read_side(const SchemaSide& side, const std::string& scratch) {
  if (const auto* snapshot = std::get_if<Schema>(&side.content)) return *snapshot;
  if (const auto* source = std::get_if<Source>(&side.content))
    return schema_of(*source, {.url = scratch, .stop = &stop_requested()});
  const auto& project = std::get<ProjectDatabase>(side.content);
  Database database = open_to_look(project);
  return read_schema(database, {.history_table = project.history_table});
}

}  // namespace tradewind::cli
