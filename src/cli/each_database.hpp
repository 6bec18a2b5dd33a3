/// Commands run over every database of the project; one that fails does not hide the others.
#pragma once

#include <functional>

#include "cli/context.hpp"
#include "cli/json.hpp"
#include "cli/report.hpp"

namespace tradewind::cli {

struct Access {
  Deed deed = Deed::looks;
  bool read_only = true;
  bool create = false;  ///< makes a SQLite file that is not there
};
constexpr Access looking{};
constexpr Access applying{Deed::applies, false, true};
constexpr Access loading{Deed::loads, false, false};
constexpr Access reverting{Deed::reverts, false, false};

/// One database at work.
struct Visit {
  const ProjectDatabase& database;
  Database& connection;
  Migrator& migrator;
  Json& entry;        ///< this database's part of the document
  std::string title;  ///< "positions (sqlite:data/positions.db)"; only the URL where there is but one
  std::string label;  ///< "positions"; the URL where there is but one
  bool first;         ///< of those visited
};

/// --wait, if it is given. Throws Error{usage}.
std::optional<std::chrono::milliseconds> wait_option(const Globals& globals);

/// Does the work on each database and gives the worst exit status. Errors are reported and written to the
/// document. A version that only some of the databases know is no error.
int on_each_database(Context& context, const Access& access, const std::function<int(Visit&)>& work);

}  // namespace tradewind::cli
