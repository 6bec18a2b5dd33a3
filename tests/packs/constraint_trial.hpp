/// Tries every constraint of a schema: each table has a row 1 and a row 2 (by its id); an assignment to row 2
/// breaks one constraint or keeps it.
///
///     Trial trial(database, {one_of("ck_orders_side", "buy sell"), positive("ck_orders_price"),
///                           {"uq_orders_number", {"number = 'A1'"}, {"number = 'A3'"}}});
///     trial.run("2");
#pragma once

#include <map>
#include <string>
#include <vector>

#include "packs/pack_support.hpp"

namespace tradewind::test {

/// A CHECK, UNIQUE or unique index by its name; for a foreign key only if something else would refuse the row
/// first. "$" stands for the column of a constraint on one column.
struct ConstraintCase {
  std::string constraint;
  std::vector<std::string> bad;
  std::vector<std::string> good;
  std::string values = {};  ///< of a list of values: all of them
};
using ConstraintCases = std::vector<ConstraintCase>;

inline ConstraintCase not_negative(const std::string& constraint) {
  return {constraint, {"$ = -1"}, {"$ = 0", "$ = 1"}};
}
inline ConstraintCase positive(const std::string& constraint) {
  return {constraint, {"$ = 0", "$ = -1"}, {"$ = 1"}};
}
/// `step` is the smallest that the column can tell.
ConstraintCase between(const std::string& constraint, double low, double high, double step = 0.0001);
/// The constraint lists exactly these values, and nothing else is accepted.
inline ConstraintCase one_of(const std::string& constraint, const std::string& values) {
  return {constraint, {"$ = 'none of them'"}, {}, values};
}
inline ConstraintCase json_object(const std::string& constraint) {
  return {constraint, {"$ = '[]'", "$ = '1'"}, {R"($ = '{"a": 1}')"}};
}

/// A constraint as the catalogs have it; unique indexes that are no constraint count too.
struct CatalogConstraint {
  std::string table;
  std::string kind;  ///< "c", "f", "u", "p" as in pg_constraint; "i": a unique index
  std::vector<std::string> columns;
  std::string definition;
};

class Trial {
 public:
  Trial(PackDatabase& database, ConstraintCases cases);

  /// Fails, in the sense of GoogleTest, for each constraint without a case and each row that fares otherwise
  /// than it should. `row` is the id of row 2, `other` that of row 1.
  void run(const std::string& row, const std::string& other) const;
  /// Each column that is NOT NULL refuses NULL or is filled by a trigger.
  void refuse_nulls(const std::string& row) const;
  /// Name and delete rule of each foreign key: "fk_trades_position SET NULL".
  std::vector<std::string> delete_rules() const;
  /// Foreign keys that no row of the data uses.
  std::vector<std::string> unused_foreign_keys() const;

 private:
  const CatalogConstraint& constraint(const std::string& name) const;
  std::string outcome(const std::string& table, const std::string& assignment, const std::string& row) const;
  void try_case(const ConstraintCase& it, const std::string& row) const;
  void try_foreign_key(const std::string& name, const std::string& row) const;
  void try_primary_key(const std::string& name, const std::string& row, const std::string& other) const;

  PackDatabase& database_;
  ConstraintCases cases_;
  std::map<std::string, CatalogConstraint> constraints_;
};

}  // namespace tradewind::test
