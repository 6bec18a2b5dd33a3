#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/text.hpp"
#include "postgres/upkeep.hpp"

namespace tradewind::postgres {
namespace {

using database::Connection;
using database::FoundTable;
using database::Parameter;
using database::Rows;
using database::UpkeepWork;

/// A concurrent detach keeps nobody out while it waits for the transactions that began before it. It may be
/// as long as that as often as it is tried.
constexpr std::string_view longer_lock_timeout = "SET lock_timeout = '5s'";

/// oid, name, quoted, where it ends, ended before $2, is the default, is half detached, its comment; what is
/// half detached first: until it is done, nothing else can be.
constexpr std::string_view partitions_query =
    "SELECT *, coalesce(ends::timestamptz <= now() - make_interval(secs => $2::float8) AND $2::float8 > 0,"
    "   false)::int AS is_old FROM (SELECT c.oid::text, c.relname, format('%I.%I', n.nspname, c.relname),"
    "   substring(b.bound FROM 'TO \\(''([^'']+)''\\)$') AS ends, (b.bound = 'DEFAULT')::int,"
    "   (coalesce(to_jsonb(i) ->> 'inhdetachpending', 'false') = 'true')::int AS half,"
    "   coalesce(obj_description(c.oid, 'pg_class'), '') FROM pg_inherits i JOIN pg_class c ON c.oid = "
    "i.inhrelid"
    "   JOIN pg_namespace n ON n.oid = c.relnamespace"
    "   CROSS JOIN LATERAL (SELECT pg_get_expr(c.relpartbound, c.oid)) AS b(bound)"
    "   WHERE i.inhparent = $1::regclass) AS p ORDER BY half DESC, relname";

/// quoted, is attached, is half detached, its comment, another one that is half detached.
constexpr std::string_view state_query =
    "SELECT format('%I.%I', n.nspname, c.relname), (i.inhrelid IS NOT NULL)::int,"
    " (coalesce(to_jsonb(i) ->> 'inhdetachpending', 'false') = 'true')::int,"
    " coalesce(obj_description(c.oid, 'pg_class'), ''),"
    " (SELECT o.inhrelid::regclass::text FROM pg_inherits o WHERE o.inhparent = $2::regclass"
    "   AND o.inhrelid <> c.oid AND to_jsonb(o) ->> 'inhdetachpending' = 'true' LIMIT 1)"
    " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " LEFT JOIN pg_inherits i ON i.inhrelid = c.oid AND i.inhparent = $2::regclass WHERE c.oid = $1::oid";

/// Detached tables whose comments begin with $1, with an end before $2 behind it: oid, name, quoted.
constexpr std::string_view left_query =
    "SELECT c.oid::text, c.relname, format('%I.%I', n.nspname, c.relname) FROM pg_description d"
    " JOIN pg_class c ON c.oid = d.objoid JOIN pg_namespace n ON n.oid = c.relnamespace"
    " CROSS JOIN LATERAL (SELECT split_part(substr(d.description, length($1) + 1), E'\\n', 1)) AS m(ends)"
    " WHERE d.classoid = 'pg_class'::regclass AND d.objsubid = 0 AND starts_with(d.description, $1)"
    " AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND $2::float8 > 0"
    " AND CASE WHEN ends ~ '^\\d{4,6}-\\d\\d-\\d\\d[ 0-9:.+-]*$'"
    "   THEN ends::timestamptz <= now() - make_interval(secs => $2::float8) ELSE false END ORDER BY 2";

/// A concurrent detach is two transactions, and the DROP a third: what a run has left of them that did not
/// end is known by its comment, which has the table's own behind it.
class Mark {
 public:
  explicit Mark(const std::string& parent)
      : beginning_(fmt::format("tradewind: partition of {}, to be dropped, ends ", parent)) {}

  const std::string& beginning() const { return beginning_; }
  bool is_on(std::string_view comment) const { return comment.starts_with(beginning_); }
  std::string own_comment(std::string_view comment) const {
    if (!is_on(comment)) return std::string(comment);
    const std::size_t line = comment.find('\n');
    return line == comment.npos ? std::string() : std::string(comment.substr(line + 1));
  }
  std::string with(std::string_view ends, const std::string& own) const {
    return fmt::format("{}{}{}{}", beginning_, ends, own.empty() ? "" : "\n", own);
  }

 private:
  std::string beginning_;
};

std::string comment_on(std::string_view table, const std::string& text) {
  return fmt::format("COMMENT ON TABLE {} IS {}", table, text.empty() ? "NULL" : base::literal(text));
}

/// One partition on its way out, looked at again before each try.
class Departure {
 public:
  Departure(const FoundTable& parent, std::string oid, std::string ends)
      : parent_(parent.quoted), mark_(parent.quoted), oid_(std::move(oid)), ends_(std::move(ends)) {}

  std::vector<std::string> statements(std::string_view name, bool attached, bool half,
                                      std::string_view comment) const {
    std::vector<std::string> all;
    if (attached) {
      if (!half) all.push_back(comment_on(name, mark_.with(ends_, mark_.own_comment(comment))));
      all.emplace_back(longer_lock_timeout);
      all.push_back(fmt::format("ALTER TABLE {} DETACH PARTITION {} {}", parent_, name,
                                half ? "FINALIZE" : "CONCURRENTLY"));
    }
    all.emplace_back(usual_lock_timeout);
    all.push_back(fmt::format("DROP TABLE {}", name));
    return all;
  }

  std::vector<std::string> rest(Connection& connection) const {
    const Rows now = state(connection);
    if (now.empty()) return {};
    const bool attached = now.is_true(0, 1);
    const bool half = now.is_true(0, 2);
    if (!attached && !mark_.is_on(now.text(0, 3))) {
      throw Error(Code::statement_failed,
                  fmt::format("{} was detached by somebody else: it was not dropped", now.text(0, 0)),
                  "drop it by hand if nobody wants it");
    }
    if (attached && now.at(0, 4)) {
      throw Error(
          Code::lock_timeout,
          fmt::format("{} is half detached, and only one partition can be so: {} was left as it is",
                      now.text(0, 4), now.text(0, 0)),
          "it waits for a transaction that goes on, see `tradewind doctor`; the next run goes on from here");
    }
    return statements(now.text(0, 0), attached, half, now.text(0, 3));
  }

  /// What is half detached can't be attached again, and keeps its mark for the next run.
  std::vector<std::string> undo(Connection& connection) const {
    std::vector<std::string> all = {std::string(usual_lock_timeout)};
    const Rows now = state(connection);
    if (!now.empty() && now.is_true(0, 1) && !now.is_true(0, 2) && mark_.is_on(now.text(0, 3)))
      all.push_back(comment_on(now.text(0, 0), mark_.own_comment(now.text(0, 3))));
    return all;
  }

 private:
  Rows state(Connection& connection) const {
    const std::vector<Parameter> wanted = {oid_, parent_};
    return connection.query(state_query, wanted);
  }

  std::string parent_;
  Mark mark_;
  std::string oid_;
  std::string ends_;
};

class Drops {
 public:
  Drops(Connection& connection, const FoundTable& table, const PartitionRule& rule)
      : connection_(connection), table_(table), rule_(rule), mark_(table.quoted) {
    const std::vector<Parameter> wanted = {table_.quoted, std::to_string(rule.keep.count())};
    found_ = connection_.query(partitions_query, wanted);
    for (std::size_t row = 0; row < found_.size(); ++row)
      has_default_ = has_default_ || found_.is_true(row, 4);
  }

  std::vector<UpkeepWork> work() {
    for (std::size_t row = 0; row < found_.size(); ++row) {
      const bool marked = mark_.is_on(found_.text(row, 6));
      const bool half = found_.is_true(row, 5);
      const bool old = found_.is_true(row, 7);
      if (half && !(marked && old)) return leave_all(row);
      if (old) {
        drop(row);
      } else if (marked) {
        unmark(row);
      }
    }
    drop_left_over();
    return std::move(work_);
  }

 private:
  UpkeepWork& add(std::string action) {
    UpkeepWork& work = work_.emplace_back();
    work.task = MaintenanceTask::partitions;
    work.table = rule_.table;
    work.action = std::move(action);
    return work;
  }

  /// Whoever detaches a partition means to keep it, or he would drop it.
  std::vector<UpkeepWork> leave_all(std::size_t row) {
    add(fmt::format("leave {} alone", found_.text(row, 1))).note = fmt::format(
        "somebody else detaches it, and meanwhile no other can be dropped; if that was interrupted: "
        "ALTER TABLE {} DETACH PARTITION {} FINALIZE;",
        table_.quoted, found_.text(row, 2));
    return std::move(work_);
  }

  void unmark(std::size_t row) {
    add(fmt::format("keep partition {}, which a run that did not end was about to drop", found_.text(row, 1)))
        .statements.push_back(comment_on(found_.text(row, 2), mark_.own_comment(found_.text(row, 6))));
  }

  void drop(std::size_t row) {
    const std::string name(found_.text(row, 2));
    const bool half = found_.is_true(row, 5);
    UpkeepWork& work = add(fmt::format("drop partition {}", found_.text(row, 1)));
    work.rows = rows_of(name);
    // Beside a default partition it can't be done concurrently; nor on servers before 14.
    if (!half && (has_default_ || std::stoi(connection_.server_version()) < 14)) {
      work.in_transaction = true;
      work.statements = {fmt::format("ALTER TABLE {} DETACH PARTITION {}", table_.quoted, name),
                         fmt::format("DROP TABLE {}", name)};
      return;
    }
    const Departure departure(table_, std::string(found_.text(row, 0)), std::string(found_.text(row, 3)));
    work.statements = departure.statements(name, true, half, found_.text(row, 6));
    work.rest = [departure](Connection& connection) { return departure.rest(connection); };
    work.undo = [departure](Connection& connection) { return departure.undo(connection); };
  }

  void drop_left_over() {
    const std::vector<Parameter> wanted = {mark_.beginning(), std::to_string(rule_.keep.count())};
    const Rows left = connection_.query(left_query, wanted);
    for (std::size_t row = 0; row < left.size(); ++row) {
      const std::string name(left.text(row, 2));
      UpkeepWork& work = add(fmt::format("drop {}, detached by a run that did not end", left.text(row, 1)));
      work.rows = rows_of(name);
      const Departure departure(table_, std::string(left.text(row, 0)), {});
      work.statements = departure.statements(name, false, false, {});
      work.rest = [departure](Connection& connection) { return departure.rest(connection); };
    }
  }

  std::int64_t rows_of(const std::string& table) {
    return std::stoll(std::string(connection_.query("SELECT count(*) FROM " + table).text(0, 0)));
  }

  Connection& connection_;
  const FoundTable& table_;
  const PartitionRule& rule_;
  Mark mark_;
  bool has_default_ = false;
  Rows found_;
  std::vector<UpkeepWork> work_;
};

}  // namespace

std::vector<UpkeepWork> partition_drops(Connection& connection, const FoundTable& table,
                                        const PartitionRule& rule) {
  return Drops(connection, table, rule).work();
}

}  // namespace tradewind::postgres
