/// Bad and good values for every CHECK, UNIQUE and unique index of the pack rtx, by migration. The rows are
/// those of rtx_rows.sql, whose pg_temp.n(1) is the id of row 1.
#pragma once

#include "packs/constraint_trial.hpp"

namespace tradewind::test {

inline constexpr const char* asset_classes = "forex crypto commodity index stock";
inline constexpr const char* account_types = "live demo margin";

/// A fraction, 1 included.
inline ConstraintCase fraction(const std::string& constraint) {
  return between(constraint, 0, 1);
}
/// A code of a currency, of three capitals at least.
inline ConstraintCase currency(const std::string& constraint) {
  return {constraint, {"$ = 'usd'", "$ = 'US'"}, {"$ = 'USD'", "$ = 'USDT'"}};
}
inline ConstraintCase sha256(const std::string& constraint) {
  return {constraint, {"$ = repeat('A', 64)", "$ = repeat('a', 63)"}, {"$ = repeat('f', 64)"}};
}
/// Two constraints on names: unique without regard to case among rows not deleted.
inline ConstraintCase unique_name(const std::string& constraint, const std::string& column,
                                  const std::string& taken_in_capitals) {
  const std::string taken = column + " = '" + taken_in_capitals + "'";
  return {constraint, {taken}, {taken + ", deleted_at = now()", column + " = 'other'"}};
}

const ConstraintCases& rtx_core_cases();
const ConstraintCases& rtx_audit_cases();
const ConstraintCases& rtx_lp_cases();
const ConstraintCases& rtx_risk_cases();

}  // namespace tradewind::test
