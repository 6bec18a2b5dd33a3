#include <tradewind/schema.hpp>

#include <tradewind/database.hpp>
#include <tradewind/migrator.hpp>

#include "api/database_implementation.hpp"
#include "api/schema_scratch.hpp"
#include "safety/schema.hpp"

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

Schema schema_of(const Source& source, const ScratchOptions& options) {
  api::ScratchDatabase scratch(options);
  Migrator(scratch.database(), source).up();
  Schema schema = read_schema(scratch.database());
  scratch.drop();
  return schema;
}

}  // namespace tradewind
