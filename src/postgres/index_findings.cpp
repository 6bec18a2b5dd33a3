#include <array>

#include "postgres/upkeep.hpp"

namespace tradewind::postgres {
namespace {

/// Each gives table, index, detail, advice.
struct IndexCheck {
  std::string_view kind;
  std::string_view query;
};

constexpr std::string_view invalid =
    "SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, 'a concurrent build of it failed: it "
    "is kept up "
    "and never used', format('DROP INDEX CONCURRENTLY %s;', i.indexrelid::regclass)"
    " FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
    " WHERE NOT i.indisvalid AND c.relkind = 'i' AND NOT EXISTS (SELECT 1 FROM pg_stat_progress_create_index "
    "p"
    "   WHERE p.index_relid = i.indexrelid) ORDER BY 1, 2";

/// Of the same columns in the same order, or of the first of another's; a unique one is never too many, but
/// for its equal.
constexpr std::string_view duplicate =
    "WITH x AS (SELECT i.indrelid, i.indexrelid, i.indisunique, i.indisprimary, i.indnkeyatts,"
    "   c.relam, array_to_string(i.indkey::int2[], ' ') || ' ' AS keys,"
    "   array_to_string((i.indkey::int2[])[0:i.indnkeyatts - 1], ' ') || ' ' AS key_columns,"
    "   array_to_string(i.indclass::oid[], ' ') || ' ' AS classes,"
    "   array_to_string(i.indoption::int2[], ' ') || ' ' AS options,"
    "   array_to_string(i.indcollation::oid[], ' ') || ' ' AS collations, i.indimmediate, i.indisreplident,"
    "   to_jsonb(i) ->> 'indnullsnotdistinct' AS nulls,"
    "   coalesce(pg_get_expr(i.indpred, i.indrelid), '') AS predicate, "
    "   coalesce(pg_get_expr(i.indexprs, i.indrelid), '') AS expressions,"
    "   EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid) AS is_constraint"
    "   FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid"
    "   JOIN pg_namespace n ON n.oid = t.relnamespace"
    "   WHERE i.indisvalid AND c.relkind = 'i' AND NOT c.relispartition AND n.nspname !~ '^pg_'"
    "   AND n.nspname <> 'information_schema')"
    " SELECT DISTINCT ON (a.indrelid::regclass::text, a.indexrelid::regclass::text)"
    "   a.indrelid::regclass::text, a.indexrelid::regclass::text,"
    "   CASE WHEN a.keys = b.keys THEN 'the same as ' ELSE 'its columns are the first of ' END || "
    "b.indexrelid::regclass,"
    "   format('DROP INDEX CONCURRENTLY %s;', a.indexrelid::regclass)"
    " FROM x a JOIN x b ON a.indrelid = b.indrelid AND a.indexrelid <> b.indexrelid AND a.relam = b.relam"
    "   AND a.predicate = b.predicate AND NOT a.is_constraint AND NOT a.indisprimary AND NOT a.indisreplident"
    "   AND (CASE WHEN a.keys = b.keys THEN a.classes = b.classes AND a.options = b.options AND a.collations "
    "= b.collations"
    "     AND a.expressions = b.expressions AND a.indnkeyatts = b.indnkeyatts AND (NOT a.indisunique OR "
    "(b.indisunique AND"
    "     b.indimmediate AND a.nulls IS NOT DISTINCT FROM b.nulls))"
    "     AND (b.is_constraint OR b.indisunique > a.indisunique OR (a.indisunique = b.indisunique AND "
    "a.indexrelid > b.indexrelid))"
    "   ELSE NOT a.indisunique AND a.expressions = '' AND b.expressions = '' AND a.relam = (SELECT oid FROM "
    "pg_am WHERE amname = 'btree')"
    "     AND a.keys = a.key_columns AND starts_with(b.key_columns, a.key_columns)"
    "     AND starts_with(b.classes, a.classes) AND starts_with(b.options, a.options)"
    "     AND starts_with(b.collations, a.collations) END)"
    " ORDER BY 1, 2, b.indexrelid::regclass::text";

constexpr std::string_view unused =
    "SELECT s.relid::regclass::text, s.indexrelid::regclass::text,"
    "   format('never used since %s, %s', coalesce((SELECT to_char(stats_reset, 'YYYY-MM-DD') FROM "
    "pg_stat_database"
    "     WHERE datname = current_database()), 'the statistics began'), "
    "pg_size_pretty(pg_relation_size(s.indexrelid))),"
    "   'if standbys do not use it either: ' || format('DROP INDEX CONCURRENTLY %s;', s.indexrelid::regclass)"
    " FROM pg_stat_user_indexes s JOIN pg_index i ON i.indexrelid = s.indexrelid JOIN pg_class c ON c.oid = "
    "s.indexrelid"
    " WHERE s.idx_scan = 0 AND NOT i.indisunique AND i.indisvalid AND NOT c.relispartition"
    "   AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = s.indexrelid)"
    "   AND pg_relation_size(s.indexrelid) > 16384 ORDER BY pg_relation_size(s.indexrelid) DESC, 1, 2";

/// An estimate from the statistics: entries of their average width in leaves that are 90 % full.
constexpr std::string_view bloated =
    "WITH x AS (SELECT i.indrelid, i.indexrelid, c.relpages, c.reltuples, t.relname, n.nspname,"
    "   (SELECT sum(coalesce(s.avg_width, 8)) FROM unnest(i.indkey) AS k(number)"
    "     JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number"
    "     LEFT JOIN pg_stats s ON s.schemaname = n.nspname AND s.tablename = t.relname AND s.attname = "
    "a.attname) AS width"
    "   FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam"
    "   JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace"
    "   WHERE m.amname = 'btree' AND c.relkind = 'i' AND i.indisvalid AND 0 <> ALL (i.indkey::int2[])"
    "   AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND c.relpages > 128),"
    " y AS (SELECT *, 2 + ceil(greatest(reltuples, 0) * (ceil((width + 8) / 8) * 8 + 4)"
    "   / (0.9 * (current_setting('block_size')::int - 40))) AS wanted FROM x)"
    " SELECT indrelid::regclass::text, indexrelid::regclass::text,"
    "   format('%s, of which about %s is empty', pg_size_pretty(relpages::bigint * "
    "current_setting('block_size')::int),"
    "     pg_size_pretty(((relpages - wanted) * current_setting('block_size')::int)::bigint)),"
    "   format('REINDEX INDEX CONCURRENTLY %s;', indexrelid::regclass)"
    " FROM y WHERE relpages > 2 * wanted ORDER BY relpages - wanted DESC";

constexpr std::string_view missing =
    "SELECT k.conrelid::regclass::text, '', format('foreign key %I to %s has none: each change of a row "
    "there reads "
    "this table', k.conname, k.confrelid::regclass),"
    "   format('CREATE INDEX CONCURRENTLY ON %s (%s);', k.conrelid::regclass, (SELECT "
    "string_agg(quote_ident(a.attname), "
    "', ' ORDER BY u.place) FROM unnest(k.conkey) WITH ORDINALITY AS u(number, place) JOIN pg_attribute a ON "
    "a.attrelid = k.conrelid AND a.attnum = u.number))"
    " FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE k.contype = 'f' AND k.conparentid = 0"
    "   AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indisvalid"
    "     AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) ~ '^\\(\\w+ IS NOT NULL\\)$')"
    "     AND (SELECT array_agg(x ORDER BY x) FROM unnest((i.indkey::int2[])[0:cardinality(k.conkey) - 1]) "
    "AS x)"
    "       = (SELECT array_agg(x ORDER BY x) FROM unnest(k.conkey) AS x))"
    " ORDER BY 1, 3";

constexpr std::string_view sequential =
    "SELECT relid::regclass::text, '', format('read whole %s times, %s rows each time', seq_scan, "
    "seq_tup_read / seq_scan),"
    "   'see which queries do it (pg_stat_statements, auto_explain) and index what they look for'"
    " FROM pg_stat_user_tables WHERE seq_scan > 1000 AND seq_tup_read / seq_scan > 1000 ORDER BY "
    "seq_tup_read DESC";

constexpr std::array<IndexCheck, 6> checks = {{{"invalid", invalid},
                                               {"duplicate", duplicate},
                                               {"unused", unused},
                                               {"bloated", bloated},
                                               {"missing", missing},
                                               {"sequential-scans", sequential}}};

}  // namespace

std::vector<IndexFinding> index_findings(database::Connection& connection) {
  std::vector<IndexFinding> findings;
  for (const IndexCheck& check : checks) {
    const database::Rows rows = connection.query(check.query);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      findings.push_back({std::string(check.kind), std::string(rows.text(row, 0)),
                          std::string(rows.text(row, 1)), std::string(rows.text(row, 2)),
                          std::string(rows.text(row, 3))});
    }
  }
  return findings;
}

}  // namespace tradewind::postgres
