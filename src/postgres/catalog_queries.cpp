#include "postgres/catalog_queries.hpp"

namespace tradewind::postgres {
namespace {

/// A name that stands for something else in the texts of queries.
struct Word {
  std::string_view name;
  int since;
  std::string_view text;
  std::string_view before;  ///< on older servers
};

// What an extension made is told by its version; what belongs to something else is told with it.
constexpr Word words[] = {
    {"@relations@",
     0,
     R"(
  WITH rel AS MATERIALIZED (
    SELECT c.*, format('%I.%I', n.nspname, c.relname) AS name, k.kind, k.kind || ' ' || format('%I.%I', n.nspname, c.relname) AS owner
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN (VALUES ('r'::"char", 'table'), ('p', 'table'), ('f', 'foreign table'), ('v', 'view'), ('m', 'materialized view'),
                 ('S', 'sequence'), ('c', 'type')) AS k(relkind, kind) ON k.relkind = c.relkind
    WHERE @ours@ AND c.oid <> ALL ($1::oid[]) AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')))",
     {}},
    {"@ours@", 0, "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'", {}},
    {"@compression@", 14, "CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END", "NULL"},
    {"@sql_body@", 14, "pg_get_function_sqlbody(p.oid)", "NULL"},
    {"@statistics_target@", 13, "nullif(s.stxstattarget, -1)", "NULL"},
    {"@unvalidated_not_null@", 18,
     "EXISTS (SELECT FROM pg_constraint c WHERE c.conrelid = rel.oid AND c.contype = 'n' AND NOT "
     "c.convalidated "
     "AND c.conkey = ARRAY[a.attnum])",
     "false"},
    {"@provider_locale@", 17, "coalesce(c.colllocale, c.collcollate)", "c.collcollate::text"},
};

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

}  // namespace

std::string filled_in(std::string_view text, int version) {
  std::string result(text);
  for (const Word& word : words)
    result = replaced(std::move(result), word.name, version >= word.since ? word.text : word.before);
  return result;
}

std::vector<CatalogQuery> catalog_queries(int version) {
  std::vector<CatalogQuery> all = relation_queries(version);
  for (auto& query : routine_queries(version)) all.push_back(std::move(query));
  for (auto& query : grant_queries(version)) all.push_back(std::move(query));
  return all;
}

}  // namespace tradewind::postgres
