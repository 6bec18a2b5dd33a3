-- Migration: 001_create_recommendations_tables
-- Description: Drop option_targets, option_ideas, reco_targets and recommendations
-- Lint: allow opaque-dynamic-sql (drops uuid-ossp only where the up created it)

DROP TABLE option_targets;

DROP TABLE option_ideas;

DROP FUNCTION option_ideas_require_future_expiry();

DROP TABLE reco_targets;

DROP TABLE recommendations;

DO $$
BEGIN
    IF (
        SELECT pg_catalog.obj_description(oid, 'pg_extension')
        FROM pg_catalog.pg_extension
        WHERE extname = 'uuid-ossp'
    ) LIKE '%created by migration 001_create_recommendations_tables' THEN
        DROP EXTENSION "uuid-ossp";
    END IF;
EXCEPTION
    WHEN dependent_objects_still_exist THEN
        RAISE NOTICE 'extension uuid-ossp stays: other objects use it by now';
END
$$;
