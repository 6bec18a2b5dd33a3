CREATE TABLE t (a int, b text);
CREATE TABLE "odd;name" (a text);
COPY t FROM stdin;
1	a;b
2	it's \N "
3	\\. \t
4	$$
\.
COPY public.t (a, b) FROM STDIN WITH (FORMAT csv, HEADER true, DELIMITER ';'); -- the rows;
a;b
5;"quoted; -- and
over /* lines"
\.

copy "odd;name" from stdin /* ; */ ;
'
;
\.
COPY t FROM stdin;
\.
COPY t TO stdout;
COPY (SELECT a, ';' FROM t) TO STDOUT WITH CSV;
COPY t (a) TO '/dev/null';
COPY t FROM '/dev/null';
COPY t FROM PROGRAM 'true; true';
COPY BINARY t TO '/dev/null';
SELECT count(*) FROM t; COPY t FROM stdin WHERE a > 100;
101	x
\.
SELECT 1;
