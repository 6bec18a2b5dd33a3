#include "migration/invalid_index.hpp"

#include <algorithm>

#include "database/dialect.hpp"
#include "sql/index_build.hpp"

namespace tradewind::migration {
namespace {

using sql::IndexBuild;

/// REINDEX CONCURRENTLY builds NAME_ccnew beside NAME, then renames NAME to NAME_ccold.
struct Rebuilt {
  explicit Rebuilt(std::string_view name) {
    std::size_t end = name.size();
    while (end > 0 && name[end - 1] >= '0' && name[end - 1] <= '9') --end;
    for (const std::string_view mark : {"_ccnew", "_ccold"}) {
      if (!name.substr(0, end).ends_with(mark)) continue;
      of = name.substr(0, end - mark.size());
      is_one = true;
      is_cut = name.size() > 59;
    }
  }
  bool may_be_of(std::string_view name) const {
    return is_one && (of == name || (is_cut && name.starts_with(of)));
  }

  std::string_view of;
  bool is_one = false;
  bool is_cut = false;  ///< the name was cut off for the mark to have room
};

/// A name without a schema fits in any.
bool fits(const IndexBuild::Name& named, std::string_view schema, std::string_view name) {
  return named.name == name && (named.schema.empty() || named.schema == schema);
}

bool relates(const InvalidIndex& index, const IndexBuild::Name& named, bool is_index) {
  return std::any_of(index.relations.begin(), index.relations.end(), [&](const auto& relation) {
    return relation.is_index == is_index && fits(named, relation.schema, relation.name);
  });
}

bool may_be_left_by(const IndexBuild& build, const InvalidIndex& index) {
  const Rebuilt rebuilt(index.name);
  if (!build.rebuilds) {
    const bool is_it = build.index.name.empty() ? !rebuilt.is_one : build.index.name == index.name;
    return is_it && relates(index, build.table, false);
  }
  if (!rebuilt.is_one) return false;
  switch (build.of) {
    case IndexBuild::Of::table:
      return relates(index, build.table, false);
    case IndexBuild::Of::schema:
      return std::any_of(index.relations.begin(), index.relations.end(),
                         [&](const auto& relation) { return relation.schema == build.index.name; });
    case IndexBuild::Of::database:
      return true;
    case IndexBuild::Of::index:
      break;
  }
  const bool same_schema = build.index.schema.empty() || build.index.schema == index.schema;
  return (same_schema && rebuilt.may_be_of(build.index.name)) || relates(index, build.index, true);
}

bool is_on_path(const InvalidIndex& index) {
  return std::any_of(index.relations.begin(), index.relations.end(),
                     [](const auto& relation) { return relation.on_path; });
}

}  // namespace

std::vector<InvalidIndex> invalid_indexes(database::Connection& connection) {
  std::vector<InvalidIndex> result;
  const std::string_view query = connection.dialect().invalid_indexes();
  if (query.empty()) return result;
  const database::Rows rows = connection.query(query);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (result.empty() || result.back().quoted != rows.text(i, 0)) {
      result.push_back({.quoted = std::string(rows.text(i, 0)),
                        .schema = std::string(rows.text(i, 1)),
                        .name = std::string(rows.text(i, 2)),
                        .being_built = rows.is_true(i, 3),
                        .relations = {}});
    }
    result.back().relations.push_back({.schema = std::string(rows.text(i, 4)),
                                       .name = std::string(rows.text(i, 5)),
                                       .is_index = rows.is_true(i, 6),
                                       .on_path = rows.is_true(i, 7)});
  }
  return result;
}

std::vector<InvalidIndex> left_by(std::string_view statement, const std::vector<InvalidIndex>& indexes) {
  std::vector<InvalidIndex> result;
  const auto build = sql::index_build(statement);
  if (!build) return result;
  for (const InvalidIndex& index : indexes) {
    if (may_be_left_by(*build, index)) result.push_back(index);
  }
  // Of several schemas' that bear the names, a statement without a schema means those on the path.
  const bool alike = std::all_of(result.begin(), result.end(), [&](const InvalidIndex& index) {
    return index.schema == result.front().schema;
  });
  if (!alike && build->of != IndexBuild::Of::database && build->of != IndexBuild::Of::schema)
    std::erase_if(result, [](const InvalidIndex& index) { return !is_on_path(index); });
  return result;
}

}  // namespace tradewind::migration
