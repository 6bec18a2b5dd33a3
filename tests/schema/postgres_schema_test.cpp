// What is read from PostgreSQL's catalogs, and what is not.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "schema/schemas.hpp"
#include "support/engines.hpp"
#include "support/postgres_cluster.hpp"
#include "support/program.hpp"

namespace tradewind::test {
namespace {

class PostgresSchema : public ::testing::Test {
 protected:
  std::unique_ptr<TestDatabase> database_ = make_database(postgresql_engine);
  TestDatabase& database = *database_;
};

struct Told {
  const char* object;
  const char* property;
  const char* value;
};

constexpr Told every_kind[] = {
    {"extension pg_trgm", "schema", "public"},
    {"schema market", "comment", "prices"},
    {"enum public.side", "labels", "'sell', 'buy'"},
    {"domain public.price", "type", "numeric(18,8)"},
    {"constraint public.price.positive", "definition", "CHECK ((VALUE > (0)::numeric))"},
    {"column public.fill.px", "type", "public.price"},
    {"range public.span", "subtype", "numeric"},
    {"collation public.german", "locale", "C"},
    {"sequence public.ticket", "start", "100"},
    {"sequence public.ticket", "increment", "5"},
    {"sequence public.ticket", "cycle", "yes"},
    {"sequence public.ticket", "minimum", "(no property)"},
    {"sequence public.trade_id_seq", "owned by", "public.trade.id"},
    {"sequence public.trade_id_seq", "type", "integer"},
    {"function public.touch()", "settings", "search_path=pg_catalog"},
    {"function public.total(numeric, numeric)", "arguments", "a numeric, b numeric DEFAULT 0"},
    {"function public.total(numeric, numeric)", "volatility", "immutable"},
    {"function public.total(numeric, numeric)", "strict", "yes"},
    {"function public.total(numeric, numeric)", "security", "definer"},
    {"function public.total(numeric, numeric)", "parallel", "safe"},
    {"function public.total(numeric, numeric)", "definition", "SELECT a + b"},
    {"procedure public.tidy(integer)", "arguments", "days integer"},
    {"aggregate public.sum_all(numeric)", "definition",
     "sfunc = numeric_add(numeric,numeric), stype = numeric, initcond = '0'"},
    {"column public.account.id", "identity", "always, start 1000"},
    {"column public.account.name", "collation", "pg_catalog.\"C\""},
    {"constraint public.account.account_name_key", "definition", "UNIQUE (name)"},
    {"table public.account", "row security", "enabled"},
    {"rule public.account.keep", "definition",
     "CREATE RULE keep AS\n    ON DELETE TO public.account DO INSTEAD NOTHING;"},
    {"policy public.account.own", "using", "(name = (CURRENT_USER)::text)"},
    {"policy public.account.own", "roles", "PUBLIC"},
    {"table public.trade", "options", "fillfactor=80"},
    {"table public.trade", "comment", "what was traded"},
    {"column public.trade.id", "default", "nextval('public.trade_id_seq'::regclass)"},
    {"column public.trade.account_id", "not null", "yes"},
    {"column public.trade.side", "default", "'buy'::public.side"},
    {"column public.trade.px", "type", "public.price"},
    {"column public.trade.qty", "comment", "in lots"},
    {"column public.trade.qty", "not null", "(no property)"},
    {"column public.trade.notional", "generated", "(qty * (2)::numeric) stored"},
    {"column public.trade.notional", "default", "(no property)"},
    {"column public.trade.at", "default", "'2026-01-01 00:00:00+00'::timestamp with time zone"},
    {"column public.trade.note", "statistics", "500"},
    {"column public.trade.note", "storage", "external"},
    {"constraint public.trade.trade_pkey", "definition", "PRIMARY KEY (id)"},
    {"constraint public.trade.trade_account_id_fkey", "definition",
     "FOREIGN KEY (account_id) REFERENCES public.account(id) ON DELETE CASCADE DEFERRABLE INITIALLY "
     "DEFERRED"},
    {"constraint public.trade.late", "definition", "CHECK ((qty < (1000000)::numeric)) NOT VALID"},
    {"constraint public.trade.trade_during_excl", "definition", "EXCLUDE USING gist (during WITH &&)"},
    {"index public.trade_at", "definition", "CREATE INDEX trade_at ON public.trade USING brin (at)"},
    {"index public.trade_note", "definition",
     "CREATE INDEX trade_note ON public.trade USING gin (note public.gin_trgm_ops)"},
    {"index public.trade_big", "definition",
     "CREATE UNIQUE INDEX trade_big ON public.trade USING btree (account_id, lower(note)) INCLUDE (qty) "
     "WHERE (qty > (10)::numeric)"},
    {"index public.trade_big", "comment", "block trades"},
    {"index public.trade_pkey", "definition", "(no object)"},
    {"statistics public.trade_stats", "definition",
     "CREATE STATISTICS public.trade_stats (ndistinct) ON account_id, side FROM public.trade"},
    {"trigger public.trade.touch", "enabled", "never"},
    {"trigger public.trade.touch", "definition",
     "CREATE TRIGGER touch BEFORE UPDATE ON public.trade FOR EACH ROW WHEN ((old.note IS DISTINCT FROM "
     "new.note)) EXECUTE FUNCTION public.touch()"},
    {"table public.cache", "unlogged", "yes"},
    {"table public.log", "partition by", "RANGE (at)"},
    {"table public.log_2026", "partition of", "public.log"},
    {"table public.log_2026", "bounds", "FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')"},
    {"table public.log_rest", "bounds", "DEFAULT"},
    {"view public.big", "definition",
     "SELECT id,\n    qty,\n    ( SELECT a.name\n           FROM public.account a\n          WHERE (a.id = "
     "trade.account_id)) AS who\n"
     "   FROM public.trade\n  WHERE (qty > (10)::numeric)\n  ORDER BY qty"},
    {"view public.named", "options", "security_barrier=true"},
    {"column public.named.name", "type", "text"},
    {"index public.daily_day", "definition",
     "CREATE UNIQUE INDEX daily_day ON public.daily USING btree (day)"},
    {"event trigger ddl", "tags", "CREATE TABLE, CREATE VIEW"},
    {"event trigger ddl", "function", "public.on_ddl()"},
    {"foreign server remote", "wrapper", "feed"},
    {"foreign table public.quotes", "server", "remote"},
    {"column public.quotes.px", "not null", "yes"},
    {"grant public.trade to schema_reader", "privileges", "SELECT"},
    {"grant public.account to schema_reader", "privileges", "ALL"},
    {"grant public.account.name to schema_reader", "privileges", "SELECT, UPDATE"},
    {"grant public.total(numeric, numeric) to PUBLIC", "privileges", "none"},
    {"grant public.trade to OWNER", "privileges", "(no object)"},
    {"grant market to schema_reader", "privileges", "USAGE"},
    {"default grant for postgres in schema market on tables to schema_reader", "privileges", "SELECT"},
};

TEST_F(PostgresSchema, tells_every_kind_of_object) {
  database.sql(every_postgres_object("schema_reader"));
  const Schema schema = schema_at(database.url);
  EXPECT_EQ(schema.engine, "postgresql");
  for (const Told& expected : every_kind) {
    EXPECT_EQ(told(schema, expected.object, expected.property), expected.value)
        << expected.object << ", " << expected.property;
  }
  // Newer servers write the function of AT TIME ZONE as what it was.
  const std::string daily = told(schema, "materialized view public.daily", "definition");
  EXPECT_NE(daily.find("AT TIME ZONE"), std::string::npos) << daily;
}

TEST_F(PostgresSchema, of_a_partition_tells_only_what_its_parent_does_not_have) {
  database.sql(every_postgres_object("schema_reader"));
  std::vector<std::string> of_partitions;
  for (const SchemaObject& object : schema_at(database.url).objects) {
    if (object.of.starts_with("table public.log_")) of_partitions.push_back(object.kind + " " + object.name);
  }
  const std::vector<std::string> own = {"column public.log_rest.what", "index public.log_rest_own"};
  EXPECT_EQ(of_partitions, own);
}

TEST_F(PostgresSchema, of_extensions_and_of_the_history_nothing_is_told) {
  database.sql("CREATE EXTENSION pg_trgm");
  Database opened = Database::open(database.url);
  const Schema before = read_schema(opened);
  Migrator(opened, Source::pack("titan")).up();
  Target everything;
  everything.all = true;
  Migrator(opened, Source::pack("titan")).down(everything);
  EXPECT_EQ(told(diff(before, read_schema(opened))), std::vector<std::string>());
  EXPECT_EQ(database.value("SELECT count(*) FROM schema_migration_events WHERE event = 'reverted'"), "2");
  EXPECT_EQ(to_text(before).find("similarity"), std::string::npos);
}

TEST_F(PostgresSchema, a_history_of_another_name_is_left_out_when_it_is_named) {
  database.sql("CREATE SCHEMA audit");
  Database opened = Database::open(database.url);
  Migrator(opened, Source::pack("titan"), {.history_table = "audit.ran"}).create_history();
  EXPECT_EQ(told(read_schema(opened), "table audit.ran", "comment"), "(no property)");
  const Schema without = read_schema(opened, {.history_table = "audit.ran"});
  for (const char* table : {"table audit.ran", "table audit.ran_steps", "table audit.ran_events"}) {
    EXPECT_EQ(told(without, table, "comment"), "(no object)") << table;
  }
}

TEST_F(PostgresSchema, another_tools_table_of_the_historys_name_is_told) {
  database.sql("CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL)");
  EXPECT_EQ(told(schema_at(database.url), "column public.schema_migrations.dirty", "type"), "boolean");
}

TEST_F(PostgresSchema, is_the_same_whatever_the_session_has_set) {
  database.sql(every_postgres_object("schema_reader"));
  const Schema plain = schema_at(database.url);
  Database opened = Database::open(database.url);
  for (const char* setting :
       {"SET search_path = public, market", "SET search_path = ''", "SET TimeZone = 'Asia/Tokyo'",
        "SET DateStyle = 'German'", "SET IntervalStyle = 'sql_standard'", "SET quote_all_identifiers = on"}) {
    opened.query(setting);
    EXPECT_EQ(told(diff(plain, read_schema(opened))), std::vector<std::string>()) << setting;
  }
  EXPECT_EQ(opened.query("SHOW TimeZone").at(0).at(0), "Asia/Tokyo");
  EXPECT_EQ(opened.query("SHOW quote_all_identifiers").at(0).at(0), "on");
}

TEST_F(PostgresSchema, is_read_inside_an_open_transaction_and_leaves_it_open) {
  Database opened = Database::open(database.url);
  opened.query("BEGIN");
  opened.query("CREATE TABLE uncommitted (id int)");
  EXPECT_EQ(told(read_schema(opened), "column public.uncommitted.id", "type"), "integer");
  EXPECT_EQ(opened.query("SELECT now() = statement_timestamp()").at(0).at(0), "f");
  opened.query("ROLLBACK");
  EXPECT_EQ(told(read_schema(opened), "table public.uncommitted", "comment"), "(no object)");
}

TEST_F(PostgresSchema, tells_an_index_that_is_not_valid) {
  database.sql("CREATE TABLE t (id int); INSERT INTO t VALUES (1), (1)");
  EXPECT_THROW(database.sql("CREATE UNIQUE INDEX CONCURRENTLY broken ON t (id)"), SqlError);
  EXPECT_EQ(told(schema_at(database.url), "index public.broken", "invalid"), "yes");
}

TEST_F(PostgresSchema, quotes_odd_names) {
  database.sql(
      "CREATE SCHEMA \"My.Desk\"; CREATE TABLE \"My.Desk\".\"select\" (\"a.b\" int, \"quo\"\"te\" int, "
      "\"\xc3\xa9\" int)");
  const Schema schema = schema_at(database.url);
  EXPECT_EQ(told(schema, "column \"My.Desk\".\"select\".\"a.b\"", "type"), "integer");
  EXPECT_EQ(told(schema, "column \"My.Desk\".\"select\".\"quo\"\"te\"", "type"), "integer");
  EXPECT_EQ(told(schema, "column \"My.Desk\".\"select\".\"\xc3\xa9\"", "type"), "integer");
}

TEST_F(PostgresSchema, a_user_without_rights_can_read_it) {
  database.sql(every_postgres_object("schema_reader") + "ALTER ROLE schema_reader LOGIN");
  const std::string name = database.value("SELECT current_database()");
  const Schema seen = schema_at(PostgresCluster::shared().url(name, "schema_reader"));
  EXPECT_EQ(told(diff(schema_at(database.url), seen)), std::vector<std::string>());
}

TEST_F(PostgresSchema, five_hundred_tables_take_less_than_two_seconds) {
  database.sql(R"(DO $$ BEGIN FOR i IN 1..500 LOOP
    EXECUTE format('CREATE TABLE t%s (id bigint PRIMARY KEY, a text NOT NULL DEFAULT ''x'', b numeric(18,8) CHECK (b > 0), c timestamptz DEFAULT now(),
      d int, e int, f jsonb, g uuid, h boolean, parent bigint REFERENCES t%s)', i, greatest(i - 1, 1));
    EXECUTE format('CREATE INDEX ON t%s (a, c)', i);
    EXECUTE format('CREATE INDEX ON t%s (parent)', i);
    EXECUTE format('COMMENT ON COLUMN t%s.a IS ''a comment''', i);
  END LOOP; END $$; ANALYZE pg_catalog.pg_attribute)");
  Database opened = Database::open(database.url);
  const auto begin = std::chrono::steady_clock::now();
  const Schema schema = read_schema(opened);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  RecordProperty("seconds", fmt::format("{:.3f}", seconds));
  EXPECT_EQ(schema.objects.size(), 1 + 500 * (1 + 10 + 3 + 2));
  EXPECT_LT(seconds, 2.0);
}

}  // namespace
}  // namespace tradewind::test
