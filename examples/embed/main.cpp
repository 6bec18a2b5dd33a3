// A service that does not start on a database other than the one its code was written for.
//
//     DATABASE_URL=sqlite:trades.db AUTO_MIGRATE=true embed path/to/migrations
#include <cstdlib>
#include <iostream>
#include <string>

#include <tradewind/tradewind.hpp>

namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// With AUTO_MIGRATE=true what is pending is applied; without, it is a reason not to start.
tradewind::Database open_database(const std::string& url, const tradewind::Source& migrations) {
  if (variable("AUTO_MIGRATE") == "true") return tradewind::init_database(url, migrations);

  auto database = tradewind::Database::open(url, {.create = false});
  const tradewind::Status status = tradewind::Migrator(database, migrations).status();
  if (status.clean()) return database;
  throw tradewind::Error(tradewind::Code::configuration,
                         std::to_string(status.pending.size()) + " migrations are pending, " +
                             std::to_string(status.changed.size()) + " have changed since",
                         "run `tradewind up`, or set AUTO_MIGRATE=true");
}

void serve(tradewind::Database& database) {
  const auto rows = database.query("SELECT count(*) FROM orders");
  std::cout << "ready: " << *rows.front().front() << " orders in " << database.url() << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto migrations = tradewind::Source::directory(argc > 1 ? argv[1] : "migrations");
    auto database = open_database(variable("DATABASE_URL"), migrations);
    serve(database);
    return EXIT_SUCCESS;
  } catch (const tradewind::Error& error) {
    std::cerr << "not started: " << error.message() << '\n';
    if (!error.hint().empty()) std::cerr << error.hint() << '\n';
    return tradewind::exit_status(error.code());
  }
}
