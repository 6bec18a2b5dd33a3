// Who may do what, beside what everybody and the owner may do from the beginning.
#include "postgres/catalog_queries.hpp"

namespace tradewind::postgres {
namespace {

// The owner has granted its own rights to itself: so it needs no name, which differs between servers. All
// rights together read ALL: a newer server knows more of them.
constexpr std::string_view grants = R"(@relations@, holders AS (
  SELECT 'grant' AS kind, rel.name, rel.owner AS of, rel.relacl AS acl,
    coalesce(i.initprivs, acldefault(CASE rel.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", rel.relowner)) AS initial,
    acldefault(CASE rel.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", rel.relowner) AS whole
  FROM rel LEFT JOIN pg_init_privs i ON i.classoid = 'pg_class'::regclass AND i.objoid = rel.oid AND i.objsubid = 0
  WHERE rel.relacl IS NOT NULL AND rel.relkind <> 'c'
  UNION ALL
  SELECT 'grant', rel.name || '.' || quote_ident(a.attname), rel.owner, a.attacl, NULL, NULL
  FROM rel JOIN pg_attribute a ON a.attrelid = rel.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE a.attacl IS NOT NULL
  UNION ALL
  SELECT 'grant', name, CASE p.prokind WHEN 'p' THEN 'procedure ' WHEN 'a' THEN 'aggregate ' ELSE 'function ' END || name, p.proacl,
    acldefault('f', p.proowner), acldefault('f', p.proowner)
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace,
    format('%I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)) AS name
  WHERE @ours@ AND p.proacl IS NOT NULL AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
  UNION ALL
  SELECT 'grant', quote_ident(n.nspname), 'schema ' || quote_ident(n.nspname), n.nspacl,
    coalesce(i.initprivs, acldefault('n', n.nspowner)), acldefault('n', n.nspowner)
  FROM pg_namespace n LEFT JOIN pg_init_privs i ON i.classoid = 'pg_namespace'::regclass AND i.objoid = n.oid
  WHERE @ours@ AND n.nspacl IS NOT NULL
  UNION ALL
  SELECT 'grant', format('%I.%I', n.nspname, t.typname),
    format('%s %I.%I', CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range' ELSE 'type' END,
      n.nspname, t.typname),
    t.typacl, acldefault('T', t.typowner), acldefault('T', t.typowner)
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
  WHERE @ours@ AND t.typacl IS NOT NULL AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
  UNION ALL
  SELECT 'default grant', 'for ' || quote_ident(pg_get_userbyid(f.defaclrole)) || coalesce(' in schema ' || quote_ident(n.nspname), '')
    || CASE f.defaclobjtype WHEN 'r' THEN ' on tables' WHEN 'S' THEN ' on sequences' WHEN 'f' THEN ' on functions'
       WHEN 'T' THEN ' on types' WHEN 'n' THEN ' on schemas' ELSE ' on large objects' END,
    '', f.defaclacl, CASE WHEN f.defaclnamespace = 0 THEN d.whole END, d.whole
  FROM pg_default_acl f LEFT JOIN pg_namespace n ON n.oid = f.defaclnamespace,
    acldefault(CASE f.defaclobjtype WHEN 'S' THEN 's' ELSE f.defaclobjtype END, f.defaclrole) AS d(whole)
), held AS (
  SELECT h.kind, h.name, h.of, x.which,
    CASE WHEN e.grantee = e.grantor THEN 'OWNER' WHEN e.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(e.grantee)) END
      AS grantee,
    (e.privilege_type || CASE WHEN e.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) COLLATE "C" AS privilege
  FROM holders h, (VALUES ('acl'), ('initial'), ('whole')) AS x(which),
    aclexplode(CASE x.which WHEN 'acl' THEN h.acl WHEN 'initial' THEN h.initial ELSE h.whole END) AS e
), listed AS (
  SELECT kind, name, of, grantee, which, string_agg(DISTINCT privilege, ', ' ORDER BY privilege) AS privileges
  FROM held GROUP BY kind, name, of, grantee, which
), compared AS (
  SELECT kind, name, of, grantee, max(privileges) FILTER (WHERE which = 'acl') AS now,
    max(privileges) FILTER (WHERE which = 'initial') AS initial
  FROM listed WHERE which <> 'whole' GROUP BY kind, name, of, grantee
)
SELECT c.kind, c.name || ' to ' || c.grantee, c.of,
  CASE WHEN c.now = w.privileges THEN 'ALL' ELSE coalesce(c.now, 'none') END
FROM compared c
LEFT JOIN listed w ON w.which = 'whole' AND w.grantee = 'OWNER' AND (w.kind, w.name, w.of) = (c.kind, c.name, c.of)
WHERE c.now IS DISTINCT FROM c.initial)";

}  // namespace

std::vector<CatalogQuery> grant_queries(int version) {
  return {{filled_in(grants, version), {"privileges"}}};
}

}  // namespace tradewind::postgres
