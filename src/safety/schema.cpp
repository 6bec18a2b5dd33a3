#include "safety/schema.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <unordered_map>

#include <fmt/format.h>

#include "base/mapped.hpp"
#include "base/text.hpp"

namespace tradewind {
namespace safety {
namespace {

// What others are made of comes before what is made of it; what belongs to a table as people look for it.
constexpr std::array<std::string_view, 28> kinds = {"schema",
                                                    "extension",
                                                    "collation",
                                                    "enum",
                                                    "range",
                                                    "domain",
                                                    "type",
                                                    "sequence",
                                                    "foreign server",
                                                    "function",
                                                    "procedure",
                                                    "aggregate",
                                                    "table",
                                                    "foreign table",
                                                    "virtual table",
                                                    "view",
                                                    "materialized view",
                                                    "column",
                                                    "constraint",
                                                    "index",
                                                    "statistics",
                                                    "trigger",
                                                    "rule",
                                                    "policy",
                                                    "event trigger",
                                                    "default grant",
                                                    "grant",
                                                    ""};

std::size_t rank(std::string_view kind) {
  return static_cast<std::size_t>(std::find(kinds.begin(), kinds.end(), kind) - kinds.begin());
}

/// A sequence that a column owns comes after the indexes.
std::size_t rank_of_child(std::string_view kind) {
  return kind == "sequence" ? 2 * rank("index") + 1 : 2 * rank(kind);
}

void escape_invalid(std::string& text) {
  while (const auto bad = base::invalid_utf8(text)) {
    text.replace(*bad, 1, fmt::format("\\x{:02X}", static_cast<unsigned char>(text[*bad])));
  }
}

void make_valid(SchemaObject& object) {
  escape_invalid(object.name);
  escape_invalid(object.of);
  for (SchemaProperty& property : object.properties) escape_invalid(property.value);
}

}  // namespace

std::string identity(const SchemaObject& object) {
  return fmt::format("{} {}", object.kind, object.name);
}

std::string_view short_name(std::string_view name, std::string_view of) {
  for (std::size_t space = of.find(' '); space != std::string_view::npos; space = of.find(' ', space + 1)) {
    const std::string_view owner = of.substr(space + 1);
    if (name.size() > owner.size() + 1 && name.starts_with(owner) &&
        (name[owner.size()] == '.' || name[owner.size()] == ' ')) {
      return name.substr(owner.size() + 1);
    }
  }
  return name;
}

std::vector<SchemaObject> in_order(std::vector<SchemaObject> objects) {
  for (SchemaObject& object : objects) make_valid(object);
  std::unordered_map<std::string, std::pair<std::size_t, std::string>> roots;
  for (const SchemaObject& object : objects) {
    if (object.of.empty()) roots.emplace(identity(object), std::pair(rank(object.kind), object.name));
  }
  for (SchemaObject& object : objects) {
    if (!roots.contains(object.of)) object.of.clear();
  }
  using Key = std::tuple<std::size_t, std::string_view, bool, std::size_t, std::string_view>;
  std::vector<std::pair<Key, std::size_t>> keys;
  keys.reserve(objects.size());
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const SchemaObject& object = objects[i];
    const bool child = !object.of.empty();
    const std::size_t own_rank = child ? rank_of_child(object.kind) : rank(object.kind);
    const std::size_t root_rank = child ? roots.at(object.of).first : own_rank;
    const std::string_view own_name =
        object.kind == "column" ? std::string_view() : std::string_view(object.name);
    const std::string_view root_name =
        child ? std::string_view(roots.at(object.of).second) : std::string_view(object.name);
    keys.push_back({{root_rank, root_name, child, own_rank, own_name}, i});
  }
  std::sort(keys.begin(), keys.end());
  return base::mapped(keys, [&](const auto& entry) { return std::move(objects[entry.second]); });
}

}  // namespace safety

namespace {

using Index = std::unordered_map<std::string, const SchemaObject*>;

Index index_of(const Schema& schema) {
  Index index;
  for (const SchemaObject& object : schema.objects) index.emplace(safety::identity(object), &object);
  return index;
}

const std::string* value_of(const SchemaObject* object, std::string_view name) {
  if (object == nullptr) return nullptr;
  for (const SchemaProperty& property : object->properties) {
    if (property.name == name) return &property.value;
  }
  return nullptr;
}

std::optional<std::string> copied(const std::string* text) {
  return text == nullptr ? std::nullopt : std::optional<std::string>(*text);
}

std::vector<PropertyDifference> property_differences(const SchemaObject* a, const SchemaObject* b) {
  std::vector<PropertyDifference> result;
  const auto add = [&](const std::string& name) {
    const std::string* in_a = value_of(a, name);
    const std::string* in_b = value_of(b, name);
    const bool same = in_a != nullptr && in_b != nullptr ? *in_a == *in_b : in_a == in_b;
    if (!same) result.push_back({name, copied(in_a), copied(in_b)});
  };
  if (a != nullptr) {
    for (const SchemaProperty& property : a->properties) add(property.name);
  }
  if (b != nullptr) {
    for (const SchemaProperty& property : b->properties) {
      if (value_of(a, property.name) == nullptr) add(property.name);
    }
  }
  return result;
}

/// Columns of each table that both schemas have, in the order of the first.
std::map<std::string, std::vector<std::string>> common_columns(const Schema& schema, const Index& other) {
  std::map<std::string, std::vector<std::string>> columns;
  for (const SchemaObject& object : schema.objects) {
    if (object.kind == "column" && other.contains(safety::identity(object)))
      columns[object.of].push_back(object.name);
  }
  return columns;
}

std::string column_list(const std::vector<std::string>& names, std::string_view table) {
  const std::vector<std::string_view> short_names =
      base::mapped(names, [&](const std::string& name) { return safety::short_name(name, table); });
  return fmt::format("{}", fmt::join(short_names, ", "));
}

class Comparison {
 public:
  Comparison(const Schema& a, const Schema& b)
      : a_(a),
        b_(b),
        in_a_(index_of(a)),
        in_b_(index_of(b)),
        columns_a_(common_columns(a, in_b_)),
        columns_b_(common_columns(b, in_a_)) {}

  std::vector<Difference> differences() {
    std::vector<SchemaObject> all = base::mapped(a_.objects, bare);
    for (const SchemaObject& object : b_.objects) {
      if (!in_a_.contains(safety::identity(object))) all.push_back(bare(object));
    }
    std::vector<Difference> result;
    for (const SchemaObject& object : safety::in_order(std::move(all))) compare(object, result);
    return result;
  }

 private:
  static SchemaObject bare(const SchemaObject& object) { return {object.kind, object.name, object.of, {}}; }
  static const SchemaObject* find(const Index& index, const std::string& key) {
    const auto found = index.find(key);
    return found == index.end() ? nullptr : found->second;
  }

  void compare(const SchemaObject& object, std::vector<Difference>& result) const {
    const std::string key = safety::identity(object);
    const SchemaObject* a = find(in_a_, key);
    const SchemaObject* b = find(in_b_, key);
    Difference difference{object.kind, object.name, object.of, SchemaChange::changed,
                          property_differences(a, b)};
    if (a == nullptr || b == nullptr) {
      difference.change = a == nullptr ? SchemaChange::only_in_b : SchemaChange::only_in_a;
    } else {
      add_column_order(key, difference);
    }
    if (difference.change != SchemaChange::changed || !difference.properties.empty())
      result.push_back(std::move(difference));
  }

  void add_column_order(const std::string& table, Difference& difference) const {
    const auto a = columns_a_.find(table);
    const auto b = columns_b_.find(table);
    if (a == columns_a_.end() || b == columns_b_.end() || a->second == b->second) return;
    difference.properties.push_back(
        {"column order", column_list(a->second, table), column_list(b->second, table)});
  }

  const Schema& a_;
  const Schema& b_;
  Index in_a_;
  Index in_b_;
  std::map<std::string, std::vector<std::string>> columns_a_;
  std::map<std::string, std::vector<std::string>> columns_b_;
};

}  // namespace

std::string_view name(SchemaChange change) noexcept {
  switch (change) {
    case SchemaChange::only_in_a:
      return "only in a";
    case SchemaChange::only_in_b:
      return "only in b";
    case SchemaChange::changed:
      break;
  }
  return "changed";
}

std::vector<Difference> diff(const Schema& a, const Schema& b) {
  return Comparison(a, b).differences();
}

}  // namespace tradewind
