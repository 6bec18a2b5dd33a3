#include "schema/schemas.hpp"

#include <fmt/format.h>

#include "base/mapped.hpp"

namespace tradewind::test {

Schema schema_at(const std::string& url) {
  Database database = Database::open(url, {.create = false});
  return read_schema(database);
}

std::string told(const Schema& schema, std::string_view object, std::string_view property) {
  for (const SchemaObject& each : schema.objects) {
    if (each.kind + " " + each.name != object) continue;
    for (const SchemaProperty& p : each.properties) {
      if (p.name == property) return p.value;
    }
    return "(no property)";
  }
  return "(no object)";
}

std::vector<std::string> told(const std::vector<Difference>& differences) {
  std::vector<std::string> lines;
  for (const Difference& difference : differences) {
    std::string line = fmt::format("{} {}", difference.kind, difference.name);
    if (difference.change == SchemaChange::changed) {
      const auto names = base::mapped(difference.properties, &PropertyDifference::name);
      line = fmt::format("~ {}: {}", line, fmt::join(names, ", "));
    } else {
      line.insert(0, difference.change == SchemaChange::only_in_a ? "- " : "+ ");
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string every_postgres_object(const std::string& role) {
  return fmt::format(R"sql(
DO $$ BEGIN CREATE ROLE {0}; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE EXTENSION pg_trgm;
CREATE SCHEMA market;
COMMENT ON SCHEMA market IS 'prices';
CREATE TYPE side AS ENUM ('sell', 'buy');
CREATE DOMAIN price AS numeric(18,8) CONSTRAINT positive CHECK (VALUE > 0);
CREATE TYPE fill AS (px price, qty integer);
CREATE TYPE span AS RANGE (subtype = numeric);
CREATE COLLATION german (provider = libc, locale = 'C');
CREATE SEQUENCE ticket AS integer START 100 INCREMENT 5 CYCLE;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  new.at := now();
  RETURN new;
END $$;
CREATE FUNCTION total(a numeric, b numeric DEFAULT 0) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  SECURITY DEFINER AS 'SELECT a + b';
CREATE PROCEDURE tidy(IN days integer) LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE sum_all(numeric) (sfunc = numeric_add, stype = numeric, initcond = '0');
CREATE TABLE account (
  id bigint GENERATED ALWAYS AS IDENTITY (START 1000) PRIMARY KEY, name text COLLATE "C" NOT NULL UNIQUE);
CREATE TABLE trade (
  id serial PRIMARY KEY,
  account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  side side NOT NULL DEFAULT 'buy',
  px price,
  qty numeric(18,8) CHECK (qty > 0),
  notional numeric GENERATED ALWAYS AS (qty * 2) STORED,
  at timestamptz DEFAULT '2026-01-01 00:00:00+00',
  note text,
  during tstzrange,
  EXCLUDE USING gist (during WITH &&)) WITH (fillfactor = 80);
COMMENT ON TABLE trade IS 'what was traded';
COMMENT ON COLUMN trade.qty IS 'in lots';
ALTER TABLE trade ALTER note SET STATISTICS 500, ALTER note SET STORAGE EXTERNAL;
ALTER TABLE trade ADD CONSTRAINT late CHECK (qty < 1000000) NOT VALID;
CREATE INDEX trade_at ON trade USING brin (at);
CREATE INDEX trade_note ON trade USING gin (note gin_trgm_ops);
CREATE UNIQUE INDEX trade_big ON trade (account_id, lower(note)) INCLUDE (qty) WHERE qty > 10;
COMMENT ON INDEX trade_big IS 'block trades';
CREATE STATISTICS trade_stats (ndistinct) ON account_id, side FROM trade;
CREATE TRIGGER touch BEFORE UPDATE ON trade FOR EACH ROW WHEN (old.note IS DISTINCT FROM new.note) EXECUTE FUNCTION touch();
ALTER TABLE trade DISABLE TRIGGER touch;
CREATE RULE keep AS ON DELETE TO account DO INSTEAD NOTHING;
ALTER TABLE account ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON account FOR SELECT TO PUBLIC USING (name = CURRENT_USER::text);
CREATE UNLOGGED TABLE cache (k text, v bytea);
CREATE TABLE log (at date NOT NULL, what text DEFAULT 'x', PRIMARY KEY (at)) PARTITION BY RANGE (at);
COMMENT ON COLUMN log.what IS 'what happened';
CREATE INDEX log_what ON log (what);
CREATE TRIGGER touch AFTER INSERT ON log FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TABLE log_2026 PARTITION OF log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE log_rest (at date NOT NULL, what text DEFAULT 'rest', PRIMARY KEY (at));
ALTER TABLE log ATTACH PARTITION log_rest DEFAULT;
CREATE INDEX log_rest_own ON log_rest (at, what);
CREATE VIEW big AS SELECT id, qty, (SELECT name FROM account a WHERE a.id = account_id) AS who
  FROM trade WHERE qty > 10 ORDER BY qty;
CREATE VIEW named WITH (security_barrier) AS SELECT t.id, a.name FROM trade t JOIN account a ON a.id = t.account_id;
CREATE MATERIALIZED VIEW daily AS SELECT (at AT TIME ZONE 'UTC')::date AS day, sum(qty) AS qty FROM trade GROUP BY 1;
CREATE UNIQUE INDEX daily_day ON daily (day);
GRANT SELECT ON trade TO {0};
GRANT ALL ON cache TO {0} WITH GRANT OPTION;
GRANT ALL ON account TO {0};
GRANT SELECT (name), UPDATE (name) ON account TO {0};
REVOKE EXECUTE ON FUNCTION total FROM PUBLIC;
GRANT USAGE ON SCHEMA market TO {0};
ALTER DEFAULT PRIVILEGES IN SCHEMA market GRANT SELECT ON TABLES TO {0};
CREATE FUNCTION on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER ddl ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'CREATE VIEW') EXECUTE FUNCTION on_ddl();
CREATE FOREIGN DATA WRAPPER feed;
CREATE SERVER remote FOREIGN DATA WRAPPER feed;
CREATE FOREIGN TABLE quotes (px numeric NOT NULL) SERVER remote;
)sql",
                     role);
}

const char* const every_sqlite_object = R"sql(
CREATE TABLE account (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT COLLATE NOCASE NOT NULL UNIQUE) STRICT;
CREATE TABLE trade (
  id INTEGER NOT NULL, -- which one
  leg INTEGER NOT NULL DEFAULT (1 + 1),
  account_id INTEGER REFERENCES account(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  "note, (odd)" TEXT DEFAULT 'a, (b',
  qty REAL CHECK (qty   >
    0),
  twice REAL GENERATED ALWAYS AS (qty * 2) STORED,
  half REAL AS (qty / 2),
  parent INTEGER, parent_leg INTEGER,
  PRIMARY KEY (id, leg),
  CONSTRAINT whole UNIQUE (account_id, leg) ON CONFLICT REPLACE,
  CONSTRAINT sane CHECK (qty IN (1, 2) OR "note, (odd)" <> ')'),
  FOREIGN KEY (parent, parent_leg) REFERENCES trade (id, leg)
) WITHOUT ROWID;
CREATE UNIQUE INDEX trade_big ON trade (account_id,   qty DESC) WHERE qty > 10;
CREATE VIEW big AS SELECT id, 'two  spaces' AS text /* not shown */ FROM trade;
CREATE TRIGGER keep BEFORE DELETE ON trade BEGIN SELECT RAISE(ABORT, 'no;  never'); END;
CREATE TRIGGER through INSTEAD OF INSERT ON big BEGIN SELECT 1; END;
CREATE VIRTUAL TABLE words USING fts5(body);
)sql";

std::ostream& operator<<(std::ostream& stream, const PackVariant& variant) {
  return stream << variant.pack << ' ' << variant.database << ' ' << variant.engine;
}

std::vector<PackVariant> all_pack_variants() {
  std::vector<PackVariant> variants;
  for (const PackInfo& pack : packs()) {
    for (const std::string& engine : pack.engines) {
      if (pack.databases.empty()) variants.push_back({pack.name, "", engine});
      for (const std::string& database : pack.databases) variants.push_back({pack.name, database, engine});
    }
  }
  return variants;
}

}  // namespace tradewind::test
