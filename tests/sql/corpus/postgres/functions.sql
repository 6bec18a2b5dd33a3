CREATE TABLE t (a int, b text, case_ text);
CREATE FUNCTION plain_sql(x int) RETURNS int LANGUAGE sql AS 'SELECT x + 1; SELECT x + 2;';
CREATE FUNCTION dollars() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  q text := 'it''s; here';
BEGIN
  IF q ~ E'\\w+' THEN
    EXECUTE $q$ INSERT INTO t VALUES (1, 'x;y') $q$;
  END IF; -- the end;
  /* not $ $ the end; */
END;
$$;
CREATE OR REPLACE FUNCTION tagged() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
  NEW.b := $$a; $function $$ || '$fun$';
  RETURN NEW;
END
$function$;
CREATE TRIGGER on_insert BEFORE INSERT OR UPDATE OF b ON t FOR EACH ROW WHEN (NEW.a > 0 AND NEW.b IS DISTINCT FROM ';')
  EXECUTE FUNCTION tagged('an; argument');
ALTER TABLE t DISABLE TRIGGER on_insert;

CREATE FUNCTION standard(x int, y int DEFAULT 2) RETURNS int LANGUAGE sql IMMUTABLE RETURN x * y;
CREATE FUNCTION atomic_body() RETURNS int LANGUAGE sql
BEGIN ATOMIC
  INSERT INTO t VALUES (1, 'a;b');
  SELECT CASE WHEN a > 0 THEN CASE b WHEN 'x' THEN 1 ELSE 2 END END FROM t;
  /* END; */
  SELECT count(*)::int FROM t WHERE b = 'END;'; -- END;
END;
CREATE OR REPLACE PROCEDURE atomic_procedure(INOUT x int)
BEGIN ATOMIC
  UPDATE t SET a = CASE WHEN a > 1 THEN 1 ELSE (SELECT CASE WHEN true THEN 2 END) END;
  DELETE FROM t WHERE a = 3 RETURNING a;
END;
CREATE PROCEDURE empty_body() BEGIN ATOMIC END;
CREATE FUNCTION "begin"(atomic int) RETURNS int LANGUAGE sql RETURN atomic;
create function lower_case() returns int begin atomic select 1; end;
CREATE PROCEDURE quoted() LANGUAGE plpgsql AS 'BEGIN COMMIT; END';
CALL quoted();
DO $do$ BEGIN PERFORM 1; RAISE DEBUG 'x;%', $$y;$$; END $do$ LANGUAGE plpgsql;
DO LANGUAGE plpgsql $é$ BEGIN NULL; END $é$;
DO 'BEGIN PERFORM 1; END';
SELECT plain_sql(1), standard(y => 3, x := 2);
CREATE FUNCTION with_setting() RETURNS int LANGUAGE sql SET search_path = public, pg_temp SET work_mem = '4MB' AS $$SELECT 1;$$;
CREATE FUNCTION table_function(OUT a int, OUT b text) RETURNS SETOF record ROWS 10 LANGUAGE sql AS $_$ SELECT 1, $1$ || ';' $_$;
CREATE EVENT TRIGGER watch ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION tagged();
DROP FUNCTION standard(int, int), lower_case();
