#include "migration/journal_stream.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "migration/recording.hpp"
#include "migration/session_traces.hpp"
#include "sql/index_build.hpp"

namespace tradewind::migration {

using database::Command;
using database::Parameter;
using database::Role;

std::string journal_statement(const database::HistoryTables& tables) {
  return fmt::format(
      "INSERT INTO {} (version, direction, position, sha, state, error, note) VALUES ($1, $2, $3, $4, $5, "
      "$6, $7) "
      "ON CONFLICT (version, direction, position) DO UPDATE SET sha = excluded.sha, state = excluded.state, "
      "error = excluded.error, note = excluded.note, updated_at = excluded.updated_at RETURNING 1",
      tables.steps);
}

std::vector<Parameter> journal_parameters(const LoadedStep& step, const Segment& segment,
                                          const SegmentState& state, std::string_view value,
                                          const std::optional<std::string>& error) {
  return {step.plan.version, name(step.plan.direction), std::to_string(segment.first + 1),
          state.sha,         std::string(value),        error,
          state.note};
}

JournalStream::JournalStream(const database::Dialect& dialect, const History& history, const LoadedStep& step,
                             const RunFacts& facts, const std::vector<SegmentState>& states,
                             const LockPatience& patience)
    : dialect_(dialect),
      tables_(history.tables()),
      lock_key_(history.lock_key()),
      step_(step),
      facts_(facts),
      states_(states),
      settings_{.durable = true, .lock_timeout_ms = patience.timeout_ms(), .goes_on = false} {
  for (std::string& text : dialect_.before_outside({.lock_timeout_ms = patience.outside_ms()}))
    queue_.push_back({.role = Role::setting, .text = std::move(text)});
}

std::optional<Command> JournalStream::next() {
  for (;;) {
    if (queued_ < queue_.size()) return emit(queue_[queued_++]);
    queue_.clear();
    queued_ = 0;
    if (segment_ < states_.size()) {
      queue_segment(segment_++);
    } else if (!history_queued_) {
      history_queued_ = true;
      queue_history();
    } else {
      return std::nullopt;
    }
  }
}

void JournalStream::queue_segment(std::size_t index) {
  const Segment& segment = step_.script->segments()[index];
  const SegmentState& state = states_[index];
  if (state.kind == SegmentState::Kind::session) {
    if (!state.done) queue_for_session(segment);
  } else if (state.done) {
    queue_for_session(segment);
  } else if (segment.transactional) {
    queue_transaction(segment, state);
  } else {
    queue_outside(segment, state);
  }
}

/// What a transaction of the file's own has set holds behind its COMMIT.
void JournalStream::queue_for_session(const Segment& segment) {
  for (std::size_t i = segment.first; i < segment.first + segment.count; ++i) {
    if (!step_.script->statements()[i].for_session) continue;
    const std::string text = base::lower(step_.script->text_of(i).substr(0, 200));
    if (text.find("lock_timeout") != std::string::npos) own_lock_timeout_ = !text.starts_with("reset");
    queue_.push_back({.role = Role::statement, .statement = i});
  }
}

JournalStream::Queued JournalStream::journal(const Segment& segment, const SegmentState& state,
                                             std::string_view value, bool in_transaction) const {
  return {.role = Role::history,
          .text = dialect_.must_write(journal_statement(tables_)),
          .parameters = journal_parameters(step_, segment, state, value),
          .in_transaction = in_transaction};
}

void JournalStream::queue_transaction(const Segment& segment, const SegmentState& state) {
  database::TransactionSettings settings = settings_;
  if (own_lock_timeout_) settings.lock_timeout_ms = 0;
  for (std::string& text : dialect_.begin(settings)) {
    queue_.push_back({.role = Role::begin, .text = std::move(text), .in_transaction = true});
  }
  queue_.push_back(
      {.role = Role::guard,
       .text = dialect_.guard_not_done(tables_),
       .parameters = {step_.plan.version, name(step_.plan.direction), std::to_string(segment.first + 1)},
       .in_transaction = true});
  for (std::size_t i = 0; i < segment.count; ++i) {
    queue_.push_back({.role = Role::statement, .statement = segment.first + i, .in_transaction = true});
  }
  queue_.push_back(journal(segment, state, "done", true));
  queue_.push_back({.role = Role::commit, .text = std::string(dialect_.commit()), .in_transaction = true});
}

void JournalStream::queue_outside(const Segment& segment, const SegmentState& state) {
  queue_.push_back(journal(segment, state, "running", false));
  queue_.push_back({.role = Role::statement, .statement = segment.first});
  if (std::string check = check_of(segment.first); !check.empty())
    queue_.push_back({.role = Role::check, .text = std::move(check), .statement = segment.first});
  queue_.push_back(journal(segment, state, "done", false));
}

/// Of a build with IF NOT EXISTS: an index that is there and invalid does as well to the server.
std::string JournalStream::check_of(std::size_t statement) const {
  if (step_.script->statements()[statement].kind != sql::Kind::index_concurrently) return {};
  const auto build = sql::index_build(step_.script->text_of(statement));
  if (!build || build->rebuilds || build->index.name.empty()) return {};
  return dialect_.index_check(build->index.name, build->table.schema, build->table.name);
}

void JournalStream::queue_history() {
  if (std::string check = dialect_.runner_lock_check(lock_key_); !check.empty())
    queue_.push_back({.role = Role::check, .text = std::move(check)});
  for (std::string& text : dialect_.begin(settings_)) {
    queue_.push_back({.role = Role::begin, .text = std::move(text), .in_transaction = true});
  }
  database::TransactionSettings cleaned = settings_;
  note_session_traces(*step_.script, cleaned);
  for (std::string& text : dialect_.clean_session(cleaned)) {
    queue_.push_back({.role = Role::setting, .text = std::move(text), .in_transaction = true});
  }
  const bool up = step_.plan.direction == Direction::up;
  if (std::string guard = up ? dialect_.guard_not_applied(tables_) : dialect_.guard_applied(tables_);
      !guard.empty()) {
    queue_.push_back({.role = Role::guard,
                      .text = std::move(guard),
                      .parameters = {step_.plan.version},
                      .statement = {},
                      .in_transaction = true});
  }
  const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - begun_;
  std::vector<Parameter> parameters = record_parameters(step_, facts_, elapsed.count());
  for (std::string& text : record_statements(step_, dialect_, tables_)) {
    queue_.push_back({.role = Role::history,
                      .text = std::move(text),
                      .parameters = parameters,
                      .statement = {},
                      .in_transaction = true});
    parameters.resize(parameters_after_first(step_));
  }
  queue_.push_back({.role = Role::setting,
                    .text = clear_journal_statement(step_, tables_),
                    .parameters = {step_.plan.version},
                    .in_transaction = true});
  queue_.push_back({.role = Role::commit, .text = std::string(dialect_.commit()), .in_transaction = true});
}

Command JournalStream::emit(const Queued& queued) const {
  Command command;
  command.text = queued.text;
  command.parameters = queued.parameters;
  command.in_transaction = queued.in_transaction;
  command.flush = true;
  command.tag = {.unit = history_queued_ ? 1U : 0U,
                 .statement = static_cast<std::uint32_t>(queued.statement.value_or(UINT32_MAX)),
                 .role = queued.role};
  if (queued.statement && queued.role == Role::statement) {
    const sql::Statement& statement = step_.script->statements()[*queued.statement];
    command.text = statement.text(step_.script->text());
    if (statement.kind == sql::Kind::copy_in) command.copy_data = statement.data(step_.script->text());
  }
  return command;
}

}  // namespace tradewind::migration
