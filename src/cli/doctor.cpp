#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/report.hpp"
#include "cli/schema_side.hpp"
#include "cli/signals.hpp"

namespace tradewind::cli {
namespace {

struct DoctorCommand {
  bool deep = false;
  bool no_schema = false;
  std::string long_time;
  std::string scratch;
};

Json to_json(const Diagnosis& diagnosis) {
  return {{"check", diagnosis.check},
          {"severity", name(diagnosis.severity)},
          {"subject", diagnosis.subject.empty() ? Json() : Json(diagnosis.subject)},
          {"message", diagnosis.message},
          {"advice", diagnosis.advice.empty() ? Json() : Json(diagnosis.advice)}};
}

std::string text_of(const Diagnosis& diagnosis, const Style& style) {
  const Paint paint = diagnosis.severity == DiagnosisSeverity::bad       ? Paint::red
                      : diagnosis.severity == DiagnosisSeverity::warning ? Paint::yellow
                                                                         : Paint::dim;
  std::string text = fmt::format(
      "  {}  {:<12}  {}{}\n", style(paint, fmt::format("{:<7}", name(diagnosis.severity))), diagnosis.check,
      diagnosis.subject.empty() ? "" : clean(diagnosis.subject) + ": ", clean(diagnosis.message));
  if (!diagnosis.advice.empty())
    text += fmt::format("                         {}\n", style(Paint::dim, clean(diagnosis.advice)));
  return text;
}

ExamineOptions examine_options(const ProjectDatabase& database, const DoctorCommand& command) {
  ExamineOptions options;
  options.migrations = database.source;
  options.history_table = database.history_table;
  options.deep = command.deep;
  if (!command.long_time.empty())
    options.long_time = std::chrono::duration_cast<std::chrono::seconds>(parse_duration(command.long_time));
  const std::string server = command.scratch.empty() ? database.url : command.scratch;
  options.scratch = command.no_schema ? std::string() : server;
  return options;
}

/// What keeps us out is a finding as any other.
std::vector<Diagnosis> look_at(const ProjectDatabase& project, const DoctorCommand& command,
                               std::string& version) {
  const ExamineOptions options = examine_options(project, command);
  try {
    Database database = open_to_look(project, std::chrono::seconds(2));
    version = database.server_version();
    return examine(database, options);
  } catch (const Error& error) {
    if (error.code() == Code::usage) throw;
    const char* check = error.code() == Code::lock_timeout ? "locks" : "connection";
    return {{check, DiagnosisSeverity::bad, {}, error.message(), error.hint()}};
  }
}

int doctor(Context& context, const DoctorCommand& command) {
  context.document["databases"] = Json::array();
  int status = 0;
  for (const ProjectDatabase& project : context.databases()) {
    if (stop_requested().load()) throw Error(Code::interrupted, "stopped on request");
    std::string version;
    const std::vector<Diagnosis> found = look_at(project, command, version);
    Json entry = {{"name", project.name}, {"url", masked(project.url)}, {"engine", project.engine}};
    entry["version"] = version.empty() ? Json() : Json(version);
    entry["findings"] = Json::array();
    const Style& style = context.output.out_style();
    std::string text = style(Paint::bold, clean(masked(project.url))) +
                       (version.empty() ? "" : fmt::format(" ({} {})", project.engine, clean(version))) +
                       "\n";
    for (const Diagnosis& diagnosis : found) {
      entry["findings"].push_back(to_json(diagnosis));
      text += text_of(diagnosis, style);
      if (diagnosis.severity == DiagnosisSeverity::bad) status = 1;
    }
    if (found.empty()) text += "  nothing is wrong\n";
    if (!context.globals.quiet) context.output.product(text);
    context.document["databases"].push_back(std::move(entry));
  }
  return status;
}

}  // namespace

void add_doctor(Commands& commands) {
  auto command = std::make_shared<DoctorCommand>();
  CLI::App& app = commands.add({
      .name = "doctor",
      .synopsis = {},
      .group = "Care",
      .summary = "what is wrong with the database, and what to do about it",
      .details =
          "Looks at the connection, version, settings, locks and who holds them, open transactions, "
          "indexes,\n"
          "constraints, orphaned rows, partitions, sequences, the history, and what differs from what the\n"
          "migrations make of a scratch database, which is dropped again. Changes nothing. Exits 1 if\n"
          "anything is bad.",
      .examples = "tradewind doctor\ntradewind doctor --deep --json",
      .action = [command](Context& context) { return doctor(context, *command); },
  });
  app.add_flag("--deep", command->deep, "also what takes long: whole tables, and all of a SQLite file");
  app.add_flag("--no-schema", command->no_schema, "do not compare the schema with the migrations");
  app.add_option("--long", command->long_time, "waiting and transactions are bad from then on (1min)")
      ->type_name("DURATION");
  app.add_option("--scratch", command->scratch,
                 "where the migrations may run in a scratch database (default: the same "
                 "server)")
      ->type_name("URL");
}

}  // namespace tradewind::cli
