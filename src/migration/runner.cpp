#include "migration/runner.hpp"

#include <algorithm>
#include <thread>

#include <fmt/format.h>

#include "base/files.hpp"
#include "base/text.hpp"
#include "migration/failure.hpp"
#include "migration/journalled_run.hpp"
#include "migration/lock_patience.hpp"
#include "migration/moved.hpp"
#include "migration/progress.hpp"
#include "migration/transaction_stream.hpp"
#include "migration/written_out.hpp"
#include "sql/header.hpp"
#include "sql/large_stack.hpp"

namespace tradewind::migration {
namespace {

using database::Failure;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// Statements that make the history tables, in a transaction of their own.
class CreationStream : public database::CommandStream {
 public:
  CreationStream(const database::Dialect& dialect, std::vector<std::string> creation) {
    for (std::string& text : dialect.begin({}))
      commands_.emplace_back(database::Role::begin, std::move(text));
    for (std::string& text : creation) commands_.emplace_back(database::Role::setting, std::move(text));
    commands_.emplace_back(database::Role::commit, dialect.commit());
  }
  std::optional<database::Command> next() override {
    if (at_ == commands_.size()) return std::nullopt;
    database::Command command;
    command.text = commands_[at_].second;
    command.tag.role = commands_[at_++].first;
    return command;
  }

 private:
  std::vector<std::pair<database::Role, std::string>> commands_;
  std::size_t at_ = 0;
};

int next_batch(const std::vector<Applied>& applied) {
  int newest = 0;
  for (const Applied& row : applied) newest = std::max(newest, row.batch);
  return newest + 1;
}

bool same(const std::vector<PlannedStep>& a, const std::vector<PlannedStep>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const PlannedStep& x, const PlannedStep& y) {
    return x.version == y.version && x.direction == y.direction;
  });
}

}  // namespace

Runner::Runner(database::Connection& connection, const sql::Grammar& grammar, const Files& files,
               History& history, RunnerOptions options)
    : connection_(connection), grammar_(grammar), files_(files), history_(history), options_(options) {}

void Runner::establish_facts(const std::vector<Applied>& applied) {
  facts_.who = base::user_at_host();
  facts_.batch = next_batch(applied);
}

LoadedStep Runner::load_up(const PlannedStep& planned) const {
  const Migration& migration = *planned.migration;
  LoadedStep step;
  step.plan = planned;
  std::string text = read_text(files_, *migration.up_file);
  step.checksum = checksum(text);
  step.description = migration.description;
  if (migration.down_file != nullptr) step.down_sql = read_text(files_, *migration.down_file);
  step.script = std::make_shared<Script>(files_.label(*migration.up_file), std::move(text), grammar_,
                                         migration.transaction);
  return step;
}

LoadedStep Runner::load_down(const PlannedStep& planned) const {
  LoadedStep step;
  step.plan = planned;
  const std::string* file = planned.migration != nullptr ? planned.migration->down_file : nullptr;
  std::string text = file != nullptr ? read_text(files_, *file) : history_.down_sql(planned.version);
  std::string label =
      file != nullptr ? files_.label(*file) : planned.version + " (down, kept in the history)";
  const std::optional<bool> transaction = sql::read_header(text).transaction;
  step.script = std::make_shared<Script>(std::move(label), std::move(text), grammar_, transaction);
  return step;
}

std::vector<LoadedStep> Runner::load(const std::vector<PlannedStep>& steps) {
  std::vector<LoadedStep> loaded;
  if (steps.empty()) return loaded;
  loaded.reserve(steps.size());
  sql::run_on_large_stack([&] {
    for (const PlannedStep& planned : steps) {
      LoadedStep& step =
          loaded.emplace_back(planned.direction == Direction::up ? load_up(planned) : load_down(planned));
      step.transactional = step.script->transactional();
      step.script->check_syntax(grammar_, connection_);
    }
  });
  return loaded;
}

/// What is only recorded need not parse.
std::vector<LoadedStep> Runner::load_for(const std::vector<PlannedStep>& steps, bool record_only) {
  if (!record_only) return load(steps);
  std::vector<LoadedStep> loaded;
  for (const PlannedStep& planned : steps) {
    LoadedStep& step = loaded.emplace_back();
    step.plan = planned;
    step.checksum = planned.migration->checksum;
    step.description = planned.migration->description;
    if (planned.migration->down_file != nullptr)
      step.down_sql = read_text(files_, *planned.migration->down_file);
  }
  return loaded;
}

std::vector<Step> Runner::finished() const {
  std::vector<Step> result = finished_before_;
  for (const LoadedStep& step : *running_) {
    if (step.finished) result.push_back(step.result());
  }
  return result;
}

void Runner::tell_waiting(std::string_view who) const {
  if (options_.observer != nullptr) options_.observer->waiting(who);
}

void Runner::tell_notice(std::string_view text) const {
  if (options_.observer != nullptr) options_.observer->notice(text);
}

RunResult Runner::run(const Planner& planner, const std::vector<Applied>& applied) {
  const auto begun = steady_clock::now();
  RunResult result = run_or_record(planner, applied, false);
  result.elapsed_ms = std::chrono::duration<double, std::milli>(steady_clock::now() - begun).count();
  return result;
}

RunResult Runner::record(const Planner& planner, const std::vector<Applied>& applied,
                         std::string_view event) {
  facts_.applied_event = std::string(event);
  return run_or_record(planner, applied, true);
}

RunResult Runner::run_or_record(const Planner& planner, const std::vector<Applied>& seen, bool record_only) {
  Draft draft = planner(seen);
  std::vector<LoadedStep> steps = load_for(draft.steps, record_only);
  running_ = &steps;
  std::unique_ptr<database::RunnerLock> lock;
  for (bool planned_again = false; !draft.steps.empty(); planned_again = true) {
    if (lock == nullptr)
      lock = connection_.lock_runners(history_.lock_key(), options_.runner_patience,
                                      [this](auto who) { tell_waiting(who); });
    history_.find();
    const std::vector<Applied> applied = history_.applied();
    Draft again = planner(applied);
    if (planned_again || !same(draft.steps, again.steps)) steps = load_for(again.steps, record_only);
    draft = std::move(again);
    establish_facts(applied);
    refuse_atomic(steps);
    if (!draft.steps.empty() && !history_.exists()) create_history();
    try {
      execute(steps);
      break;
    } catch (const Moved&) {
      finished_before_ = finished();
    } catch (const RunFailed&) {
      throw;
    } catch (...) {
      // An observer's own: what was committed before it stays, as with any failure.
      flush();
      throw;
    }
  }
  RunResult result{.steps = finished(), .elapsed_ms = 0, .notes = draft.notes};
  result.notes.insert(result.notes.end(), notes_.begin(), notes_.end());
  return result;
}

void Runner::create_history() {
  CreationStream stream(connection_.dialect(), history_.creation());
  database::Listener nobody;
  if (auto failed = connection_.run(stream, nobody)) {
    LoadedStep step;
    step.plan.version = "the history tables";
    throw describe(*failed, step, history_.tables());
  }
  history_.find();
}

void Runner::refuse_atomic(const std::vector<LoadedStep>& steps) const {
  if (!options_.atomic) return;
  for (const LoadedStep& step : steps) {
    if (step.transactional) continue;
    throw Error(Code::usage,
                fmt::format("{} can't run in a transaction, so the plan can't be atomic", step.plan.version),
                "run without --atomic, or up to the one before it first");
  }
}

/// Runs of steps in transactions go out together; a step outside of one goes alone.
void Runner::execute(std::vector<LoadedStep>& steps) {
  for (std::size_t i = 0; i < steps.size();) {
    std::size_t end = i;
    while (end < steps.size() && steps[end].transactional) ++end;
    if (end > i) {
      run_transactions(std::span(steps).subspan(i, end - i));
      i = end;
    } else {
      run_journalled(steps[i], i, steps.size());
      ++i;
    }
  }
}

void Runner::run_transactions(std::span<LoadedStep> steps) {
  LockPatience patience(options_.lock_patience, options_.stop);
  std::size_t next = 0;
  std::size_t stuck = 0;
  for (int repeated = 0;;) {
    const std::span<LoadedStep> rest = steps.subspan(next);
    const StreamOptions stream_options{.atomic = options_.atomic,
                                       .durable_each = options_.durable_each,
                                       .last_durable = true,
                                       .watched = options_.observer != nullptr && rest.size() <= 100,
                                       .lock_timeout_ms = patience.timeout_ms()};
    TransactionStream stream(connection_.dialect(), history_.tables(), rest, facts_, stream_options);
    const std::size_t index = static_cast<std::size_t>(rest.data() - running_->data());
    Progress progress(rest, index, running_->size(), options_.observer, options_.atomic);
    const auto failed = connection_.run(stream, progress);
    if (!failed) return;
    while (next < steps.size() && steps[next].finished) ++next;
    const LoadedStep& step = rest[failed->tag.unit];
    if (failed->kind == Failure::Kind::moved) throw Moved();
    if (is_open(*failed) && next == steps.size()) return;
    if (is_open(*failed)) return resolve(steps.subspan(next), step, *failed);
    if (next > stuck) {
      patience.renew();
      repeated = 0;
    }
    stuck = next;
    if (failed->kind == Failure::Kind::again && ++repeated <= 3) continue;
    if (failed->kind != Failure::Kind::lock || patience.is_over()) fail(*failed, step);
    tell_waiting(LockPatience::who(*failed));
    patience.pause();
  }
}

std::optional<std::vector<Applied>> Runner::look_again() {
  // A server comes back; a disk that fails seldom does.
  auto deadline = steady_clock::now() + std::chrono::seconds(20);
  const auto soon = steady_clock::now() + std::chrono::seconds(2);
  for (int attempt = 0; steady_clock::now() < deadline && !stopping(); ++attempt) {
    try {
      connection_.reconnect();
      // The server may still be at work on what the lost session was sent; whoever gets the lock sees the end
      // of it.
      const auto lock = connection_.lock_runners(history_.lock_key(), options_.runner_patience,
                                                 [this](auto who) { tell_waiting(who); });
      return history_.applied();
    } catch (const LockTimeout&) {
      return std::nullopt;
    } catch (const Error& error) {
      if (exit_status(error.code()) == 2) return std::nullopt;
      if (dynamic_cast<const ConnectionError*>(&error) == nullptr) deadline = soon;
      std::this_thread::sleep_for(milliseconds(std::min(1000, 50 << std::min(attempt, 5))));
    }
  }
  return std::nullopt;
}

/// The connection broke: what was in flight may or may not have been committed. Looks, and says which.
void Runner::resolve(std::span<LoadedStep> open, const LoadedStep& at, const Failure& failure,
                     const std::function<std::size_t()>& kept) {
  Error error = describe(failure, at, history_.tables());
  const std::string& first = open.front().plan.version;
  const std::optional<std::vector<Applied>> applied = look_again();
  if (!applied) {
    error.with_hint(
        fmt::format("the history could not be looked at again, so the outcome of {} is unknown. "
                    "`tradewind status` says it when the server is back, and the same command goes on from "
                    "there",
                    open.size() == 1  ? first
                    : options_.atomic ? "the plan, which is one transaction,"
                                      : first + " and of what follows it"));
    throw RunFailed(error, finished(), first, 0, true);
  }
  for (LoadedStep& planned : *running_) {
    const auto row = std::find_if(applied->begin(), applied->end(),
                                  [&](const Applied& a) { return a.version == planned.plan.version; });
    const bool new_row = row != applied->end() && row->batch >= facts_.batch;
    planned.finished = new_row || (planned.plan.direction == Direction::down && row == applied->end());
  }
  const auto undone = std::find_if(running_->begin(), running_->end(),
                                   [](const LoadedStep& planned) { return !planned.finished; });
  if (undone == running_->end() && failure.kind == Failure::Kind::disconnected) {
    notes_.emplace_back("the connection was lost during the last COMMIT; looked again: it was committed");
    return;
  }
  if (undone == running_->end()) {
    error.with_hint("opened again and looked: all of the plan is there, but the disk did not confirm it");
    throw RunFailed(error, finished(), first);
  }
  error.with_hint(fmt::format(
      "connected again and looked: {} {}. Run the same command again to go on", undone->plan.version,
      undone->plan.direction == Direction::up ? "is not applied" : "is not reverted"));
  throw RunFailed(error, finished(), undone->plan.version, kept ? kept() : 0);
}

void Runner::fail(const Failure& failure, const LoadedStep& step, std::size_t statements_kept) {
  Error error = describe(failure, step, history_.tables());
  if (options_.atomic && failure.tag.role == database::Role::commit && running_->size() > 1) {
    error.at({}).with_hint(
        "the plan is one transaction, so any of its migrations may be to blame: without "
        "--atomic the one that fails is named.\n" +
        error.hint());
  }
  // To record a lock that was waited for in vain would wait for it again.
  fail(error, step.plan.version, statements_kept, !failure.waited);
}

void Runner::flush() const {
  try {
    connection_.query(connection_.dialect().flush());
  } catch (const Error&) {
    tell_notice("what was committed could not be flushed to disk");
  }
}

void Runner::fail(const Error& error, const std::string& version, std::size_t statements_kept, bool record) {
  try {
    // The migrations before it are committed, perhaps not flushed.
    connection_.query(connection_.dialect().flush());
    if (record && error.code() != Code::interrupted)
      history_.record_event(version, "failed", facts_.who, error.message());
  } catch (const Error&) {
    tell_notice("the failure could not be recorded in the history");
  }
  throw RunFailed(error, finished(), version, statements_kept);
}

void Runner::run_journalled(LoadedStep& step, std::size_t index, std::size_t count) {
  JournalledRun run(connection_, history_, step, facts_, {options_.lock_patience, options_.stop});
  Progress progress({&step, 1}, index, count, options_.observer, false, 1);
  try {
    if (const auto failed = run.run(progress)) {
      if (failed->kind == Failure::Kind::moved) throw Moved();
      if (is_open(*failed)) return resolve({&step, 1}, step, *failed, [&] { return run.statements_kept(); });
      fail(*failed, step, run.statements_kept());
    }
  } catch (const RunFailed&) {
    throw;
  } catch (const ConnectionError& error) {
    const Failure lost{.kind = Failure::Kind::disconnected,
                       .tag = {.role = database::Role::setting},
                       .message = error.message()};
    return resolve({&step, 1}, step, lost, [&] { return run.statements_kept(); });
  } catch (const Error& error) {
    fail(error, step.plan.version, run.statements_kept());
  }
}

std::vector<Step> Runner::dry_run(const Planner& planner, const std::vector<Applied>& applied) {
  std::vector<LoadedStep> steps = load(planner(applied).steps);
  establish_facts(applied);
  return written_out(steps, connection_, history_, facts_, {options_.lock_patience, options_.stop},
                     {.atomic = options_.atomic, .durable_each = options_.durable_each});
}

}  // namespace tradewind::migration
