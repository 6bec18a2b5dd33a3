SELECT 'plain', 'it''s; fine', '', '''', ';', '--;', '/*;', '\', '\;';
SELECT E'escaped \'quote\';', e'\\', E'tab\t; \x3b \073 \u003b \U0000003b', E'it''s;', E'\
;';
SELECT 'a'
  'b;'
  'c;' AS continued;
SELECT B'1010', b'01', X'1F', x'ff', N'national; ', n'\';
SELECT B'10'
  '01' AS continued_bits;
SELECT U&'d\0061t\+000061;', U&'d!0061t;' UESCAPE '!', u&'\\;';
SELECT U&"d\0061t;" FROM (SELECT 1 AS "dat;") s;
SELECT u & a FROM (SELECT 1 AS u, 2 AS a) s;
SELECT $$dollar; 'quoted' "here" -- /* $$, $$$$, $a$;$a$, $a$ $$ ; $b$ $A$ $ab$ $a$, $_1$;$_1$, $é$;$e$ é$é$;
SELECT 'line
;
end', $$line
;
end$$, "line
;" FROM (SELECT 1 AS "line
;") s;
SELECT 'é€😀;', "é;" FROM (SELECT 1 AS "é;") s;
SELECT 'a' /* ; */ , /* ' */ 'b' -- ';
;
PREPARE p (int, text) AS SELECT $1, $2 || ';', $1+$1;
EXECUTE p (1, ';');
DEALLOCATE p;
SELECT date'2026-01-01', text'a;', interval'1 day';
