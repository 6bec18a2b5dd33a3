#include <tradewind/schema.hpp>

#include <tradewind/database.hpp>
#include <tradewind/migrator.hpp>

#include "api/database_implementation.hpp"
#include "api/schema_scratch.hpp"
#include "api/source_implementation.hpp"
#include "migration/migration.hpp"
#include "safety/schema.hpp"
#include "safety/sql_comments.hpp"

namespace tradewind {

Schema read_schema(Database& database, const ReadSchemaOptions& options) {
  const Database::Implementation& implementation = database.implementation();
  const std::size_t dot = options.history_table.rfind('.');
  database::HistoryName history{{}, options.history_table};
  if (dot != std::string::npos)
    history = {options.history_table.substr(0, dot), options.history_table.substr(dot + 1)};
  return {database.engine(),
          safety::in_order(implementation.catalog->read(*implementation.connection, history))};
}

std::map<std::string, std::string> comments_in_text(const Source& source, Database& database) {
  std::map<std::string, std::string> comments;
  const migration::Catalogue catalogue =
      migration::Catalogue::read(source.implementation().files(database.engine()));
  for (const migration::Migration& migration : catalogue.all())
    safety::collect_comments(migration::read_text(catalogue.files(), *migration.up_file), comments);
  // SQLite keeps the statements as they were written.
  if (database.engine() != "sqlite") return comments;
  for (const Row& row : database.query("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL"))
    safety::collect_comments(row[0].value_or(""), comments);
  return comments;
}

Schema schema_of(const Source& source, const ScratchOptions& options) {
  api::ScratchDatabase scratch(options);
  Migrator(scratch.database(), source).up();
  Schema schema = read_schema(scratch.database());
  scratch.drop();
  return schema;
}

}  // namespace tradewind
