-- Literals that go on in another line: psql takes the second part for a plain one.
SELECT E'a\''

	'b\';' AS continued_with_escapes, 'x'
'\' AS ends_with_a_backslash;
SELECT 1 AS after;
