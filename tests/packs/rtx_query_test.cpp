// R2: what a broker's engine asks all the time goes through the indexes of the pack rtx, on 100,000 rows.
#include <gtest/gtest.h>

#include "packs/pack_support.hpp"

namespace tradewind::test {
namespace {

// Loaded as a restore does it: without triggers. Made in the order of time, as in life.
constexpr const char* hundred_thousand_rows = R"sql(
SET session_replication_role = replica;
CREATE FUNCTION pg_temp.n(number INTEGER) RETURNS UUID LANGUAGE sql IMMUTABLE
AS 'SELECT lpad(number::TEXT, 32, ''0'')::UUID';

INSERT INTO users (id, username, email, password_hash, metadata)
SELECT pg_temp.n(n), md5(n::text), md5(n::text) || '@rtx.example', '$2b$10$' || repeat('a', 53),
       jsonb_build_object('campaign', n % 1000)
FROM generate_series(1, 10000) n;
INSERT INTO accounts (id, user_id, account_number, account_type, equity, margin_used)
SELECT pg_temp.n(n), pg_temp.n(n), 'A-' || n, 'live', 100, CASE WHEN n % 100 = 0 THEN n ELSE 0 END
FROM generate_series(1, 10000) n;
INSERT INTO orders (id, account_id, client_order_id, symbol, side, order_type, limit_price, quantity, filled_quantity,
                    average_fill_price, status, completed_at, created_at, metadata)
SELECT pg_temp.n(n), pg_temp.n(1 + n % 10000), 'C-' || n, 'S' || n % 500, 'BUY', 'LIMIT', n % 777 + 1, 1,
       CASE WHEN n % 100 = 0 THEN 0 ELSE 1 END, CASE WHEN n % 100 <> 0 THEN 1 END,
       CASE WHEN n % 100 = 0 THEN 'ACCEPTED' ELSE 'FILLED' END, CASE WHEN n % 100 <> 0 THEN now() END,
       '2026-01-01'::timestamptz + n * INTERVAL '1 minute', jsonb_build_object('strategy', n % 5000)
FROM generate_series(1, 100000) n;
INSERT INTO positions (id, account_id, symbol, side, status, quantity, entry_price, exit_price, opened_at, closed_at, stop_loss)
SELECT pg_temp.n(n), pg_temp.n(1 + n % 10000), 'S' || n % 500, 'LONG', CASE WHEN n % 50 = 0 THEN 'open' ELSE 'closed' END,
       CASE WHEN n % 50 = 0 THEN 1 ELSE 0 END, 1, 1, '2026-01-01', CASE WHEN n % 50 <> 0 THEN '2026-02-01'::timestamptz END, n
FROM generate_series(1, 100000) n;
INSERT INTO audit_log (schema_name, table_name, record_id, action, new_data)
SELECT 'public', 'orders', pg_temp.n(n), 'INSERT', jsonb_build_object('symbol', 'S' || n % 5000)
FROM generate_series(1, 100000) n;
SET session_replication_role = origin)sql";

TEST(RtxQueries, use_the_indexes_on_a_hundred_thousand_rows) {
  PackDatabase database(postgresql_engine, "rtx");
  database.up();
  database.sql(hundred_thousand_rows);
  for (const char* table : {"users", "accounts", "orders", "positions", "audit_log"})
    database.sql(std::string("VACUUM ANALYZE ") + table);
  const auto uses = [&](const std::string& query, const std::string& index) {
    EXPECT_TRUE(database.plan_uses(query, index));
  };
  const std::string account = "account_id = '00000000-0000-0000-0000-000000000077'";

  // Composite.
  uses("SELECT * FROM orders WHERE " + account + " ORDER BY created_at DESC LIMIT 5", "idx_orders_account");
  // Partial.
  uses(
      "SELECT * FROM orders WHERE symbol = 'S7' AND side = 'BUY' AND status IN ('ACCEPTED', "
      "'PARTIALLY_FILLED') "
      "AND limit_price >= 500",
      "idx_orders_book_limit");
  uses("SELECT * FROM positions WHERE symbol = 'S50' AND status = 'open' AND stop_loss > 99000",
       "idx_positions_stop_loss");
  // Covering: the table itself is not read.
  const std::string margins =
      "SELECT margin_level, equity, margin_used FROM accounts WHERE margin_used > 0 AND margin_level < 5";
  uses(margins, "idx_accounts_margin_level");
  EXPECT_NE(database.plan(margins).find("Index Only Scan"), std::string::npos) << database.plan(margins);
  // Unique.
  uses("SELECT * FROM accounts WHERE account_number = 'A-77'", "uq_accounts_account_number");
  uses("SELECT * FROM users WHERE lower(username) = 'abc' AND deleted_at IS NULL", "uq_users_username");
  // GIN on JSONB and on trigrams.
  uses("SELECT * FROM orders WHERE metadata @> '{\"strategy\": 77}'", "idx_orders_metadata_gin");
  uses("SELECT * FROM users WHERE username ILIKE '%1a2b3%'", "idx_users_username_trgm");
  uses("SELECT * FROM users WHERE metadata @> '{\"campaign\": 77}'", "idx_users_metadata_gin");
  // BRIN on time.
  uses("SELECT * FROM orders WHERE created_at >= '2026-02-01' AND created_at < '2026-02-02'",
       "idx_orders_created_at_brin");

  // audit_log: the indexes of this month's partition; other months are not looked at.
  const std::string history =
      "SELECT * FROM audit_log WHERE table_name = 'orders' AND "
      "record_id = '00000000-0000-0000-0000-000000000077' AND changed_at >= date_trunc('month', now()) "
      "ORDER BY changed_at DESC";
  EXPECT_NE(database.plan(history).find("Index Scan"), std::string::npos) << database.plan(history);
  const std::string month =
      database.value("SELECT to_char(now() AT TIME ZONE 'UTC', '\"audit_log_\"YYYY_MM')");
  const std::string today = "SELECT * FROM audit_log WHERE new_data @> '{\"symbol\": \"S7\"}'";
  EXPECT_NE(database.plan(today).find(month + "_new_data_idx"), std::string::npos) << database.plan(today);
  const std::string long_ago = database.plan("SELECT * FROM audit_log WHERE changed_at < '2020-01-01'");
  EXPECT_EQ(long_ago.find(month), std::string::npos) << long_ago;
}

}  // namespace
}  // namespace tradewind::test
