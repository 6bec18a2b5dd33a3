#include "postgres/catalog.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <tradewind/error.hpp>

#include <fmt/format.h>

#include "base/mapped.hpp"
#include "database/dialect.hpp"
#include "postgres/catalog_expression.hpp"
#include "postgres/catalog_queries.hpp"
#include "postgres/catalog_view.hpp"
#include "postgres/libpq.hpp"

namespace tradewind::postgres {
namespace {

using database::Connection;
using database::Rows;

/// A transaction, or a part of the caller's, in which names are written in full and values in one way only.
class ReadingSession {
 public:
  explicit ReadingSession(Connection& connection)
      : connection_(connection),
        nested_(PQtransactionStatus(static_cast<PGconn*>(connection.native_handle())) != PQTRANS_IDLE) {
    connection_.query(nested_ ? "SAVEPOINT tradewind_catalog"
                              : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    connection_.query(
        "SELECT set_config('search_path', '', true), set_config('TimeZone', 'UTC', true), "
        "set_config('DateStyle', 'ISO, MDY', true), set_config('IntervalStyle', 'postgres', true), "
        "set_config('bytea_output', 'hex', true), set_config('extra_float_digits', '1', true), "
        "set_config('quote_all_identifiers', 'off', true), set_config('lock_timeout', '30s', true), "
        "set_config('jit', 'off', true)");
  }
  ~ReadingSession() {
    try {
      connection_.query(nested_ ? "ROLLBACK TO SAVEPOINT tradewind_catalog" : "ROLLBACK");
      if (nested_) connection_.query("RELEASE SAVEPOINT tradewind_catalog");
    } catch (const Error&) {
      return;  // the connection is lost; whoever uses it next is told so
    }
  }
  ReadingSession(const ReadingSession&) = delete;
  ReadingSession& operator=(const ReadingSession&) = delete;

 private:
  Connection& connection_;
  bool nested_;
};

int major_version(const Connection& connection) {
  const std::string version = connection.server_version();
  int major = 0;
  std::from_chars(version.data(), version.data() + version.size(), major);
  return major;
}

/// An array of the relations of the histories of this name that are ours.
std::string relations_of(Connection& connection, const database::HistoryName& history) {
  const std::array<database::Parameter, 2> parameters = {history.schema, history.table};
  const Rows schemas = connection.query(
      "SELECT n.nspname FROM pg_class h JOIN pg_namespace n ON n.oid = h.relnamespace "
      "WHERE h.relname = $2::text AND $1::text IN ('', n.nspname) AND h.relkind = 'r' AND 4 = (SELECT "
      "count(*) FROM pg_attribute a "
      "WHERE a.attrelid = h.oid AND a.attname IN ('migration_id', 'batch', 'checksum', 'down_sql'))",
      parameters);
  std::string list;
  for (std::size_t i = 0; i < schemas.size(); ++i) {
    const database::HistoryTables tables =
        connection.dialect().history_tables(schemas.text(i, 0), history.table);
    for (const std::string& table : {tables.migrations, tables.steps, tables.events}) {
      const std::array<database::Parameter, 1> name = {table};
      const Rows rows = connection.query("SELECT to_regclass($1::text)::oid", name);
      if (rows.at(0, 0)) list += fmt::format("{}{}", list.empty() ? "" : ",", rows.text(0, 0));
    }
  }
  return "{" + list + "}";
}

void read_into(std::vector<SchemaObject>& objects, const Rows& rows,
               const std::vector<std::string_view>& properties) {
  for (std::size_t row = 0; row < rows.size(); ++row) {
    SchemaObject& object = objects.emplace_back();
    object.kind = rows.text(row, 0);
    object.name = rows.text(row, 1);
    object.of = rows.text(row, 2);
    for (std::size_t i = 0; i < properties.size(); ++i) {
      const auto value = rows.at(row, i + 3);
      if (value) object.properties.push_back({std::string(properties[i]), std::string(*value)});
    }
  }
}

const std::string* property(const SchemaObject& object, std::string_view name) {
  for (const SchemaProperty& p : object.properties) {
    if (p.name == name) return &p.value;
  }
  return nullptr;
}

/// A function's text is what its author wrote; the server writes all other expressions itself.
bool written_by_server(const SchemaObject& object, std::string_view name) {
  constexpr std::array<std::string_view, 6> names = {"definition", "default", "generated",
                                                     "arguments",  "using",   "with check"};
  const bool body = name == "definition" && (object.kind == "function" || object.kind == "procedure");
  return !body && std::find(names.begin(), names.end(), name) != names.end();
}

void write_alike(std::vector<SchemaObject>& objects, int version) {
  for (SchemaObject& object : objects) {
    const bool view = object.kind == "view" || object.kind == "materialized view";
    for (SchemaProperty& p : object.properties) {
      if (view && p.name == "definition") p.value = modern_view(p.value);
      if (written_by_server(object, p.name)) p.value = modern_expression(p.value, version);
    }
  }
}

/// Leaves out the columns that a partition has exactly as its parent has them. Whether a partition was made
/// with its columns or attached with columns of its own makes no difference; a dump turns the one into the
/// other.
class PartitionColumns {
 public:
  explicit PartitionColumns(const std::vector<SchemaObject>& objects) {
    for (const SchemaObject& object : objects) {
      if (const std::string* parent = property(object, "partition of"))
        parents_[object.kind + " " + object.name] = *parent;
      if (object.kind == "column") columns_.emplace(object.name, &object);
    }
  }

  bool inherited(const SchemaObject& column) const {
    const auto parent = parents_.find(column.of);
    if (column.kind != "column" || parent == parents_.end()) return false;
    const std::string_view partition = std::string_view(column.of).substr(column.of.find("table ") + 6);
    const auto same = columns_.find(parent->second + column.name.substr(partition.size()));
    return same != columns_.end() && property(column, "comment") == nullptr && alike(column, *same->second);
  }

 private:
  static bool alike(const SchemaObject& column, const SchemaObject& parents) {
    std::vector<SchemaProperty> wanted = parents.properties;
    std::erase_if(wanted, [](const SchemaProperty& p) { return p.name == "comment"; });
    return column.properties == wanted;
  }

  std::map<std::string, std::string> parents_;
  std::map<std::string, const SchemaObject*> columns_;
};

std::vector<SchemaObject> without_inherited(std::vector<SchemaObject> objects) {
  const PartitionColumns partitions(objects);
  const std::vector<bool> inherited =
      base::mapped(objects, [&](const SchemaObject& object) { return partitions.inherited(object); });
  std::size_t index = 0;
  std::erase_if(objects, [&](const SchemaObject&) { return inherited[index++]; });
  return objects;
}

class PostgresCatalog : public database::CatalogReader {
 public:
  std::vector<SchemaObject> read(Connection& connection,
                                 const database::HistoryName& history) const override {
    const ReadingSession session(connection);
    const std::array<database::Parameter, 1> left_out = {relations_of(connection, history)};
    std::vector<SchemaObject> objects;
    const int version = major_version(connection);
    for (const CatalogQuery& query : catalog_queries(version)) {
      read_into(objects, connection.query(query.text, left_out), query.properties);
    }
    write_alike(objects, version);
    return without_inherited(std::move(objects));
  }
};

}  // namespace

const database::CatalogReader& catalog_reader() {
  static const PostgresCatalog reader;
  return reader;
}

}  // namespace tradewind::postgres
