#include "sqlite/syntax.hpp"

#include "sqlite/shape.hpp"

namespace tradewind::sqlite {

/// A file of many rows is many statements of one shape: to parse one of them is enough.
std::optional<database::SyntaxProblem> Syntax::first_problem(std::span<const std::string_view> statements) {
  for (std::size_t i = 0; i < statements.size(); ++i) {
    auto found = problem(statements[i]);
    if (!found) continue;
    found->statement = i;
    return found;
  }
  return std::nullopt;
}

std::optional<database::SyntaxProblem> Syntax::problem(std::string_view statement) {
  constexpr std::size_t most_shapes = 256;
  constexpr std::size_t longest = 16384;
  std::string found = statement.size() <= longest ? shape(statement) : std::string();
  if (parsed_shapes_.contains(found)) return std::nullopt;
  std::optional<database::SyntaxProblem> problem = parse(statement);
  if (problem || found.empty()) return problem;
  if (parsed_shapes_.size() == most_shapes) parsed_shapes_.clear();
  parsed_shapes_.insert(std::move(found));
  return std::nullopt;
}

std::optional<database::SyntaxProblem> Syntax::parse(std::string_view statement) {
  if (scratch_ == nullptr) {
    sqlite3* handle = nullptr;
    sqlite3_open_v2(":memory:", &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                    nullptr);
    scratch_.reset(handle);
  }
  const Prepared parsed = prepare(scratch_.get(), statement);
  if (parsed != nullptr || sqlite3_errcode(scratch_.get()) == SQLITE_OK) return std::nullopt;
  const std::string message = sqlite3_errmsg(scratch_.get());
  const auto says = [&](std::string_view part) { return message.find(part) != std::string::npos; };
  if (!says("syntax error") && !says("unrecognized token") && !says("incomplete input")) return std::nullopt;
  const int offset = sqlite3_error_offset(scratch_.get());
  return database::SyntaxProblem{.statement = 0,
                                 .offset = offset >= 0 ? static_cast<std::size_t>(offset) : 0,
                                 .message = message,
                                 .sqlstate = "1"};
}

}  // namespace tradewind::sqlite
