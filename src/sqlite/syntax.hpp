#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "database/connection.hpp"
#include "sqlite/handle.hpp"

namespace tradewind::sqlite {

/// SQLite's own parser, asked about statements without a database.
class Syntax {
 public:
  std::optional<database::SyntaxProblem> first_problem(std::span<const std::string_view> statements);

 private:
  std::optional<database::SyntaxProblem> problem(std::string_view statement);
  std::optional<database::SyntaxProblem> parse(std::string_view statement);

  Handle scratch_;                                 ///< an empty database that statements are parsed against
  std::unordered_set<std::string> parsed_shapes_;  ///< of statements that parse
};

}  // namespace tradewind::sqlite
