-- Roles: 010_grants
-- Description: Role analyst reads, role trading_bot reads and writes; safe to run again, in a database of any name
-- Created: 2026-11-21

-- The roles can't log in: give them to users (GRANT analyst TO alice), or ALTER ROLE ... LOGIN with a password of your
-- own. Everything concerns the current schema. Run it as the owner of the tables: the privileges for tables made later
-- count for those the same user makes. trading_bot has no DELETE: retention is the owner's business.

DO $$
DECLARE
    role_name  TEXT;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['analyst', 'trading_bot'] LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles AS r WHERE r.rolname = role_name) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
            EXCEPTION
                -- Roles belong to the whole cluster: a run in another database may just have made it.
                WHEN duplicate_object OR unique_violation THEN
                    NULL;
            END;
        END IF;
    END LOOP;
END;
$$;

DO $$
DECLARE
    history_table  REGCLASS;
    table_owner    REGROLE;
BEGIN
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO analyst, trading_bot', current_database());
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO analyst, trading_bot', current_schema());

    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO analyst', current_schema());
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT SELECT ON TABLES TO analyst', current_schema());

    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA %I TO trading_bot', current_schema());
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT SELECT, INSERT, UPDATE ON TABLES TO trading_bot',
                   current_schema());
    EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %I TO trading_bot', current_schema());
    EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT USAGE, SELECT ON SEQUENCES TO trading_bot',
                   current_schema());

    -- Before PostgreSQL 15 everybody may make tables in the schema public. Who owns tables here may go on.
    IF has_schema_privilege('public', current_schema(), 'CREATE') THEN
        IF pg_has_role((SELECT nspowner FROM pg_catalog.pg_namespace WHERE nspname = current_schema()), 'USAGE') THEN
            FOR table_owner IN
                SELECT DISTINCT c.relowner::regrole
                FROM pg_catalog.pg_class AS c
                JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
                WHERE n.nspname = current_schema()
                  AND c.relkind IN ('r', 'p')
            LOOP
                EXECUTE format('GRANT CREATE ON SCHEMA %I TO %s', current_schema(), table_owner);
            END LOOP;
            EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', current_schema());
        ELSE
            RAISE NOTICE 'everybody, analyst too, may make tables in schema %', current_schema()
                USING HINT = format('Have its owner run: REVOKE CREATE ON SCHEMA %I FROM PUBLIC;', current_schema());
        END IF;
    END IF;

    -- The bot may read the history of the migrations, not rewrite it.
    FOR history_table IN
        SELECT c.oid
        FROM pg_catalog.pg_class AS c
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = current_schema()
          AND c.relname IN ('schema_migrations', 'schema_migration_steps', 'schema_migration_events')
          AND c.relkind IN ('r', 'p')
    LOOP
        EXECUTE format('REVOKE INSERT, UPDATE ON %s FROM trading_bot', history_table);
    END LOOP;
END;
$$;
