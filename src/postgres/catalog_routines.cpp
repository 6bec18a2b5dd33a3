// What belongs to no table: schemas, extensions, types, functions.
#include "postgres/catalog_queries.hpp"

namespace tradewind::postgres {
namespace {

// Every database begins with a schema public that has this comment.
constexpr std::string_view schemas = R"(
SELECT 'schema', quote_ident(n.nspname), '',
  CASE WHEN n.nspname <> 'public' OR obj_description(n.oid, 'pg_namespace') <> 'standard public schema'
    THEN obj_description(n.oid, 'pg_namespace') END
FROM pg_namespace n
WHERE @ours@ AND $1::oid[] IS NOT NULL
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e'))";

constexpr std::string_view extensions = R"(
SELECT 'extension', quote_ident(e.extname), '', e.extversion, quote_ident(n.nspname)
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql' AND $1::oid[] IS NOT NULL)";

constexpr std::string_view types = R"(
SELECT CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range' ELSE 'type' END,
  format('%I.%I', n.nspname, t.typname), '',
  (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
  CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END,
  CASE WHEN t.typtype = 'd' AND t.typcollation <> b.typcollation THEN format('%I.%I', cn.nspname, c.collname) END,
  CASE WHEN t.typnotnull THEN 'yes' END,
  t.typdefault,
  format_type(r.rngsubtype, NULL),
  CASE WHEN NOT o.opcdefault THEN format('%I.%I', opn.nspname, o.opcname) END,
  nullif(r.rngcanonical::oid, 0)::regprocedure, nullif(r.rngsubdiff::oid, 0)::regprocedure,
  obj_description(t.oid, 'pg_type')
FROM pg_type t
JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_type b ON b.oid = t.typbasetype
LEFT JOIN pg_collation c ON c.oid = t.typcollation
LEFT JOIN pg_namespace cn ON cn.oid = c.collnamespace
LEFT JOIN pg_class k ON k.oid = t.typrelid
LEFT JOIN pg_range r ON r.rngtypid = t.oid
LEFT JOIN pg_opclass o ON o.oid = r.rngsubopc
LEFT JOIN pg_namespace opn ON opn.oid = o.opcnamespace
WHERE @ours@ AND $1::oid[] IS NOT NULL AND (t.typtype IN ('e', 'd', 'r') OR t.typtype = 'c' AND k.relkind = 'c')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'))";

// Servers from 14 on write the IN of a procedure's parameters.
constexpr std::string_view functions = R"(
SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
  format('%I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)), '',
  nullif(CASE p.prokind WHEN 'p' THEN regexp_replace(pg_get_function_arguments(p.oid), '(^|, )IN ', '\1', 'g')
    ELSE pg_get_function_arguments(p.oid) END, ''),
  CASE WHEN p.prokind <> 'p' THEN pg_get_function_result(p.oid) END,
  CASE WHEN p.prokind <> 'a' THEN l.lanname END,
  CASE WHEN p.prokind IN ('f', 'w') THEN
    CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END END,
  CASE WHEN p.prosecdef THEN 'definer' END,
  CASE WHEN p.proisstrict THEN 'yes' END,
  CASE WHEN p.proleakproof THEN 'yes' END,
  CASE WHEN p.prokind = 'w' THEN 'yes' END,
  CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' END,
  CASE WHEN p.procost <> CASE WHEN l.lanname IN ('c', 'internal') THEN 1 ELSE 100 END AND p.prokind <> 'a' THEN p.procost END,
  CASE WHEN p.proretset AND p.prorows <> 1000 THEN p.prorows END,
  nullif(p.prosupport::oid, 0)::regprocedure,
  (SELECT string_agg(s, E'\n' ORDER BY s COLLATE "C") FROM unnest(p.proconfig) AS s),
  CASE WHEN a.aggfnoid IS NOT NULL THEN concat_ws(', ', 'sfunc = ' || a.aggtransfn::regprocedure,
    'stype = ' || format_type(a.aggtranstype, NULL),
    'finalfunc = ' || nullif(a.aggfinalfn::oid, 0)::regprocedure, 'combinefunc = ' || nullif(a.aggcombinefn::oid, 0)::regprocedure,
    'serialfunc = ' || nullif(a.aggserialfn::oid, 0)::regprocedure, 'deserialfunc = ' || nullif(a.aggdeserialfn::oid, 0)::regprocedure,
    'msfunc = ' || nullif(a.aggmtransfn::oid, 0)::regprocedure, 'minvfunc = ' || nullif(a.aggminvtransfn::oid, 0)::regprocedure,
    'mfinalfunc = ' || nullif(a.aggmfinalfn::oid, 0)::regprocedure,
    'sortop = ' || nullif(a.aggsortop, 0)::regoperator, 'initcond = ' || quote_literal(a.agginitval),
    'finalfunc_modify = ' || nullif(a.aggfinalmodify::text, 'r'), 'kind = ' || nullif(a.aggkind::text, 'n'))
  ELSE coalesce(@sql_body@, CASE WHEN l.lanname = 'c' THEN p.probin || ', ' ELSE '' END || p.prosrc) END,
  obj_description(p.oid, 'pg_proc')
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
JOIN pg_language l ON l.oid = p.prolang
LEFT JOIN pg_aggregate a ON a.aggfnoid = p.oid
WHERE @ours@ AND $1::oid[] IS NOT NULL
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i')))";

constexpr std::string_view event_triggers = R"(
SELECT 'event trigger', quote_ident(t.evtname), '', t.evtevent,
  (SELECT string_agg(tag, ', ' ORDER BY tag COLLATE "C") FROM unnest(t.evttags) AS tag),
  t.evtfoid::regprocedure,
  CASE t.evtenabled WHEN 'D' THEN 'never' WHEN 'R' THEN 'on replicas' WHEN 'A' THEN 'always' END,
  obj_description(t.oid, 'pg_event_trigger')
FROM pg_event_trigger t
WHERE $1::oid[] IS NOT NULL
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_event_trigger'::regclass AND d.objid = t.oid AND d.deptype = 'e'))";

constexpr std::string_view collations = R"(
SELECT 'collation', format('%I.%I', n.nspname, c.collname), '',
  CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'c' THEN 'libc' WHEN 'b' THEN 'builtin' END,
  @provider_locale@, CASE WHEN NOT c.collisdeterministic THEN 'yes' END,
  obj_description(c.oid, 'pg_collation')
FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
WHERE @ours@ AND $1::oid[] IS NOT NULL
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_collation'::regclass AND d.objid = c.oid AND d.deptype = 'e'))";

// Options of user mappings are left out: they hold passwords.
constexpr std::string_view servers = R"(
SELECT 'foreign server', quote_ident(s.srvname), '', quote_ident(w.fdwname), s.srvtype, s.srvversion,
  (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(s.srvoptions) AS o WHERE o !~* '^password'),
  obj_description(s.oid, 'pg_foreign_server')
FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
WHERE $1::oid[] IS NOT NULL
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_foreign_server'::regclass AND d.objid = s.oid AND d.deptype = 'e'))";

}  // namespace

std::vector<CatalogQuery> routine_queries(int version) {
  return {
      {filled_in(schemas, version), {"comment"}},
      {filled_in(extensions, version), {"version", "schema"}},
      {filled_in(types, version),
       {"labels", "type", "collation", "not null", "default", "subtype", "operator class", "canonical",
        "difference", "comment"}},
      {filled_in(functions, version),
       {"arguments", "returns", "language", "volatility", "security", "strict", "leakproof", "window",
        "parallel", "cost", "rows", "support", "settings", "definition", "comment"}},
      {filled_in(event_triggers, version), {"event", "tags", "function", "enabled", "comment"}},
      {filled_in(collations, version), {"provider", "locale", "nondeterministic", "comment"}},
      {filled_in(servers, version), {"wrapper", "type", "version", "options", "comment"}},
  };
}

}  // namespace tradewind::postgres
