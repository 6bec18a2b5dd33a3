-- Definitions of every sort, as a migration might hold them.
CREATE SCHEMA IF NOT EXISTS desk;
CREATE SCHEMA quoted_schema
  CREATE TABLE inside (a int)
  CREATE VIEW inside_view AS SELECT a FROM inside;
SET search_path TO desk, public;

CREATE TYPE side AS ENUM ('BUY', 'SELL; not really');
ALTER TYPE side ADD VALUE IF NOT EXISTS 'HOLD' AFTER 'BUY';
CREATE TYPE money_pair AS (amount numeric(20,8), currency char(3));
CREATE TYPE span AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE DOMAIN price AS numeric(20,8) CHECK (VALUE > 0 AND VALUE < 1e12) NOT NULL DEFAULT 1;
CREATE SEQUENCE order_number START 1000 INCREMENT BY 10 CACHE 5;
CREATE COLLATION german (provider = icu, locale = 'de-u-co-phonebk');

CREATE TABLE instruments (
    id         bigint GENERATED ALWAYS AS IDENTITY (START WITH 5) PRIMARY KEY,
    "Symbol;"  text COLLATE "C" NOT NULL, -- a semicolon in a name;
    tick       price,
    tags       text[] DEFAULT '{}' /* none; */,
    spread     numeric GENERATED ALWAYS AS (tick * 2) STORED,
    attributes jsonb DEFAULT '{"a": [1, 2; 3]}'::text::json::jsonb,
    CONSTRAINT symbol_unique UNIQUE ("Symbol;")
) WITH (fillfactor = 70);

;

CREATE TABLE orders (
    id bigint PRIMARY KEY DEFAULT nextval('order_number'),
    instrument bigint NOT NULL REFERENCES instruments (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    placed timestamptz NOT NULL DEFAULT (now() AT TIME ZONE 'utc'),
    side side, during tstzrange,
    EXCLUDE USING gist (during WITH &&) WHERE (side = 'BUY')
);
CREATE TABLE ticks (at timestamptz NOT NULL, price numeric) PARTITION BY RANGE (at);
CREATE TABLE ticks_2026_01 PARTITION OF ticks FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE ticks_rest PARTITION OF ticks DEFAULT;
ALTER TABLE ticks DETACH PARTITION ticks_rest;
CREATE TABLE special_orders (note text) INHERITS (orders);
CREATE TEMP TABLE scratch ON COMMIT DROP AS SELECT 1 AS a, ';' AS b WITH NO DATA;
CREATE UNLOGGED TABLE fast (LIKE orders INCLUDING ALL EXCLUDING CONSTRAINTS);

CREATE UNIQUE INDEX ON instruments (lower("Symbol;")) WHERE tick > 0;
CREATE INDEX CONCURRENTLY tags_index ON instruments USING gin (tags);
CREATE INDEX ON orders USING brin (placed) WITH (pages_per_range = 32);
CREATE INDEX ON orders (instrument DESC NULLS LAST) INCLUDE (side);
CREATE STATISTICS order_statistics (dependencies) ON instrument, side FROM orders;

ALTER TABLE orders ADD COLUMN filled boolean NOT NULL DEFAULT false, ALTER COLUMN side SET DEFAULT 'BUY';
ALTER TABLE orders ADD CONSTRAINT later CHECK (placed > '2020-01-01') NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT later;
ALTER TABLE IF EXISTS nothing RENAME TO nobody;

CREATE VIEW open_orders AS SELECT * FROM orders WHERE NOT filled WITH LOCAL CHECK OPTION;
CREATE OR REPLACE RECURSIVE VIEW numbers (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM numbers WHERE n < 10;
CREATE MATERIALIZED VIEW totals AS SELECT side, count(*) FROM orders GROUP BY side WITH DATA;
CREATE UNIQUE INDEX ON totals (side);
REFRESH MATERIALIZED VIEW CONCURRENTLY totals;

CREATE RULE no_delete AS ON DELETE TO instruments DO INSTEAD NOTHING;
CREATE RULE log_insert AS ON INSERT TO instruments
  DO ALSO (
    NOTIFY instruments, 'new; one';
    INSERT INTO fast (id, instrument) VALUES (1, 1); -- a rule's;
    DELETE FROM fast WHERE id = 1 /* ; */
  );
CREATE OR REPLACE RULE log_insert AS ON INSERT TO instruments WHERE new.tick > 5 DO (SELECT 1; SELECT 2;);

CREATE POLICY own_orders ON orders FOR SELECT TO PUBLIC USING (side <> 'SELL; not really');
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT (id, instrument) ON orders TO PUBLIC WITH GRANT OPTION;
REVOKE ALL ON SCHEMA desk FROM PUBLIC CASCADE;
COMMENT ON TABLE orders IS 'all orders; even those that failed';
COMMENT ON COLUMN instruments."Symbol;" IS E'it\'s; a symbol';

CREATE AGGREGATE total (numeric) (SFUNC = numeric_add, STYPE = numeric, INITCOND = '0');
CREATE OPERATOR <-~> (LEFTARG = int, RIGHTARG = int, FUNCTION = int4mi);
CREATE CAST (money_pair AS text) WITH INOUT AS ASSIGNMENT;
CREATE TEXT SEARCH CONFIGURATION desk_search (COPY = simple);
CREATE PUBLICATION all_orders FOR TABLE orders WHERE (id > 0) WITH (publish = 'insert, update');
CREATE FOREIGN DATA WRAPPER nothing_at_all;
CREATE SERVER elsewhere FOREIGN DATA WRAPPER nothing_at_all OPTIONS (host 'a;b', "port;" '1');
CREATE FOREIGN TABLE remote (a int OPTIONS (x 'y')) SERVER elsewhere;
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;

DROP TABLE IF EXISTS nothing, nobody CASCADE;
DROP RULE IF EXISTS no_delete ON instruments;
DROP INDEX CONCURRENTLY IF EXISTS tags_index;
DROP OPERATOR <-~> (int, int);
DROP SCHEMA quoted_schema CASCADE
