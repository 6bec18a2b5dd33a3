-- Migration: 002_add_sample_data
-- Description: Fail unless the sample recommendations are there with their targets and options

-- A division by zero says that a row is missing. Rows added since to a sample recommendation do no harm.
SELECT 1 / (count(*) = 5)::INT AS recommendations_present
FROM recommendations
WHERE reco_id::TEXT LIKE '5a4d1c60-000_-4000-8000-00000000000_';

SELECT 1 / (count(*) >= 11)::INT AS targets_present
FROM reco_targets
WHERE reco_id::TEXT LIKE '5a4d1c60-000_-4000-8000-00000000000_';

SELECT 1 / (count(*) = 3)::INT AS options_present
FROM option_ideas
WHERE reco_id::TEXT LIKE '5a4d1c60-000_-4000-8000-00000000000_';

SELECT 1 / (count(*) >= 6)::INT AS option_targets_present
FROM option_targets
WHERE reco_id::TEXT LIKE '5a4d1c60-000_-4000-8000-00000000000_';
