COPY t (a) FROM stdin; -- rows
1;	'
\.
SELECT 1;