#include "migration/written_out.hpp"

#include <cctype>

#include "base/sha256.hpp"
#include "base/text.hpp"
#include "migration/journal_stream.hpp"
#include "migration/transaction_stream.hpp"

namespace tradewind::migration {
namespace {

using database::Command;

/// $n replaced by literals. Only our own statements have parameters, and no $ besides but in a table's name.
std::string with_parameters(const Command& command) {
  std::string result;
  const std::string_view text = command.text;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    quoted = quoted != (text[i] == '"');
    if (command.parameters.empty() || text[i] != '$' || quoted) {
      result.push_back(text[i]);
      continue;
    }
    std::size_t number = 0;
    while (i + 1 < text.size() && std::isdigit(static_cast<unsigned char>(text[i + 1])) != 0)
      number = number * 10 + static_cast<std::size_t>(text[++i] - '0');
    result += base::literal(command.parameters[number - 1]);
  }
  return result;
}

void collect(database::CommandStream& stream, std::span<Step> steps, bool by_unit) {
  while (const auto command = stream.next()) {
    if (command->tag.role == database::Role::check) continue;
    std::string text = with_parameters(*command);
    if (command->copy_data) text += ";\n" + std::string(*command->copy_data) + "\\.";
    steps[by_unit ? command->tag.unit : 0].statements.push_back(std::move(text));
  }
}

std::vector<SegmentState> fresh_states(const Script& script) {
  std::vector<SegmentState> states(script.segments().size());
  for (std::size_t i = 0; i < states.size(); ++i)
    states[i].sha = base::sha256(script.text_of(script.segments()[i]));
  return states;
}

}  // namespace

std::vector<Step> written_out(const std::vector<LoadedStep>& steps, const database::Dialect& dialect,
                              const History& history, const RunFacts& facts, bool atomic, bool durable_each) {
  std::vector<Step> result;
  for (const LoadedStep& step : steps) result.push_back(step.result());
  const std::span<Step> all(result);
  for (std::size_t i = 0; i < steps.size();) {
    std::size_t end = i;
    while (end < steps.size() && steps[end].transactional) ++end;
    if (end > i) {
      const StreamOptions options{.atomic = atomic,
                                  .durable_each = durable_each,
                                  .last_durable = true,
                                  .watched = false,
                                  .lock_timeout_ms = 100};
      TransactionStream stream(dialect, history.tables(), std::span(steps).subspan(i, end - i), facts,
                               options);
      collect(stream, all.subspan(i, end - i), true);
      i = end;
    } else {
      const std::vector<SegmentState> states = fresh_states(*steps[i].script);
      JournalStream stream(dialect, history.tables(), steps[i], facts, states, 600000);
      collect(stream, all.subspan(i, 1), false);
      ++i;
    }
  }
  if (!history.exists() && !result.empty()) {
    std::vector<std::string> creation = history.creation();
    result.front().statements.insert(result.front().statements.begin(), creation.begin(), creation.end());
  }
  return result;
}

}  // namespace tradewind::migration
