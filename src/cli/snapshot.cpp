#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "base/files.hpp"
#include "base/mapped.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/schema_side.hpp"

namespace tradewind::cli {
namespace {

namespace fs = std::filesystem;

struct SnapshotOptions {
  std::string file;
  std::string format;
};

/// What to_markdown() writes for a page of its own ends with.
constexpr std::string_view markdown_mark = "<!-- written by tradewind snapshot -->";

bool is_snapshot(const std::string& text) {
  if (text.empty() || text.starts_with("schema of ") || text.find(markdown_mark) != text.npos) return true;
  try {
    schema_from_json(text);
  } catch (const Error&) {
    return false;
  }
  return true;
}

void refuse_other_file(const fs::path& path) {
  std::error_code ignored;
  if (!fs::exists(path, ignored) || is_snapshot(base::read_file(path))) return;
  throw Error(Code::usage,
              fmt::format("{} is there already, and no snapshot", base::printable(path.string())),
              "choose another name: only a snapshot is replaced");
}

/// In one move, so that the old snapshot is there until the new one is whole.
void write(const fs::path& path, const std::string& text) {
  const fs::path unfinished = path.string() + ".new";
  std::error_code failed;
  {
    std::ofstream file(unfinished, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    if (!file) failed = std::make_error_code(std::errc::io_error);
  }
  if (!failed) fs::rename(unfinished, path, failed);
  if (!failed) return;
  std::error_code ignored;
  fs::remove(unfinished, ignored);
  throw Error(Code::read_only,
              fmt::format("can't write {}: {}", base::printable(path.string()), failed.message()),
              "check that the folder is there, can be written, and has room");
}

std::string chosen_format(const SnapshotOptions& options) {
  if (options.format.empty())
    return options.file.ends_with(".txt") ? "text" : options.file.ends_with(".md") ? "markdown" : "json";
  if (options.format == "text" || options.format == "json" || options.format == "markdown")
    return options.format;
  throw Error(
      Code::usage,
      fmt::format("a snapshot is json, text or markdown, not \"{}\"", base::printable(options.format)),
      "write: --format text, for example");
}

const ProjectDatabase& only_one(const std::vector<ProjectDatabase>& databases) {
  if (databases.size() == 1) return databases.front();
  throw Error(Code::usage, "a snapshot is of one database, and the project has several",
              fmt::format("say of which with --database: {}",
                          base::listed(base::mapped(databases, &ProjectDatabase::name))));
}

/// Where there are no migrations to be read, the database's own comments have to do.
std::map<std::string, std::string> comments_for(const ProjectDatabase& project, Database& database) {
  try {
    return comments_in_text(project.source, database);
  } catch (const Error&) {
    return {};
  }
}

std::string written(const Schema& schema, const std::string& format, const ProjectDatabase& project,
                    Database& database) {
  if (format == "json") return to_json(schema);
  if (format == "text") return to_text(schema);
  return fmt::format("{}\n{}\n",
                     to_markdown(schema, {.title = project.name == "default" ? "Schema" : project.name,
                                          .comments = comments_for(project, database)}),
                     markdown_mark);
}

int snapshot(Context& context, const SnapshotOptions& options) {
  const std::string format = chosen_format(options);
  const fs::path path =
      options.file.empty() ? fs::path() : context.globals.project.working_directory / options.file;
  if (!path.empty()) refuse_other_file(path);
  const std::vector<ProjectDatabase> databases = context.databases();
  const ProjectDatabase& project = only_one(databases);
  Database database = open_to_look(project);
  const Schema schema = read_schema(database, {.history_table = project.history_table});
  const std::string text = written(schema, format, project, database);
  context.document = Json::parse(to_json(schema));
  if (path.empty()) {
    context.output.product(format == "json" ? text : clean(text));
  } else {
    write(path, text);
    context.output.say(fmt::format("{}: {} of {}\n", clean(options.file),
                                   base::counted(schema.objects.size(), "object"),
                                   clean(masked(project.url))));
  }
  return 0;
}

}  // namespace

void add_snapshot(Commands& commands) {
  auto options = std::make_shared<SnapshotOptions>();
  CLI::App& app = commands.add({
      .name = "snapshot",
      .synopsis = "[FILE]",
      .group = "Look",
      .summary = "the schema of the database as data, to keep or to compare",
      .details =
          "Writes every table, column, constraint, index, view, function, trigger, type, comment and\n"
          "grant, in an order that stays the same. Reads only. An older snapshot in FILE is replaced.\n"
          "Markdown is a page to read: a diagram, tables, columns, indexes, views and functions with\n"
          "their comments, those in the SQL of the migrations included.",
      .examples = "tradewind snapshot schema.json\ntradewind snapshot --format text | less\ntradewind "
                  "snapshot docs/schema.md",
      .action = [options](Context& context) { return snapshot(context, *options); },
  });
  app.add_option("FILE", options->file, "where to write it (standard output)");
  app.add_option("--format", options->format,
                 "json; text or markdown for people (as a FILE.txt or FILE.md is)")
      ->type_name("json|text|markdown");
}

}  // namespace tradewind::cli
