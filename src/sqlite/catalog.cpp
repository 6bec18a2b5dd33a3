#include "sqlite/catalog.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/text.hpp"
#include "database/dialect.hpp"
#include "sqlite/catalog_text.hpp"

namespace tradewind::sqlite {
namespace {

using database::Connection;
using database::Rows;

/// One view of the file for all the queries, also inside a transaction of the caller's.
class ReadingSession {
 public:
  explicit ReadingSession(Connection& connection) : connection_(connection) {
    connection_.query("SAVEPOINT tradewind_catalog");
  }
  ~ReadingSession() {
    try {
      connection_.query("RELEASE tradewind_catalog");
    } catch (const Error&) {
      return;  // an error that ended the transaction has ended the savepoint too
    }
  }
  ReadingSession(const ReadingSession&) = delete;
  ReadingSession& operator=(const ReadingSession&) = delete;

 private:
  Connection& connection_;
};

// Of the table $1.
constexpr std::string_view history_query =
    "SELECT count(*) = 4 FROM pragma_table_info($1) WHERE name IN ('migration_id', 'batch', 'checksum', "
    "'down_sql')";

constexpr std::string_view tables_query =
    "SELECT l.name, l.type, l.wr, l.strict, m.sql FROM pragma_table_list AS l "
    "JOIN sqlite_schema AS m ON m.name = l.name AND m.type = 'table' "
    "WHERE l.schema = 'main' AND l.type IN ('table', 'virtual') AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

constexpr std::string_view columns_query =
    "SELECT l.name, x.name, x.type, x.\"notnull\", x.dflt_value, x.hidden FROM pragma_table_list AS l "
    "JOIN pragma_table_xinfo(l.name) AS x WHERE l.schema = 'main' AND l.type = 'table' ORDER BY l.name, "
    "x.cid";

constexpr std::string_view foreign_keys_query =
    "SELECT l.name, f.id, f.\"from\", f.\"table\", f.\"to\", f.on_update, f.on_delete FROM pragma_table_list "
    "AS l "
    "JOIN pragma_foreign_key_list(l.name) AS f WHERE l.schema = 'main' AND l.type = 'table' ORDER BY l.name, "
    "f.id DESC, f.seq";

constexpr std::string_view others_query =
    "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE type IN ('index', 'view', 'trigger') AND sql "
    "IS NOT NULL";

struct ForeignKey {
  std::string columns;
  std::string table;
  std::string target;
  std::string actions;
  std::string id;
};

std::string action(std::string_view event, std::string_view what) {
  return what == "NO ACTION" ? std::string() : fmt::format(" ON {} {}", event, what);
}

void append(std::string& list, std::string_view name) {
  if (name.empty()) return;
  if (!list.empty()) list += ", ";
  list += name_as_sql(name);
}

std::string definition_of(const ForeignKey& key) {
  const std::string target =
      key.target.empty() ? name_as_sql(key.table) : fmt::format("{}({})", name_as_sql(key.table), key.target);
  return fmt::format("FOREIGN KEY ({}) REFERENCES {}{}", key.columns, target, key.actions);
}

class Reader {
 public:
  Reader(Connection& connection, const database::HistoryName& history) : connection_(connection) {
    const std::array<database::Parameter, 1> parameters = {history.table};
    if (!connection.query(history_query, parameters).is_true(0, 0)) return;
    const database::HistoryTables tables = connection.dialect().history_tables(history.schema, history.table);
    history_ = {tables.migrations, tables.steps, tables.events};
  }

  std::vector<SchemaObject> read() {
    add_tables();
    add_columns();
    add_foreign_keys();
    add_others();
    return std::move(objects_);
  }

 private:
  struct Table {
    std::string kind;
    TableText text;
    std::string owner(const std::string& name) const { return kind + " " + name_as_sql(name); }
  };

  void add_tables() {
    const Rows rows = connection_.query(tables_query);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const bool is_virtual = rows.text(i, 1) == "virtual";
      const std::string name(rows.text(i, 0));
      if (history_.contains(base::quoted(name))) continue;
      const Table& table = tables_[name] = {is_virtual ? "virtual table" : "table",
                                            is_virtual ? TableText() : read_create_table(rows.text(i, 4))};
      SchemaObject object{table.kind, name_as_sql(name), {}, {}};
      if (is_virtual) object.properties.push_back({"definition", in_one_line(rows.text(i, 4))});
      if (rows.is_true(i, 3)) object.properties.push_back({"strict", "yes"});
      if (rows.is_true(i, 2) && !is_virtual) object.properties.push_back({"without rowid", "yes"});
      objects_.push_back(std::move(object));
      add_constraints(name, table);
    }
  }

  void add_constraint(const std::string& table, const TextConstraint& text, std::string name,
                      std::string definition) {
    if (!text.suffix.empty()) definition += " " + text.suffix;
    name = fmt::format("{}.{}", name_as_sql(table), text.name.empty() ? name : name_as_sql(text.name));
    for (int number = 2; !names_.insert(name).second; ++number)
      name = fmt::format("{} #{}", name.substr(0, name.find(" #")), number);
    objects_.push_back(
        {"constraint", name, tables_.at(table).owner(table), {{"definition", std::move(definition)}}});
  }

  void add_constraints(const std::string& name, const Table& table) {
    for (const TextConstraint& key : table.text.primary_keys)
      add_constraint(name, key, "PRIMARY KEY", fmt::format("PRIMARY KEY ({})", key.columns));
    for (const TextConstraint& unique : table.text.uniques) {
      const std::string text = fmt::format("UNIQUE ({})", unique.columns);
      add_constraint(name, unique, text, text);
    }
    for (const TextConstraint& check : table.text.checks) {
      const std::string text = fmt::format("CHECK ({})", check.text);
      add_constraint(name, check, text, text);
    }
  }

  void add_columns() {
    const Rows rows = connection_.query(columns_query);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::string table(rows.text(i, 0));
      const auto found = tables_.find(table);
      if (found == tables_.end()) continue;
      const std::string name(rows.text(i, 1));
      SchemaObject column{"column",
                          fmt::format("{}.{}", name_as_sql(table), name_as_sql(name)),
                          found->second.owner(table),
                          {}};
      const auto text = found->second.text.columns.find(name);
      const ColumnText more = text == found->second.text.columns.end() ? ColumnText() : text->second;
      const auto add = [&](std::string_view property, std::string value) {
        if (!value.empty()) column.properties.push_back({std::string(property), std::move(value)});
      };
      add("type", std::string(rows.text(i, 2)));
      add("collation", more.collation);
      add("not null", rows.is_true(i, 3) ? "yes" : "");
      add("default", std::string(rows.text(i, 4)));
      if (rows.text(i, 5) == "2") add("generated", more.generated + " virtual");
      if (rows.text(i, 5) == "3") add("generated", more.generated + " stored");
      objects_.push_back(std::move(column));
    }
  }

  void add_foreign_keys() {
    const Rows rows = connection_.query(foreign_keys_query);
    std::map<std::string, std::vector<ForeignKey>> keys;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      auto& list = keys[std::string(rows.text(i, 0))];
      if (list.empty() || list.back().id != rows.text(i, 1)) {
        list.push_back({{},
                        std::string(rows.text(i, 3)),
                        {},
                        action("UPDATE", rows.text(i, 5)) + action("DELETE", rows.text(i, 6)),
                        std::string(rows.text(i, 1))});
      }
      append(list.back().columns, rows.text(i, 2));
      append(list.back().target, rows.text(i, 4));
    }
    for (const auto& [table, list] : keys) {
      const auto found = tables_.find(table);
      if (found == tables_.end()) continue;
      // The pragma numbers them from the last to the first.
      const auto& texts = found->second.text.foreign_keys;
      for (std::size_t i = 0; i < list.size(); ++i) {
        const TextConstraint text = texts.size() == list.size() ? texts[i] : TextConstraint();
        add_constraint(table, text, fmt::format("FOREIGN KEY ({})", list[i].columns), definition_of(list[i]));
      }
    }
  }

  void add_others() {
    const Rows rows = connection_.query(others_query);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::string kind(rows.text(i, 0));
      const std::string table(rows.text(i, 2));
      const auto found = tables_.find(table);
      const bool on_view = kind == "trigger" && found == tables_.end();
      if (kind == "index" && found == tables_.end()) continue;
      std::string owner = found != tables_.end() && kind != "view" ? found->second.owner(table) : "";
      if (on_view) owner = "view " + name_as_sql(table);
      objects_.push_back({kind,
                          name_as_sql(rows.text(i, 1)),
                          std::move(owner),
                          {{"definition", in_one_line(rows.text(i, 3))}}});
    }
  }

  Connection& connection_;
  std::set<std::string> history_;  ///< quoted

  std::map<std::string, Table> tables_;
  std::set<std::string> names_;
  std::vector<SchemaObject> objects_;
};

class SqliteCatalog : public database::CatalogReader {
 public:
  std::vector<SchemaObject> read(Connection& connection,
                                 const database::HistoryName& history) const override {
    const ReadingSession session(connection);
    return Reader(connection, history).read();
  }
};

}  // namespace

const database::CatalogReader& catalog_reader() {
  static const SqliteCatalog reader;
  return reader;
}

}  // namespace tradewind::sqlite
