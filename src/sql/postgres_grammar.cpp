#include "sql/grammar.hpp"
#include "sql/postgres_check.hpp"
#include "sql/postgres_split.hpp"

namespace tradewind::sql {
namespace {

class PostgresGrammar final : public Grammar {
 public:
  std::vector<Statement> split(std::string_view script) const override { return split_postgres(script); }

  std::vector<Doubt> check(std::string_view script, std::span<const Statement> statements,
                           std::size_t limit) const override {
    return check_postgres(script, statements, limit);
  }
};

}  // namespace

const Grammar& postgres_grammar() {
  static const PostgresGrammar grammar;
  return grammar;
}

}  // namespace tradewind::sql
