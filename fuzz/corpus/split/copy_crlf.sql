COPY t FROM stdin WITH (FORMAT csv);
"
\.
