-- Migration: 001_create_recommendations_tables
-- Description: Fail unless the tables, constraints, indexes and the expiry trigger are there

SELECT reco_id, asof, symbol, horizon, side, entry_price, confidence_overall, expected_move_pct, rationale, quality
FROM recommendations
LIMIT 0;

SELECT reco_id, ordinal, name, target_type, value, confidence, eta_minutes, notes
FROM reco_targets
LIMIT 0;

SELECT reco_id, option_type, expiry, strike, option_entry_price, greeks, iv, notes
FROM option_ideas
LIMIT 0;

SELECT reco_id, ordinal, name, value, confidence, eta_minutes, notes
FROM option_targets
LIMIT 0;

-- A division by zero says that one is missing or not valid.
SELECT 1 / (count(*) >= 31)::INT AS constraints_present
FROM pg_catalog.pg_constraint
WHERE conrelid IN (
          'recommendations'::REGCLASS, 'reco_targets'::REGCLASS, 'option_ideas'::REGCLASS, 'option_targets'::REGCLASS
      )
  AND contype IN ('p', 'c', 'f')
  AND convalidated;

SELECT 1 / (count(*) = 10)::INT AS indexes_present
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
WHERE i.indrelid IN (
          'recommendations'::REGCLASS, 'reco_targets'::REGCLASS, 'option_ideas'::REGCLASS, 'option_targets'::REGCLASS
      )
  AND i.indisvalid
  AND c.relname IN (
      'pk_recommendations', 'idx_recommendations_symbol_asof', 'idx_recommendations_horizon_confidence',
      'idx_recommendations_side', 'idx_recommendations_asof', 'pk_reco_targets', 'idx_reco_targets_reco_id',
      'pk_option_ideas', 'pk_option_targets', 'idx_option_targets_reco_id'
  );

SELECT 1 / (count(*) = 1)::INT AS expiry_trigger_enabled
FROM pg_catalog.pg_trigger
WHERE tgrelid = 'option_ideas'::REGCLASS AND tgname = 'trg_option_ideas_expiry_future' AND tgenabled IN ('O', 'A');
