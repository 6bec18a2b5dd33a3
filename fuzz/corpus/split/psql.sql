SELECT 1 \gset
\i x
