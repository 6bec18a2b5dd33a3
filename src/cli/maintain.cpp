#include <chrono>
#include <thread>

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/each_database.hpp"
#include "cli/signals.hpp"
#include "cli/table.hpp"

namespace tradewind::cli {
namespace {

constexpr int failed = 3;
constexpr int partly_done = 4;

struct MaintainCommand {
  std::string task;
  std::string every;
  bool dry_run = false;
};

/// What goes on, on a terminal; what is waited for, everywhere.
class Watch : public MaintenanceObserver {
 public:
  explicit Watch(Context& context) : output_(context.output) {}
  ~Watch() override { output_.erase(); }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  void step_started(const MaintenanceStep& step) override {
    output_.draw(fmt::format("  {} {}", clean(step.table), clean(step.action)));
  }
  void rows_deleted(const MaintenanceStep& step, std::int64_t rows) override {
    output_.draw(fmt::format("  {}: {} deleted", clean(step.table),
                             base::counted(static_cast<std::size_t>(rows), "row")));
  }
  void waiting(std::string_view who) override {
    if (std::exchange(last_, clean(who)) != clean(who)) output_.say(fmt::format("  waiting: {}\n", last_));
  }

 private:
  Output& output_;
  std::string last_;
};

Json to_json(const MaintenanceStep& step, bool dry_run) {
  Json json = {
      {"task", name(step.task)}, {"table", step.table}, {"action", step.action}, {"rows", step.rows}};
  if (dry_run) {
    json["statements"] = step.statements;
  } else {
    json["elapsed_ms"] = step.elapsed_ms;
  }
  json["note"] = step.note.empty() ? Json() : Json(step.note);
  if (step.error) json["error"] = cli::to_json(*step.error);
  return json;
}

Json to_json(const IndexFinding& finding) {
  return {{"kind", finding.kind},
          {"table", finding.table},
          {"index", finding.index.empty() ? Json() : Json(finding.index)},
          {"detail", finding.detail},
          {"advice", finding.advice}};
}

std::string steps_text(const MaintenanceReport& report, bool dry_run, bool verbose, const Style& style) {
  Table table({"TASK", "TABLE", "WHAT", ">ROWS", dry_run ? ">" : ">TIME"});
  std::string notes;
  for (const MaintenanceStep& step : report.steps) {
    const Paint paint = step.error                           ? Paint::red
                        : step.statements.empty() && dry_run ? Paint::dim
                                                             : Paint::plain;
    table.add({{std::string(name(step.task)), Paint::dim},
               {clean(step.table)},
               {clean(step.action), paint},
               {step.rows > 0 ? std::to_string(step.rows) : ""},
               {dry_run ? "" : duration(step.elapsed_ms), Paint::dim}});
    const std::string subject = clean(step.table.empty() ? step.action : step.table);
    if (step.error)
      notes += fmt::format("  {}: {}\n", subject, style(Paint::red, clean(step.error->message())));
    if (!step.note.empty()) notes += fmt::format("  {}: {}\n", subject, clean(step.note));
    for (const std::string& statement : step.statements) {
      if (verbose) notes += fmt::format("    {};\n", clean(statement));
    }
  }
  return table.empty() ? std::string() : table.text(style) + notes;
}

std::string indexes_text(const std::vector<IndexFinding>& findings, const Style& style) {
  std::string text;
  for (const IndexFinding& finding : findings) {
    text += fmt::format("  {}  {}: {}\n      {}\n", style(Paint::yellow, fmt::format("{:<16}", finding.kind)),
                        clean(finding.index.empty() ? finding.table : finding.index), clean(finding.detail),
                        style(Paint::dim, clean(finding.advice)));
  }
  return text;
}

/// Of what could not be done: 5 if it is worth trying again, 4 if some of its table went, 3.
int status_of(const MaintenanceReport& report) {
  int status = 0;
  bool done = false;
  for (const MaintenanceStep& step : report.steps) {
    if (!step.error || step.rows > 0) done = done || step.elapsed_ms > 0;
    if (step.error) status = worse(status, exit_status(step.error->code()));
  }
  return status == failed && done ? partly_done : status;
}

void show(Context& context, Visit& visit, const MaintainCommand& command, const MaintenanceReport& report) {
  visit.entry["steps"] = Json::array();
  for (const MaintenanceStep& step : report.steps)
    visit.entry["steps"].push_back(to_json(step, command.dry_run));
  visit.entry["indexes"] = Json::array();
  for (const IndexFinding& finding : report.indexes) visit.entry["indexes"].push_back(to_json(finding));
  visit.entry["elapsed_ms"] = report.elapsed_ms;
  const Style& style = context.output.out_style();
  std::string text =
      fmt::format("{}{}\n", style(Paint::bold, visit.title), command.dry_run ? ", nothing is done:" : "");
  text += steps_text(report, command.dry_run, context.globals.verbose, style);
  if (command.task == name(MaintenanceTask::indexes) || context.globals.verbose) {
    text += indexes_text(report.indexes, style);
    if (report.indexes.empty() && command.task == name(MaintenanceTask::indexes))
      text += "  no index to remark on\n";
  } else if (!report.indexes.empty()) {
    text += fmt::format("  {}: see `tradewind maintain indexes`\n",
                        base::counted(report.indexes.size(), "remark") + " on indexes");
  }
  if (!context.globals.quiet) context.output.product(text);
}

std::optional<MaintenanceTask> task_named(const std::string& text) {
  if (text.empty()) return std::nullopt;
  std::vector<std::string> names;
  for (const MaintenanceTask task : maintenance_tasks) {
    if (text == name(task)) return task;
    names.emplace_back(name(task));
  }
  const std::string meant = base::nearest(text, names);
  throw Error(Code::usage, fmt::format("maintain has no part \"{}\"", base::printable(text)),
              meant.empty() ? "it can be " + base::listed(names) : fmt::format("did you mean {}?", meant));
}

int once(Context& context, const MaintainCommand& command, std::optional<MaintenanceTask> task) {
  const bool looks = command.dry_run || task == MaintenanceTask::indexes;
  const Access access{Deed::looks, looks, false};
  return on_each_database(context, access, [&](Visit& visit) {
    Watch watch(context);
    MaintainOptions options{.dry_run = looks, .only = task, .observer = &watch};
    if (const auto patience = wait_option(context.globals)) options.patience = *patience;
    const MaintenanceReport report = maintain(visit.connection, visit.database.upkeep, options);
    show(context, visit, command, report);
    return status_of(report);
  });
}

/// What fails is tried again in the next round: it may be the database that is down.
int again_and_again(Context& context, const MaintainCommand& command, std::optional<MaintenanceTask> task) {
  const auto every = parse_duration(command.every);
  if (every < std::chrono::seconds(1))
    throw Error(Code::usage, "--every takes a second at least", "for example --every 1h");
  if (context.globals.json)
    throw Error(Code::usage, "both --every and --json", "--json prints one document, and --every has no end");
  while (!stop_requested().load()) {
    const auto next = std::chrono::steady_clock::now() + every;
    once(context, command, task);
    context.document = Json::object();
    while (!stop_requested().load() && std::chrono::steady_clock::now() < next)
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return 0;
}

}  // namespace

void add_maintain(Commands& commands) {
  auto command = std::make_shared<MaintainCommand>();
  CLI::App& app = commands.add({
      .name = "maintain",
      .synopsis = "[PART]",
      .group = "Care",
      .summary = "deletes old rows, makes and drops partitions, refreshes views, vacuums, looks at indexes",
      .details =
          "By the [maintain] of tradewind.toml and of the pack; without one nothing is deleted. Old rows go\n"
          "in small batches, each a transaction of its own: a run that is stopped or killed is gone on with\n"
          "by the next one. For cron and timers, or with --every as a service.",
      .examples =
          "tradewind maintain --dry-run\ntradewind maintain\ntradewind maintain retention --every 1h\n"
          "tradewind maintain indexes",
      .action =
          [command](Context& context) {
            const auto task = task_named(command->task);
            return command->every.empty() ? once(context, *command, task)
                                          : again_and_again(context, *command, task);
          },
  });
  app.add_option("PART", command->task, "partitions, retention, refresh, vacuum or indexes (default: all)");
  app.add_flag("--dry-run", command->dry_run,
               "say what would be done and how many rows would go; with -v, the SQL");
  app.add_option("--every", command->every, "go on, with a round so often: 30min, 1h, 1d")
      ->type_name("DURATION");
}

}  // namespace tradewind::cli
