-- Migration: 002_add_sample_data
-- Description: Remove the sample recommendations; their targets and options go with them

DELETE FROM recommendations
WHERE reco_id IN (
    '5a4d1c60-0001-4000-8000-000000000001',
    '5a4d1c60-0002-4000-8000-000000000002',
    '5a4d1c60-0003-4000-8000-000000000003',
    '5a4d1c60-0004-4000-8000-000000000004',
    '5a4d1c60-0005-4000-8000-000000000005'
);
