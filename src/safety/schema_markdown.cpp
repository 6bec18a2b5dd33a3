#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include <fmt/format.h>
#include <tradewind/schema.hpp>

#include "base/text.hpp"
#include "safety/schema.hpp"

namespace tradewind {
namespace {

using Objects = std::vector<const SchemaObject*>;

std::string value_of(const SchemaObject& object, std::string_view name) {
  for (const SchemaProperty& property : object.properties) {
    if (property.name == name) return property.value;
  }
  return {};
}

/// Fit for a cell of a table.
std::string cell(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '|') result += '\\';
    result += c == '\n' || c == '\r' ? ' ' : c;
  }
  return result;
}

std::string code(std::string_view text) {
  if (text.empty()) return {};
  const bool quoted = text.find('`') != std::string_view::npos;
  return quoted ? fmt::format("`` {} ``", cell(text)) : fmt::format("`{}`", cell(text));
}

/// A name as Mermaid takes it.
std::string plain(std::string_view name) {
  std::string result;
  for (const char c : name) {
    const bool word = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
    if (word) result += c;
    if (!word && c != '"' && (result.empty() || result.back() != '_')) result += '_';
  }
  while (result.ends_with('_')) result.pop_back();
  return result;
}

/// What stands in the first parentheses behind `mark`: "(a, b)" as a, b.
std::vector<std::string> columns_behind(std::string_view definition, std::string_view mark) {
  std::vector<std::string> columns;
  const std::size_t at = definition.find(mark);
  const std::size_t begin = at == definition.npos ? at : definition.find('(', at + mark.size());
  if (begin == definition.npos) return columns;
  std::string_view list = definition.substr(begin + 1, definition.find(')', begin) - begin - 1);
  while (!list.empty()) {
    const std::string_view item = list.substr(0, list.find(','));
    columns.emplace_back(base::trimmed(item));
    list.remove_prefix(std::min(list.size(), item.size() + 1));
  }
  return columns;
}

/// "btree (a, b) WHERE c": an index without its own and its table's name.
std::string short_index(std::string_view definition) {
  const bool unique = definition.starts_with("CREATE UNIQUE");
  std::size_t begin = definition.find(" USING ");
  if (begin != definition.npos) begin += std::string_view(" USING ").size();
  if (begin == definition.npos) begin = definition.find('(', definition.find(" ON "));
  if (begin == definition.npos) return std::string(definition);
  return (unique ? "unique " : "") + std::string(definition.substr(begin));
}

class Page {
 public:
  Page(const Schema& schema, const MarkdownOptions& options) : options_(options) {
    std::set<std::string> partitions;
    for (const SchemaObject& object : schema.objects) {
      const bool partition = !value_of(object, "partition of").empty();
      if (partition) partitions.insert(safety::identity(object));
      if (partition || partitions.contains(object.of)) continue;
      (object.of.empty() ? roots_[object.kind] : children_[object.of + "\n" + object.kind])
          .push_back(&object);
    }
    find_common_schema();
  }

  std::string text() {
    text_ = heading(0, options_.title);
    if (!options_.introduction.empty()) text_ += options_.introduction + "\n\n";
    add_counts();
    add_diagram();
    add_tables();
    add_views("view", "Views");
    add_views("materialized view", "Materialized views");
    add_routines();
    add_types();
    while (text_.ends_with("\n\n")) text_.pop_back();
    return std::move(text_);
  }

 private:
  const Objects& roots(const std::string& kind) const { return listed(roots_, kind); }
  const Objects& children(const SchemaObject& owner, const std::string& kind) const {
    return listed(children_, safety::identity(owner) + "\n" + kind);
  }
  static const Objects& listed(const std::map<std::string, Objects>& objects, const std::string& key) {
    static const Objects none;
    const auto found = objects.find(key);
    return found == objects.end() ? none : found->second;
  }
  Objects tables() const {
    Objects all;
    for (const char* kind : {"table", "foreign table", "virtual table"})
      all.insert(all.end(), roots(kind).begin(), roots(kind).end());
    return all;
  }

  /// A name in the one schema that there is needs not say so.
  void find_common_schema() {
    std::set<std::string> prefixes;
    for (const auto& [kind, objects] : roots_) {
      if (kind == "schema" || kind == "extension") continue;
      for (const SchemaObject* object : objects)
        prefixes.insert(object->name.substr(0, object->name.find('.') + 1));
    }
    if (prefixes.size() == 1) prefix_ = *prefixes.begin();
  }
  std::string bare(std::string_view name) const {
    return std::string(name.starts_with(prefix_) ? name.substr(prefix_.size()) : name);
  }
  /// The same for all names in a definition.
  std::string bare_text(std::string text) const {
    if (prefix_.empty()) return text;
    for (std::size_t at = text.find(prefix_); at != std::string::npos; at = text.find(prefix_, at)) {
      const bool begins = at == 0 || (std::isalnum(static_cast<unsigned char>(text[at - 1])) == 0 &&
                                      text[at - 1] != '_' && text[at - 1] != '.');
      if (begins)
        text.erase(at, prefix_.size());
      else
        at += prefix_.size();
    }
    return text;
  }
  static std::string own_name(const SchemaObject& object) {
    return std::string(safety::short_name(object.name, object.of));
  }
  std::string comment_on(const SchemaObject& object) const {
    std::string comment = value_of(object, "comment");
    if (!comment.empty()) return comment;
    const auto found = options_.comments.find(fmt::format("{} {}", object.kind, bare(object.name)));
    return found == options_.comments.end() ? comment : found->second;
  }

  std::string heading(int below, std::string_view text) const {
    return fmt::format("{} {}\n\n", std::string(static_cast<std::size_t>(options_.level + below), '#'), text);
  }
  void add_comment(const SchemaObject& object) {
    if (const std::string comment = comment_on(object); !comment.empty()) text_ += comment + "\n\n";
  }

  void add_counts() {
    std::size_t indexes = 0;
    std::size_t triggers = 0;
    for (const SchemaObject* table : tables()) {
      indexes += children(*table, "index").size();
      triggers += children(*table, "trigger").size();
    }
    for (const SchemaObject* view : roots("materialized view")) indexes += children(*view, "index").size();
    std::vector<std::string> parts;
    const auto add = [&](std::size_t count, std::string_view singular, std::string_view plural) {
      if (count > 0) parts.push_back(fmt::format("{} {}", count, count == 1 ? singular : plural));
    };
    add(tables().size(), "table", "tables");
    add(roots("view").size(), "view", "views");
    add(roots("materialized view").size(), "materialized view", "materialized views");
    add(indexes, "index", "indexes");
    add(roots("function").size() + roots("procedure").size(), "function", "functions");
    add(triggers, "trigger", "triggers");
    text_ += (parts.empty() ? "Nothing in it" : base::listed(parts)) + ".\n\n";
  }

  void add_diagram() {
    std::string lines;
    for (const SchemaObject* table : tables()) {
      lines += entity(*table);
      for (const SchemaObject* key : children(*table, "constraint")) lines += relation(*table, *key);
    }
    if (!lines.empty()) text_ += "```mermaid\nerDiagram\n" + lines + "```\n\n";
  }

  /// A table with the columns of its keys.
  std::string entity(const SchemaObject& table) const {
    std::string columns;
    for (const SchemaObject* column : children(table, "column")) {
      const bool primary = is_in(table, *column, "PRIMARY KEY");
      const bool foreign = is_in(table, *column, "FOREIGN KEY");
      if (!primary && !foreign) continue;
      const std::string type = plain(value_of(*column, "type"));
      columns += fmt::format("        {} {} {}\n", type.empty() ? "any" : type, plain(own_name(*column)),
                             primary && foreign ? "PK, FK"
                             : primary          ? "PK"
                                                : "FK");
    }
    const std::string name = plain(bare(table.name));
    return columns.empty() ? fmt::format("    {}\n", name)
                           : fmt::format("    {} {{\n{}    }}\n", name, columns);
  }
  bool is_in(const SchemaObject& table, const SchemaObject& column, std::string_view key) const {
    const Objects& constraints = children(table, "constraint");
    return std::any_of(constraints.begin(), constraints.end(), [&](const SchemaObject* c) {
      const std::string definition = value_of(*c, "definition");
      if (!definition.starts_with(key)) return false;
      const std::vector<std::string> names = columns_behind(definition, key);
      return std::find(names.begin(), names.end(), own_name(column)) != names.end();
    });
  }

  std::string relation(const SchemaObject& table, const SchemaObject& key) const {
    const std::string definition = value_of(key, "definition");
    const std::size_t at = definition.find(" REFERENCES ");
    if (!definition.starts_with("FOREIGN KEY") || at == definition.npos) return {};
    const std::vector<std::string> columns = columns_behind(definition, "FOREIGN KEY");
    const std::string rest = bare_text(definition.substr(at + std::string_view(" REFERENCES ").size()));
    const std::string target = rest.substr(0, rest.find_first_of("( "));
    const bool always = std::all_of(columns.begin(), columns.end(),
                                    [&](const std::string& c) { return is_not_null(table, c); });
    return fmt::format("    {} {}--{} {} : \"{}\"\n", plain(target), always ? "||" : "|o",
                       is_unique(table, columns) ? "o|" : "o{", plain(bare(table.name)),
                       fmt::format("{}", fmt::join(columns, ", ")));
  }
  bool is_not_null(const SchemaObject& table, const std::string& column) const {
    const Objects& columns = children(table, "column");
    return std::any_of(columns.begin(), columns.end(), [&](const SchemaObject* c) {
      return own_name(*c) == column && value_of(*c, "not null") == "yes";
    });
  }
  bool is_unique(const SchemaObject& table, const std::vector<std::string>& columns) const {
    const Objects& constraints = children(table, "constraint");
    return std::any_of(constraints.begin(), constraints.end(), [&](const SchemaObject* c) {
      const std::string definition = value_of(*c, "definition");
      const bool key = definition.starts_with("PRIMARY KEY") || definition.starts_with("UNIQUE");
      return key && columns_behind(definition, "") == columns;
    });
  }

  void add_tables() {
    if (tables().empty()) return;
    text_ += heading(1, "Tables");
    for (const SchemaObject* table : tables()) {
      text_ += heading(2, bare(table->name));
      add_comment(*table);
      if (const std::string by = value_of(*table, "partition by"); !by.empty())
        text_ += fmt::format("Partitioned by {}.\n\n", code(by));
      add_columns(*table);
      add_list(*table, "constraint");
      add_list(*table, "index");
      add_list(*table, "trigger");
    }
  }

  void add_columns(const SchemaObject& table) {
    const Objects& columns = children(table, "column");
    if (columns.empty()) return;
    text_ += "| column | type | null | default | |\n|---|---|---|---|---|\n";
    for (const SchemaObject* column : columns) {
      std::string by_default = value_of(*column, "default");
      for (const char* made : {"generated", "identity"}) {
        if (const std::string value = value_of(*column, made); by_default.empty() && !value.empty())
          by_default = fmt::format("{} {}", made, value);
      }
      text_ += fmt::format(
          "| {} | {} | {} | {} | {} |\n", code(own_name(*column)), cell(bare_text(value_of(*column, "type"))),
          may_be_null(table, *column) ? "yes" : "no", code(bare_text(by_default)), cell(comment_on(*column)));
    }
    text_ += "\n";
  }

  bool may_be_null(const SchemaObject& table, const SchemaObject& column) const {
    if (value_of(column, "not null") == "yes") return false;
    // SQLite's row number is never null, and need not say so.
    return !(base::lower(value_of(column, "type")) == "integer" && is_in(table, column, "PRIMARY KEY"));
  }

  /// Keys before checks.
  static std::size_t rank(const SchemaObject* constraint) {
    const std::string definition = value_of(*constraint, "definition");
    std::size_t rank = 0;
    for (const char* key : {"PRIMARY KEY", "UNIQUE", "FOREIGN KEY"}) {
      if (definition.starts_with(key)) break;
      ++rank;
    }
    return rank;
  }

  void add_list(const SchemaObject& table, const std::string& kind) {
    Objects objects = children(table, kind);
    if (objects.empty()) return;
    if (kind == "constraint")
      std::stable_sort(objects.begin(), objects.end(), [](auto* a, auto* b) { return rank(a) < rank(b); });
    const bool commented = std::any_of(objects.begin(), objects.end(),
                                       [&](const SchemaObject* o) { return !comment_on(*o).empty(); });
    text_ += fmt::format("| {} | {}\n|---|---|{}\n", kind, commented ? "| |" : "|", commented ? "---|" : "");
    for (const SchemaObject* object : objects) {
      std::string definition = bare_text(value_of(*object, "definition"));
      if (kind == "index") definition = short_index(definition);
      if (kind == "trigger") definition = short_trigger(definition);
      const std::string comment = commented ? fmt::format(" {} |", cell(comment_on(*object))) : "";
      text_ += fmt::format("| {} | {} |{}\n", code(bare(own_name(*object))), code(definition), comment);
    }
    text_ += "\n";
  }

  /// When it fires and, if the definition is short, what it does.
  static std::string short_trigger(const std::string& definition) {
    const std::size_t body = definition.find(" BEGIN ");
    const std::string head = definition.substr(0, body);
    const auto words = {" BEFORE ", " AFTER ", " INSTEAD OF "};
    std::size_t begin = head.size();
    for (const char* word : words) begin = std::min(begin, head.find(word));
    return begin < head.size() ? head.substr(begin + 1) : head;
  }

  void add_views(const std::string& kind, std::string_view title) {
    if (roots(kind).empty()) return;
    text_ += heading(1, title);
    for (const SchemaObject* view : roots(kind)) {
      text_ += heading(2, bare(view->name));
      add_comment(*view);
      std::vector<std::string> columns;
      for (const SchemaObject* column : children(*view, "column")) {
        const std::string type = value_of(*column, "type");
        columns.push_back(fmt::format("{}{}{}", code(own_name(*column)), type.empty() ? "" : " ", type));
      }
      if (!columns.empty()) text_ += fmt::format("Columns: {}.\n\n", fmt::join(columns, ", "));
      add_list(*view, "index");
    }
  }

  void add_routines() {
    Objects routines = roots("function");
    for (const char* kind : {"procedure", "aggregate"})
      routines.insert(routines.end(), roots(kind).begin(), roots(kind).end());
    if (routines.empty()) return;
    text_ += heading(1, "Functions");
    text_ += "| function | returns | |\n|---|---|---|\n";
    for (const SchemaObject* routine : routines) {
      const std::string name = bare(routine->name);
      const std::string call =
          fmt::format("{}({})", name.substr(0, name.find('(')), bare_text(value_of(*routine, "arguments")));
      text_ += fmt::format("| {} | {} | {} |\n", code(call), cell(bare_text(value_of(*routine, "returns"))),
                           cell(comment_on(*routine)));
    }
    text_ += "\n";
  }

  void add_types() {
    std::string rows;
    for (const char* kind : {"enum", "domain", "type", "range"}) {
      for (const SchemaObject* type : roots(kind)) {
        const std::string what = value_of(*type, kind == std::string_view("enum") ? "labels" : "type");
        rows += fmt::format("| {} | {} {} | {} |\n", code(bare(type->name)), kind, code(what),
                            cell(comment_on(*type)));
      }
    }
    if (!rows.empty()) text_ += heading(1, "Types") + "| type | is | |\n|---|---|---|\n" + rows + "\n";
  }

  const MarkdownOptions& options_;
  std::map<std::string, Objects> roots_;     ///< by kind
  std::map<std::string, Objects> children_;  ///< by owner and kind
  std::string prefix_;                       ///< "public."
  std::string text_;
};

}  // namespace

std::string to_markdown(const Schema& schema, const MarkdownOptions& options) {
  return Page(schema, options).text();
}

}  // namespace tradewind
