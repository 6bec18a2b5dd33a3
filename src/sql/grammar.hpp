#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sql/statement.hpp"

namespace tradewind::sql {

/// A statement that a grammar can't vouch for: a syntax error, or newer than the grammar knows. The server
/// decides.
struct Doubt {
  std::size_t statement = 0;  ///< its index
  std::size_t offset = 0;     ///< of the offending byte in the script
  std::string message;        ///< empty if the grammar has no parser at all
};

/// How an engine's SQL is read. Stateless; safe to share between threads.
class Grammar {
 public:
  virtual ~Grammar() = default;

  /// Splits a script. Throws Error{syntax_error} for a quote, comment, COPY or body that does not end, and
  /// Error{bad_file} for a psql or sqlite3 shell command and for a NUL; line, column and excerpt set, file
  /// not.
  virtual std::vector<Statement> split(std::string_view script) const = 0;

  /// The statements that do not parse, in order; at most `limit` of them. Those of more than a megabyte are
  /// not looked at.
  virtual std::vector<Doubt> check(std::string_view script, std::span<const Statement> statements,
                                   std::size_t limit = std::string_view::npos) const = 0;
};

const Grammar& postgres_grammar();
const Grammar& sqlite_grammar();

}  // namespace tradewind::sql
