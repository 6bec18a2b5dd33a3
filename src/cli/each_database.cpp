#include "cli/each_database.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/progress.hpp"
#include "cli/signals.hpp"

namespace tradewind::cli {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

MigratorOptions migrator_options(const Globals& globals, const ProjectDatabase& database,
                                 Observer& observer) {
  MigratorOptions options;
  options.history_table = database.history_table;
  options.atomic = globals.atomic;
  options.durable_each = globals.durable_each;
  options.observer = &observer;
  options.ledger = database.ledger;
  options.ledger_name = database.name;
  if (const auto time = wait_option(globals)) options.runner_patience = options.lock_patience = *time;
  return options;
}

OpenOptions open_options(const Globals& globals, const Access& access) {
  OpenOptions options;
  options.create = access.create;
  options.read_only = access.read_only;
  options.stop = &stop_requested();
  if (const auto time = wait_option(globals)) options.busy_timeout = *time;
  return options;
}

/// What a failed run did is part of its document.
void add_what_was_done(Json& entry, const Error& error, Deed deed, double elapsed_ms) {
  if (deed == Deed::looks) return;
  const auto* run = dynamic_cast<const RunFailed*>(&error);
  if (deed == Deed::loads) {
    entry["loaded"] = Json::array();
    for (const Step& step : run == nullptr ? std::vector<Step>() : run->applied())
      entry["loaded"].push_back(step.version);
    return;
  }
  entry["steps"] = run == nullptr ? Json::array() : ran_steps(run->applied());
  entry["elapsed_ms"] = elapsed_ms;
  if (run != nullptr && run->outcome_unknown()) entry["outcome"] = "unknown";
}

class Round {
 public:
  Round(Context& context, const Access& access, const std::function<int(Visit&)>& work)
      : context_(context), access_(access), work_(work) {}

  int run() {
    context_.document["databases"] = Json::array();
    databases_ = context_.databases();
    for (std::size_t i = 0; i < databases_.size(); ++i) {
      if (i > 0 && stop_requested().load()) return stopped(databases_[i]);
      visit(i);
    }
    settle_unknown_versions();
    return status_;
  }

 private:
  bool several() const { return databases_.size() > 1; }
  /// What is asked for need not be in every database.
  bool may_be_elsewhere(const Error& error) const {
    const bool no_scripts = error.code() == Code::source_empty || error.code() == Code::source_missing;
    return error.code() == Code::unknown_version || (access_.deed == Deed::loads && no_scripts);
  }
  Json& entry(std::size_t index) { return context_.document["databases"][index]; }
  std::string url(std::size_t index) const { return clean(masked(databases_[index].url)); }
  std::string title(std::size_t index) const {
    return several() ? fmt::format("{} ({})", clean(databases_[index].name), url(index)) : url(index);
  }

  void visit(std::size_t index) {
    const ProjectDatabase& database = databases_[index];
    context_.document["databases"].push_back(
        {{"name", database.name}, {"url", masked(database.url)}, {"engine", database.engine}});
    const bool speaks = several() && access_.deed != Deed::looks;
    if (speaks) context_.output.say(context_.output.err_style()(Paint::bold, title(index)) + "\n");
    const Clock::time_point begin = Clock::now();
    try {
      status_ = worse(status_, open_and_work(index));
    } catch (const Error& error) {
      if (several() && may_be_elsewhere(error)) {
        unknown_.emplace_back(index, error);
        return;
      }
      add_what_was_done(entry(index), error, access_.deed, milliseconds_since(begin));
      report(index, error);
    }
  }

  int open_and_work(std::size_t index) {
    const ProjectDatabase& project = databases_[index];
    project.source.read_ahead();
    Database database = open(project, open_options(context_.globals, access_));
    if (context_.globals.verbose) {
      context_.output.say(fmt::format("  {} {}, migrations from {}, history in {}\n", database.engine(),
                                      database.server_version(), clean(project.source.description()),
                                      clean(project.history_table)));
      if (!project.ledger.empty())
        context_.output.say(fmt::format("  ledger {}\n", clean(masked(project.ledger))));
    }
    Progress progress(context_);
    Migrator migrator(database, project.source, migrator_options(context_.globals, project, progress));
    Visit visit{project,      database,     migrator,
                entry(index), title(index), several() ? clean(project.name) : url(index),
                index == 0};
    return work_(visit);
  }

  void report(std::size_t index, const Error& error) {
    entry(index)["error"] = to_json(error);
    if (!context_.document.contains("error")) context_.document["error"] = to_json(error);
    const std::string name = several() ? clean(databases_[index].name) : std::string();
    context_.output.error(error_text(error, access_.deed, name, context_.output.err_style()));
    status_ = worse(status_, exit_status_of(error));
  }

  /// In a project of several databases a version belongs to one of them.
  void settle_unknown_versions() {
    const bool known_somewhere = unknown_.size() < databases_.size();
    for (const auto& [index, error] : unknown_) {
      if (known_somewhere) {
        entry(index)[access_.deed == Deed::loads ? "loaded" : "steps"] = Json::array();
        if (access_.deed != Deed::looks) entry(index)["elapsed_ms"] = 0;
        context_.output.say(
            fmt::format("{}: left alone: {}\n", clean(databases_[index].name), error.message()));
      } else {
        report(index, error);
      }
    }
  }

  int stopped(const ProjectDatabase& next) {
    if (context_.document.contains("error")) return status_;
    throw Error(Code::interrupted, fmt::format("stopped on request, before database {}", next.name));
  }

  Context& context_;
  const Access& access_;
  const std::function<int(Visit&)>& work_;
  std::vector<ProjectDatabase> databases_;
  std::vector<std::pair<std::size_t, Error>> unknown_;
  int status_ = 0;
};

}  // namespace

std::optional<std::chrono::milliseconds> wait_option(const Globals& globals) {
  if (!globals.wait) return std::nullopt;
  const std::string& text = *globals.wait;
  const auto seconds = base::number<double>(text);
  if (!seconds || !(*seconds >= 0 && *seconds <= 1e7)) {
    throw Error(Code::usage, fmt::format("--wait takes seconds, not \"{}\"", base::printable(text)),
                "for example --wait 30, or --wait 0 to give up at once");
  }
  return std::chrono::milliseconds(static_cast<std::int64_t>(*seconds * 1000));
}

int on_each_database(Context& context, const Access& access, const std::function<int(Visit&)>& work) {
  return Round(context, access, work).run();
}

}  // namespace tradewind::cli
