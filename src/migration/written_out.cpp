#include "migration/written_out.hpp"

#include <cctype>

#include "base/mapped.hpp"
#include "base/text.hpp"
#include "migration/journal_stream.hpp"

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

/// What a run would find in the journal is not sent again.
void collect_journalled(database::Connection& connection, const History& history, const LoadedStep& step,
                        const RunFacts& facts, const LockPatience& patience, std::span<Step> into) {
  const JournalState state = read_journal(connection, history, step);
  for (const InvalidIndex& left : state.leftovers)
    into.front().statements.push_back(connection.dialect().drop_invalid_index(left.quoted));
  JournalStream stream(connection.dialect(), history, step, facts, state.segments, patience);
  collect(stream, into, false);
}

/// The history's tables are made in a transaction of their own.
std::vector<std::string> creation(const database::Dialect& dialect, const History& history) {
  std::vector<std::string> result = dialect.begin({});
  for (std::string& text : history.creation()) result.push_back(std::move(text));
  result.emplace_back(dialect.commit());
  return result;
}

}  // namespace

std::vector<Step> written_out(const std::vector<LoadedStep>& steps, database::Connection& connection,
                              const History& history, const RunFacts& facts, const LockPatience& patience,
                              StreamOptions options) {
  const database::Dialect& dialect = connection.dialect();
  options.lock_timeout_ms = patience.timeout_ms();
  std::vector<Step> result = base::mapped(steps, [](const LoadedStep& step) { return step.result(); });
  const std::span<Step> all(result);
  for (std::size_t i = 0; i < steps.size();) {
    std::size_t end = i;
    while (end < steps.size() && steps[end].transactional) ++end;
    if (end > i) {
      TransactionStream stream(dialect, history.tables(), std::span(steps).subspan(i, end - i), facts,
                               options);
      collect(stream, all.subspan(i, end - i), true);
      i = end;
    } else {
      collect_journalled(connection, history, steps[i], facts, patience, all.subspan(i, 1));
      ++i;
    }
  }
  if (!history.exists() && !result.empty()) {
    const std::vector<std::string> made = creation(dialect, history);
    result.front().statements.insert(result.front().statements.begin(), made.begin(), made.end());
  }
  return result;
}

}  // namespace tradewind::migration
