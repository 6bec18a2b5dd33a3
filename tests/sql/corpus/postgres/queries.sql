CREATE TABLE t (a int PRIMARY KEY, b text, c jsonb, d int[], e timestamptz);
INSERT INTO t VALUES (1, 'x;', '{"k": [1, {"l": ";"}]}', '{1,2,3}', now()), (2, 'it''s', NULL, ARRAY[4, 5], 'epoch');
INSERT INTO t (a, b) SELECT g, repeat(';', g) FROM generate_series(3, 10) AS g ON CONFLICT (a) DO UPDATE SET b = excluded.b || ';' WHERE t.a > 3 RETURNING *;
UPDATE t SET b = DEFAULT, (c, d) = (SELECT '{}'::jsonb, '{}'::int[]) FROM (VALUES (1), (2)) AS v (w) WHERE t.a = v.w;
DELETE FROM t USING generate_series(100, 200) g WHERE t.a = g;
MERGE INTO t USING (SELECT 1 AS a, ';' AS b) AS s ON t.a = s.a
  WHEN MATCHED AND t.b IS NULL THEN UPDATE SET b = s.b
  WHEN MATCHED THEN DO NOTHING
  WHEN NOT MATCHED THEN INSERT (a, b) VALUES (s.a, s.b);
WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5), moved AS MATERIALIZED (DELETE FROM t WHERE a = 9 RETURNING *)
SELECT * FROM r LEFT JOIN moved ON n = a;
SELECT d[1:2], d[:2], d[2:], d[1], (ARRAY[[1,2],[3,4]])[1:2][2:2] FROM t;
SELECT c -> 'k' -> 1 ->> 'l', c #> '{k,0}', c #>> '{k,1,l}', c @> '{"k": []}', c ? 'k', c ?| ARRAY['k'], c ?& ARRAY['l'], c - 'k', c #- '{k,0}', c @? '$.k[*] ? (@ > 1)', c @@ '$.k == 1' FROM t;
SELECT a <-- a negated one;
  - 1 FROM t;
SELECT a +-- plus;
  2, a */* times; */ 3, - - 1, @ -5, |/ 25, ||/ 27, 1 << 2 >> 1 # 3 & ~ 4, 'a' !~~* 'b', '1' <> '2', 1 != 2, 2 ^ 3 % 4 FROM t LIMIT 0;
SELECT 'abc' ~ '^a', 'abc' !~* 'B;', 'x' LIKE 'y;' ESCAPE '\', 'x' SIMILAR TO '(y|z);' FROM t;
SELECT '1'::int::text::varchar(5), CAST(';' AS text), int '5', interval '1 day; ' IS NULL, date '2026-01-01' + time '10:00';
SELECT 1.5, .5, 5., 1e10, 1.5e-3, 1E+5, 0;
SELECT sum(a) FILTER (WHERE a > 1) OVER w, rank() OVER (PARTITION BY b ORDER BY a ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE TIES) FROM t WINDOW w AS (ORDER BY a);
SELECT b, count(*) FROM t GROUP BY GROUPING SETS ((b), CUBE (a, b), ROLLUP (a), ()) HAVING count(*) > 0 ORDER BY 1 NULLS FIRST FETCH FIRST 3 ROWS WITH TIES;
SELECT * FROM t TABLESAMPLE BERNOULLI (10) REPEATABLE (3), LATERAL (SELECT t.a * 2) AS l (m), ROWS FROM (generate_series(1, 2), unnest(ARRAY['a;'])) WITH ORDINALITY FOR UPDATE OF t SKIP LOCKED;
(SELECT 1 UNION ALL (SELECT 2 EXCEPT SELECT 3)) INTERSECT VALUES (1), (2) ORDER BY 1;
SELECT CASE WHEN a = 1 THEN ';' WHEN a = 2 THEN CASE b WHEN 'x' THEN 'y' END ELSE 'z' END AS end, 1 case, 2 begin, 3 atomic FROM t;
SELECT xmlelement(name foo, xmlattributes('a;' AS bar)), EXTRACT(epoch FROM e), OVERLAY('abc' PLACING ';' FROM 2 FOR 1), POSITION(';' IN b), TRIM(BOTH ';' FROM b), e AT TIME ZONE 'utc' FROM t LIMIT 0;
SELECT ROW(1, ';'), (ROW(1, 2)).*, t.*::text FROM t LIMIT 0;
SELECT json_build_object('a', 1), jsonb_path_query('{"a": 1}', '$.a'), to_tsvector('a;') @@ 'a'::tsquery;
TABLE t;
VALUES (1, ';'), (2, ';;');
SELECT * INTO copied FROM t;
CREATE TABLE as_table AS TABLE t WITH NO DATA;
SELECT /* a /* nested; */ comment; */ 1 -- and; a line
;
SELECT 1 AS "a;b", 2 AS "c""d;", 3 AS "é", 4 AS ключ, 5 AS a$b$c;
