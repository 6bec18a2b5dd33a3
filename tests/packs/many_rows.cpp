#include "packs/many_rows.hpp"

namespace tradewind::test {

void make_numbers(PackDatabase& database) {
  // Keys in no order go into many indexes: all of them in memory, or it takes seconds.
  if (!database.is_postgresql()) database.sql("PRAGMA cache_size = -400000");
  database.sql(
      database.is_postgresql()
          ? "CREATE TEMP TABLE numbers AS SELECT n, timestamptz '2026-01-01T00:00:00Z' + n * interval "
            "'1 minute' AS at FROM generate_series(1, 100000) AS n"
          : "CREATE TEMP TABLE numbers AS WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM"
            " number WHERE n < 100000) SELECT n, strftime('%Y-%m-%dT%H:%M:%fZ', 1767225600 + n * 60,"
            " 'unixepoch') AS at FROM number");
}

}  // namespace tradewind::test
