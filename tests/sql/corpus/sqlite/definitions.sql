-- Definitions; of every sort.
PRAGMA foreign_keys = OFF;
CREATE TABLE t (
  id INTEGER PRIMARY KEY AUTOINCREMENT, -- a name;
  [odd;name] TEXT NOT NULL DEFAULT ';', "another;" REAL CHECK ("another;" > 0), `third;` BLOB DEFAULT x'3b',
  total REAL GENERATED ALWAYS AS (id * 2) VIRTUAL
);
;
CREATE TABLE begin (end TEXT, "case" TEXT, PRIMARY KEY (end)) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS i ON t ("another;" COLLATE NOCASE DESC) WHERE id > 0;
CREATE VIEW v AS SELECT CASE WHEN id > 1 THEN ';' ELSE 'b''c;' END AS end FROM t;
CREATE TRIGGER first AFTER INSERT ON t BEGIN
  UPDATE t SET "another;" = CASE WHEN NEW.id > 1 THEN 2 ELSE 3 END WHERE id = NEW.id;
  INSERT INTO begin VALUES (';', 'x'); -- END;
  DELETE FROM begin /* END; */ WHERE end = ';';
  SELECT CASE 1 WHEN 1 THEN CASE 2 WHEN 2 THEN 3 END END;
END;
CREATE TEMP TRIGGER IF NOT EXISTS second INSTEAD OF INSERT ON v WHEN CASE NEW.end WHEN 'a' THEN 1 END
BEGIN
  SELECT RAISE(ABORT, 'no; never') WHERE NEW.end = 'x';
  SELECT end FROM begin;
END;
create temporary trigger third before update of "another;" on main.t begin select 1; end
;
CREATE TRIGGER begin AFTER DELETE ON t BEGIN SELECT 1; END;
EXPLAIN CREATE TRIGGER fourth AFTER DELETE ON t BEGIN SELECT 1; SELECT 2; END;
CREATE VIRTUAL TABLE search USING fts5(a, b, tokenize = 'porter; ascii');
ALTER TABLE begin RENAME COLUMN "case" TO "other;";
DROP TRIGGER third; DROP VIEW IF EXISTS v;
