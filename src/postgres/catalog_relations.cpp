// Tables, views and what belongs to them.
#include "postgres/catalog_queries.hpp"

namespace tradewind::postgres {
namespace {

constexpr std::string_view relations = R"(@relations@
SELECT rel.kind, rel.name, '',
  CASE WHEN rel.relkind IN ('v', 'm') THEN pg_get_viewdef(rel.oid) END,
  CASE WHEN rel.relpersistence = 'u' THEN 'yes' END,
  CASE WHEN rel.relkind = 'p' THEN pg_get_partkeydef(rel.oid) END,
  CASE WHEN rel.relispartition THEN parents.names END,
  pg_get_expr(rel.relpartbound, rel.oid),
  CASE WHEN NOT rel.relispartition THEN parents.names END,
  CASE WHEN rel.reloftype <> 0 THEN format_type(rel.reloftype, NULL) END,
  CASE WHEN rel.relrowsecurity THEN CASE WHEN rel.relforcerowsecurity THEN 'forced' ELSE 'enabled' END END,
  (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(rel.reloptions) AS o),
  (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM pg_class t, unnest(t.reloptions) AS o WHERE t.oid = rel.reltoastrelid),
  nullif(am.amname, 'heap'),
  ts.spcname,
  CASE WHEN rel.relkind <> 'v' THEN CASE rel.relreplident WHEN 'n' THEN 'nothing' WHEN 'f' THEN 'full' WHEN 'i' THEN 'index ' || indexes.identity END END,
  indexes.clustered,
  srv.srvname,
  (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(ft.ftoptions) AS o),
  obj_description(rel.oid, 'pg_class')
FROM rel
LEFT JOIN pg_am am ON am.oid = rel.relam
LEFT JOIN pg_tablespace ts ON ts.oid = rel.reltablespace
LEFT JOIN pg_foreign_table ft ON ft.ftrelid = rel.oid
LEFT JOIN pg_foreign_server srv ON srv.oid = ft.ftserver
LEFT JOIN LATERAL (
  SELECT string_agg(format('%I.%I', pn.nspname, p.relname), ', ' ORDER BY i.inhseqno) AS names
  FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
  WHERE i.inhrelid = rel.oid) AS parents ON true
LEFT JOIN (
  SELECT x.indrelid, max(quote_ident(i.relname)) FILTER (WHERE x.indisreplident) AS identity,
    max(quote_ident(i.relname)) FILTER (WHERE x.indisclustered) AS clustered
  FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid GROUP BY x.indrelid) AS indexes ON indexes.indrelid = rel.oid
WHERE rel.relkind IN ('r', 'p', 'f', 'v', 'm'))";

// Users can set no other options of a column; some builds of the server keep notes of their own among them.
constexpr std::string_view columns = R"(@relations@, identities AS (
  SELECT d.refobjid, d.refobjsubid, concat_ws(', ',
    CASE WHEN s.seqincrement <> 1 THEN 'increment ' || s.seqincrement END,
    CASE WHEN s.seqstart <> CASE WHEN s.seqincrement > 0 THEN s.seqmin ELSE s.seqmax END THEN 'start ' || s.seqstart END,
    CASE WHEN s.seqincrement > 0 AND s.seqmin <> 1 OR s.seqincrement < 0 AND s.seqmin >= -32767 THEN 'minimum ' || s.seqmin END,
    CASE WHEN s.seqincrement < 0 AND s.seqmax <> -1 OR s.seqincrement > 0
      AND s.seqmax NOT IN (32767, 2147483647, 9223372036854775807) THEN 'maximum ' || s.seqmax END,
    CASE WHEN s.seqcache <> 1 THEN 'cache ' || s.seqcache END,
    CASE WHEN s.seqcycle THEN 'cycle' END) AS settings
  FROM pg_depend d JOIN pg_sequence s ON s.seqrelid = d.objid
  WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'i')
SELECT 'column', rel.name || '.' || quote_ident(a.attname), rel.owner,
  format_type(a.atttypid, a.atttypmod),
  CASE WHEN a.attcollation <> t.typcollation THEN format('%I.%I', cn.nspname, c.collname) END,
  CASE WHEN a.attnotnull THEN CASE WHEN @unvalidated_not_null@ THEN 'not valid' ELSE 'yes' END END,
  CASE WHEN a.attgenerated = '' THEN pg_get_expr(ad.adbin, ad.adrelid) END,
  CASE a.attgenerated WHEN 's' THEN pg_get_expr(ad.adbin, ad.adrelid) || ' stored'
    WHEN 'v' THEN pg_get_expr(ad.adbin, ad.adrelid) || ' virtual' END,
  nullif(concat_ws(', ', CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END, nullif(i.settings, '')), ''),
  nullif(a.attstattarget, -1),
  CASE WHEN a.attstorage <> t.typstorage THEN
    CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' ELSE 'extended' END END,
  @compression@,
  (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(a.attoptions) AS o WHERE o LIKE 'n\_distinct%'),
  (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(a.attfdwoptions) AS o),
  de.description
FROM rel
JOIN pg_attribute a ON a.attrelid = rel.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_collation c ON c.oid = a.attcollation
LEFT JOIN pg_namespace cn ON cn.oid = c.collnamespace
LEFT JOIN pg_attrdef ad ON ad.adrelid = rel.oid AND ad.adnum = a.attnum
LEFT JOIN identities i ON i.refobjid = rel.oid AND i.refobjsubid = a.attnum
LEFT JOIN pg_description de ON de.classoid = 'pg_class'::regclass AND de.objoid = rel.oid AND de.objsubid = a.attnum
WHERE rel.relkind <> 'S'
ORDER BY rel.oid, a.attnum)";

// What a partition has from its parent is told with the parent.
constexpr std::string_view constraints = R"(@relations@
SELECT 'constraint', rel.name || '.' || quote_ident(c.conname), rel.owner,
  pg_get_constraintdef(c.oid), obj_description(c.oid, 'pg_constraint')
FROM rel JOIN pg_constraint c ON c.conrelid = rel.oid
WHERE c.contype IN ('c', 'f', 'p', 'u', 'x') AND c.conparentid = 0 AND NOT (rel.relispartition AND c.coninhcount > 0)
UNION ALL
SELECT 'constraint', format('%I.%I.%I', n.nspname, t.typname, c.conname), format('domain %I.%I', n.nspname, t.typname),
  pg_get_constraintdef(c.oid), obj_description(c.oid, 'pg_constraint')
FROM pg_constraint c JOIN pg_type t ON t.oid = c.contypid JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE @ours@ AND c.contype = 'c')";

constexpr std::string_view indexes = R"(@relations@
SELECT 'index', format('%I.%I', n.nspname, i.relname), rel.owner,
  pg_get_indexdef(i.oid),
  CASE WHEN NOT (x.indisvalid AND x.indisready AND x.indislive) THEN 'yes' END,
  (SELECT string_agg(format('%s of column %s', a.attstattarget, a.attnum), ', ' ORDER BY a.attnum)
   FROM pg_attribute a WHERE a.attrelid = i.oid AND a.attstattarget >= 0),
  ts.spcname,
  obj_description(i.oid, 'pg_class')
FROM rel
JOIN pg_index x ON x.indrelid = rel.oid
JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_namespace n ON n.oid = i.relnamespace
LEFT JOIN pg_tablespace ts ON ts.oid = i.reltablespace
WHERE NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.oid AND c.contype IN ('p', 'u', 'x'))
  AND NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = i.oid))";

// A trigger that a partition has from its parent depends on the parent's.
constexpr std::string_view triggers = R"(@relations@
SELECT 'trigger', rel.name || '.' || quote_ident(t.tgname), rel.owner,
  pg_get_triggerdef(t.oid),
  CASE t.tgenabled WHEN 'D' THEN 'never' WHEN 'R' THEN 'on replicas' WHEN 'A' THEN 'always' END,
  obj_description(t.oid, 'pg_trigger')
FROM rel JOIN pg_trigger t ON t.tgrelid = rel.oid
WHERE NOT t.tgisinternal AND NOT EXISTS (
  SELECT FROM pg_depend d WHERE d.classid = 'pg_trigger'::regclass AND d.objid = t.oid AND d.refclassid = 'pg_trigger'::regclass)
UNION ALL
SELECT 'rule', rel.name || '.' || quote_ident(r.rulename), rel.owner,
  pg_get_ruledef(r.oid),
  CASE r.ev_enabled WHEN 'D' THEN 'never' WHEN 'R' THEN 'on replicas' WHEN 'A' THEN 'always' END,
  obj_description(r.oid, 'pg_rewrite')
FROM rel JOIN pg_rewrite r ON r.ev_class = rel.oid
WHERE r.rulename <> '_RETURN')";

constexpr std::string_view policies = R"(@relations@
SELECT 'policy', rel.name || '.' || quote_ident(p.polname), rel.owner,
  CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
  CASE WHEN NOT p.polpermissive THEN 'yes' END,
  (SELECT string_agg(r.name, ', ' ORDER BY r.name) FROM (
     SELECT (CASE role WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(role)) END) COLLATE "C" AS name
     FROM unnest(p.polroles) AS role) AS r),
  pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid),
  obj_description(p.oid, 'pg_policy')
FROM rel JOIN pg_policy p ON p.polrelid = rel.oid)";

constexpr std::string_view statistics = R"(@relations@
SELECT 'statistics', format('%I.%I', n.nspname, s.stxname), rel.owner,
  pg_get_statisticsobjdef(s.oid), @statistics_target@, obj_description(s.oid, 'pg_statistic_ext')
FROM rel JOIN pg_statistic_ext s ON s.stxrelid = rel.oid JOIN pg_namespace n ON n.oid = s.stxnamespace)";

// An identity column's sequence is told with the column.
constexpr std::string_view sequences = R"(@relations@
SELECT 'sequence', rel.name, coalesce(o.owner, ''),
  format_type(s.seqtypid, NULL),
  CASE WHEN s.seqstart <> CASE WHEN s.seqincrement > 0 THEN s.seqmin ELSE s.seqmax END THEN s.seqstart END,
  nullif(s.seqincrement, 1),
  CASE WHEN s.seqmin <> CASE WHEN s.seqincrement > 0 THEN 1 ELSE limits.low END THEN s.seqmin END,
  CASE WHEN s.seqmax <> CASE WHEN s.seqincrement > 0 THEN limits.high ELSE -1 END THEN s.seqmax END,
  nullif(s.seqcache, 1), CASE WHEN s.seqcycle THEN 'yes' END,
  o.name || '.' || quote_ident(a.attname),
  CASE WHEN rel.relpersistence = 'u' THEN 'yes' END,
  obj_description(rel.oid, 'pg_class')
FROM rel
JOIN pg_sequence s ON s.seqrelid = rel.oid
JOIN (VALUES ('int2'::regtype::oid, -32768::bigint, 32767::bigint), ('int4'::regtype, -2147483648, 2147483647),
             ('int8'::regtype, -9223372036854775808, 9223372036854775807)) AS limits(type, low, high) ON limits.type = s.seqtypid
LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = rel.oid AND d.refclassid = 'pg_class'::regclass
  AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
LEFT JOIN rel o ON o.oid = d.refobjid
LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE d.deptype IS DISTINCT FROM 'i')";

}  // namespace

std::vector<CatalogQuery> relation_queries(int version) {
  return {
      {filled_in(relations, version),
       {"definition", "unlogged", "partition by", "partition of", "bounds", "inherits", "of type",
        "row security", "options", "toast options", "access method", "tablespace", "replica identity",
        "clustered on", "server", "foreign options", "comment"}},
      {filled_in(columns, version),
       {"type", "collation", "not null", "default", "generated", "identity", "statistics", "storage",
        "compression", "options", "foreign options", "comment"}},
      {filled_in(constraints, version), {"definition", "comment"}},
      {filled_in(indexes, version), {"definition", "invalid", "statistics", "tablespace", "comment"}},
      {filled_in(triggers, version), {"definition", "enabled", "comment"}},
      {filled_in(policies, version), {"command", "restrictive", "roles", "using", "with check", "comment"}},
      {filled_in(statistics, version), {"definition", "target", "comment"}},
      {filled_in(sequences, version),
       {"type", "start", "increment", "minimum", "maximum", "cache", "cycle", "owned by", "unlogged",
        "comment"}},
  };
}

}  // namespace tradewind::postgres
