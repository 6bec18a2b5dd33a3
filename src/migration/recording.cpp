#include "migration/recording.hpp"

#include <fmt/format.h>

namespace tradewind::migration {

using database::Parameter;

Step LoadedStep::result(bool with_statements) const {
  Step step{.version = plan.version,
            .name = plan.name,
            .direction = plan.direction,
            .transactional = transactional,
            .statements = {},
            .execution_time_ms = execution_time_ms};
  if (with_statements && script != nullptr) {
    for (std::size_t i = 0; i < script->statements().size(); ++i)
      step.statements.emplace_back(script->text_of(i));
  }
  return step;
}

std::vector<Parameter> record_parameters(const LoadedStep& step, const RunFacts& facts, double elapsed_ms) {
  const std::string elapsed = fmt::format("{:.3f}", elapsed_ms);
  if (step.plan.direction == Direction::down) return {step.plan.version, facts.who, "reverted", elapsed};
  const Parameter description = step.description.empty() ? Parameter() : Parameter(step.description);
  return {
      step.plan.version, facts.who,      facts.applied_event, step.checksum, std::to_string(facts.batch),
      elapsed,           step.plan.name, description,         step.down_sql, step.transactional ? "1" : "0"};
}

std::size_t parameters_after_first(const LoadedStep& step) {
  return step.plan.direction == Direction::up ? 5 : 3;
}

std::vector<std::string> record_statements(const LoadedStep& step, const database::Dialect& dialect,
                                           const database::HistoryTables& tables) {
  return step.plan.direction == Direction::up ? dialect.record_applied(tables)
                                              : dialect.record_reverted(tables);
}

std::string clear_journal_statement(const LoadedStep& step, const database::HistoryTables& tables) {
  return fmt::format("DELETE FROM {} WHERE version = $1{}", tables.steps,
                     step.plan.direction == Direction::up ? " AND direction = 'down'" : "");
}

}  // namespace tradewind::migration
