#include "migration/transaction_stream.hpp"

#include "base/text.hpp"
#include "migration/recording.hpp"
#include "migration/session_traces.hpp"

namespace tradewind::migration {

using database::Command;
using database::Role;

namespace {

/// With more of them, the answers to single statements would cost more than the statements.
constexpr std::size_t watched_statements = 500;
constexpr std::size_t long_row = 64;
constexpr std::size_t small_statement = 8192;

bool changes_data(std::string_view text) {
  if (text.size() < 8 || text.size() > small_statement) return false;
  const std::string word = base::lower(text.substr(0, 7));
  return word == "insert " || word == "update " || word == "delete ";
}

}  // namespace

TransactionStream::TransactionStream(const database::Dialect& dialect, const database::HistoryTables& tables,
                                     std::span<const LoadedStep> steps, const RunFacts& facts,
                                     const StreamOptions& options)
    : dialect_(dialect), tables_(tables), steps_(steps), facts_(facts), options_(options) {}

database::TransactionSettings TransactionStream::settings() const {
  const bool durable = options_.durable_each || options_.atomic || (is_last() && options_.last_durable);
  return {.durable = durable,
          .lock_timeout_ms = options_.lock_timeout_ms,
          .goes_on = options_.atomic && !is_last()};
}

std::optional<Command> TransactionStream::next() {
  for (;;) {
    if (queued_ < queue_.size()) return emit(queue_[queued_++]);
    switch (phase_) {
      case Phase::before:
        if (step_ == steps_.size()) return std::nullopt;
        begin_step();
        phase_ = Phase::begin;
        break;
      case Phase::begin:
        statement_ = 0;
        row_end_ = 0;
        phase_ = Phase::body;
        break;
      case Phase::body: {
        const Script* script = steps_[step_].script.get();
        if (script != nullptr && statement_ < script->statements().size()) return emit_statement();
        end_step();
        phase_ = Phase::end;
        break;
      }
      case Phase::end:
        ++step_;
        phase_ = Phase::before;
        break;
    }
  }
}

void TransactionStream::begin_step() {
  const LoadedStep& step = steps_[step_];
  queue_.clear();
  queued_ = 0;
  begun_ = std::chrono::steady_clock::now();
  if (!options_.atomic || step_ == 0) {
    for (std::string& text : dialect_.begin(settings()))
      queue_.push_back({.role = Role::begin, .text = std::move(text)});
  }
  const bool up = step.plan.direction == Direction::up;
  std::string guard = up ? dialect_.guard_not_applied(tables_) : dialect_.guard_applied(tables_);
  parameters_ = {step.plan.version};
  if (!guard.empty())
    queue_.push_back({.role = Role::guard, .text = std::move(guard), .parameters = 1, .repeated = true});
}

void TransactionStream::end_step() {
  const LoadedStep& step = steps_[step_];
  queue_.clear();
  queued_ = 0;
  database::TransactionSettings cleaned = settings();
  if (step.script != nullptr) note_session_traces(*step.script, cleaned);
  for (std::string& text : dialect_.clean_session(cleaned))
    queue_.push_back({.role = Role::setting, .text = std::move(text)});
  const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - begun_;
  parameters_ = record_parameters(step, facts_, elapsed.count());
  std::size_t taken = parameters_.size();
  for (std::string& text : record_statements(step, dialect_, tables_)) {
    queue_.push_back({.role = Role::history, .text = std::move(text), .parameters = taken, .repeated = true});
    taken = parameters_after_first(step);
  }
  if (step.plan.direction == Direction::down) {
    queue_.push_back({.role = Role::setting,
                      .text = clear_journal_statement(step, tables_),
                      .parameters = 1,
                      .repeated = true});
  }
  if (!options_.atomic || is_last())
    queue_.push_back({.role = Role::commit, .text = std::string(dialect_.commit())});
}

Command TransactionStream::emit(const Queued& queued) {
  Command command;
  command.text = queued.text;
  command.parameters = std::span<const database::Parameter>(parameters_).first(queued.parameters);
  command.repeated = queued.repeated && steps_.size() > 2;
  command.tag = {.unit = static_cast<std::uint32_t>(step_), .statement = 0, .role = queued.role};
  command.flush = queued.role == Role::commit || (options_.watched && queued.role == Role::begin);
  return command;
}

bool TransactionStream::is_one_of_many() {
  if (statement_ < row_end_) return row_is_long_;
  const Script& script = *steps_[step_].script;
  const auto& statements = script.statements();
  row_end_ = statement_;
  while (row_end_ < statements.size() && statements[row_end_].kind == sql::Kind::plain &&
         changes_data(script.text_of(row_end_))) {
    ++row_end_;
  }
  row_is_long_ = row_end_ - statement_ >= long_row;
  return row_is_long_;
}

Command TransactionStream::emit_statement() {
  const Script& script = *steps_[step_].script;
  const sql::Statement& statement = script.statements()[statement_];
  Command command;
  command.text = statement.text(script.text());
  if (statement.kind == sql::Kind::copy_in) command.copy_data = statement.data(script.text());
  command.tag = {.unit = static_cast<std::uint32_t>(step_),
                 .statement = static_cast<std::uint32_t>(statement_),
                 .role = Role::statement};
  command.one_of_many = is_one_of_many();
  command.flush = options_.watched && script.statements().size() <= watched_statements;
  ++statement_;
  return command;
}

}  // namespace tradewind::migration
