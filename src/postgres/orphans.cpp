#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/text.hpp"
#include "postgres/examiner.hpp"

namespace tradewind::postgres {
namespace {

using database::Connection;
using database::Rows;

/// child, parent, name, condition that they belong together, condition that the child refers to anything.
constexpr std::string_view keys_query =
    "SELECT k.conrelid::regclass::text, k.confrelid::regclass::text, k.conname,"
    " string_agg(format('p.%I = c.%I', pa.attname, ca.attname), ' AND '),"
    " string_agg(format('c.%I IS NOT NULL', ca.attname), ' AND ')"
    " FROM pg_constraint k CROSS JOIN unnest(k.conkey, k.confkey) AS u(child, parent)"
    " JOIN pg_attribute ca ON ca.attrelid = k.conrelid AND ca.attnum = u.child"
    " JOIN pg_attribute pa ON pa.attrelid = k.confrelid AND pa.attnum = u.parent"
    " WHERE k.contype = 'f' AND k.conparentid = 0 GROUP BY k.oid, k.conrelid, k.confrelid, k.conname ORDER "
    "BY 1, 3";

constexpr std::string_view too_slow = "57014";

/// The session goes on after a failure.
class TimeLimit {
 public:
  TimeLimit(Connection& connection, int seconds) : connection_(connection) {
    connection_.query(fmt::format("SET statement_timeout = '{}s'", seconds));
  }
  ~TimeLimit() {
    try {
      connection_.query("RESET statement_timeout");
    } catch (const Error&) {
      return;  // the connection is lost, and its settings with it
    }
  }
  TimeLimit(const TimeLimit&) = delete;
  TimeLimit& operator=(const TimeLimit&) = delete;

 private:
  Connection& connection_;
};

}  // namespace

std::vector<Diagnosis> find_orphans(Connection& connection, const database::ExaminerOptions& options) {
  const Rows keys = connection.query(keys_query);
  std::vector<Diagnosis> found;
  std::vector<std::string> not_read;
  const TimeLimit limit(connection, options.deep ? 0 : 2);
  for (std::size_t row = 0; row < keys.size(); ++row) {
    const std::string child(keys.text(row, 0));
    const std::string orphans =
        fmt::format("FROM {} AS c WHERE {} AND NOT EXISTS (SELECT 1 FROM {} AS p WHERE {})", child,
                    keys.text(row, 4), keys.text(row, 1), keys.text(row, 3));
    try {
      const std::string count(connection.query("SELECT count(*) " + orphans).text(0, 0));
      if (count == "0") continue;
      found.push_back(
          {{},
           DiagnosisSeverity::bad,
           child,
           fmt::format("{} of its rows refer by {} to rows of {} that are not there", count,
                       keys.text(row, 2), keys.text(row, 1)),
           fmt::format("see them with: SELECT c.* {}; then bring the parents back, or correct or delete them",
                       orphans)});
    } catch (const Error& error) {
      if (error.sqlstate() != too_slow && error.code() != Code::permission) throw;
      not_read.push_back(child);
    }
  }
  if (!not_read.empty())
    found.push_back(
        {{},
         DiagnosisSeverity::note,
         {},
         fmt::format("not looked through: {}", base::listed(not_read)),
         "`tradewind doctor --deep` takes the time it takes; the user must be able to read them"});
  return found;
}

}  // namespace tradewind::postgres
