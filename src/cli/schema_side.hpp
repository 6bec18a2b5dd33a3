/// One of the two things that `diff` compares.
#pragma once

#include <string>
#include <variant>

#include "cli/context.hpp"

namespace tradewind::cli {

struct SchemaSide {
  std::string label;   ///< for people, without a password
  std::string engine;  ///< empty for a source that may be for any
  /// Read from a file, to be read, or to be applied to a scratch database.
  std::variant<Schema, ProjectDatabase, Source> content;
};

/// A snapshot file (NAME.json), "pack:NAME", "pack:NAME/DATABASE", a directory, a database URL or the name of
/// a database of the project. Throws Error{usage} for what is none of these, Error{bad_file}.
SchemaSide schema_side(Context& context, const std::string& text);

/// Reads it. `scratch` is a URL of the engine of the comparison.
Schema read_side(const SchemaSide& side, const std::string& scratch);

/// A database opened to be looked at; a SQLite file that is not there is an error.
Database open_to_look(const ProjectDatabase& database,
                      std::chrono::milliseconds busy_timeout = std::chrono::seconds(30));

}  // namespace tradewind::cli
