/// The schema of a database as data: read it, print it, keep it in a file, compare it with another.
///
///     auto staging = tradewind::Database::open("postgresql://app@staging/trades");
///     auto production = tradewind::Database::open("postgresql://app@production/trades");
///     for (const auto& difference : tradewind::diff(read_schema(staging), read_schema(production)))
///       std::cout << difference.kind << ' ' << difference.name << '\n';
///
/// Data, statistics, sequences' current values, owners and the numbers of objects are no part of it.
#pragma once

#include <atomic>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tradewind/source.hpp>

namespace [[gnu::visibility("default")]] tradewind {

class Database;

/// What is known of an object, as "type" and "numeric(18,8)". A property that does not apply is left out;
/// one that is just so has the value "yes".
struct SchemaProperty {
  std::string name;
  std::string value;
  bool operator==(const SchemaProperty&) const = default;
};

/// A table, column, constraint, index, view, function, grant, and so on.
struct SchemaObject {
  std::string kind;  ///< "table", "materialized view"
  std::string name;  ///< unique within its kind, quoted where SQL needs it: public.trades.price
  std::string of;    ///< kind and name of the object it belongs to: "table public.trades"; else empty
  std::vector<SchemaProperty> properties;
  bool operator==(const SchemaObject&) const = default;
};

/// Each object is followed by those that belong to it; all else is ordered by kind and name, but columns
/// stand as in their table. Two schemas are equal exactly if diff() finds nothing.
struct Schema {
  std::string engine;  ///< "postgresql" or "sqlite"
  std::vector<SchemaObject> objects;
  bool operator==(const Schema&) const = default;
};

struct ReadSchemaOptions {
  /// This history's tables are left out, if they are Tradewind's.
  std::string history_table = "schema_migrations";
};

/// Reads the catalogs, in one transaction that changes nothing; inside the caller's own if one is open.
/// Extensions' objects and the system's are left out. Throws Error, ConnectionError, LockTimeout.
Schema read_schema(Database& database, const ReadSchemaOptions& options = {});

struct ScratchOptions {
  /// A server on which the user may create databases, given by one of them; or any SQLite URL.
  std::string url;
  /// As OpenOptions::stop. The scratch database is dropped all the same.
  const std::atomic<bool>* stop = nullptr;
};

/// What the migrations make of an empty database: they run in a scratch database (SQLite: in memory;
/// PostgreSQL: one named tradewind_scratch_... beside the one of the URL), which is dropped whatever
/// happens. Throws as Migrator::up() does, and Error{permission} if no database may be created there.
Schema schema_of(const Source& source, const ScratchOptions& options);

enum class SchemaChange { only_in_a, only_in_b, changed };

/// "only in a", "only in b", "changed".
std::string_view name(SchemaChange change) noexcept;

struct PropertyDifference {
  std::string name;
  std::optional<std::string> a;
  std::optional<std::string> b;
  bool operator==(const PropertyDifference&) const = default;
};

/// One object that differs. Of an object in only one of the schemas all properties are listed. Columns in
/// another order are a difference of their table, in a property "column order".
struct Difference {
  std::string kind;
  std::string name;
  std::string of;
  SchemaChange change = SchemaChange::changed;
  std::vector<PropertyDifference> properties;
  bool operator==(const Difference&) const = default;
};

/// What leads from `a` to `b`, in the order of a schema. Empty exactly if they are equal.
std::vector<Difference> diff(const Schema& a, const Schema& b);

/// For people: a block for each table and other object. The first line begins with "schema of".
std::string to_text(const Schema& schema);
/// As a patch: + for what only b has, - for what only a has, ~ for what differs.
std::string to_text(const std::vector<Difference>& differences);

struct MarkdownOptions {
  std::string title = "Schema";
  std::string introduction = {};  ///< Markdown, below the title
  int level = 1;                  ///< of the title's heading
  /// Comments on objects that have none of their own, by kind and name: "table trades", "column trades.side".
  std::map<std::string, std::string> comments = {};
};

/// A page to read: a diagram (Mermaid), each table with its columns, constraints, indexes and triggers, then
/// views, functions and types, with their comments.
std::string to_markdown(const Schema& schema, const MarkdownOptions& options = {});

/// What SQL comments say of tables and columns, for MarkdownOptions: the lines before a CREATE and those
/// beside a column, in the migrations and in what the database keeps of them.
std::map<std::string, std::string> comments_in_text(const Source& source, Database& database);

/// A snapshot file: {"format":1,"engine":...,"objects":[{"kind","name","of","properties":{...}}]}.
std::string to_json(const Schema& schema);
/// {"differences":[{"kind","name","change","properties":[{"name","a","b"}]}]}
std::string to_json(const std::vector<Difference>& differences);
/// Reads what to_json wrote, without loss. Throws Error{bad_file}.
Schema schema_from_json(std::string_view text);

}  // namespace tradewind
