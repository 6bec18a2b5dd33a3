#include <tradewind/setup.hpp>

#include <filesystem>
#include <set>

#include <fmt/format.h>
#include <tradewind/error.hpp>
#include <tradewind/migrator.hpp>
#include <tradewind/seed.hpp>

#include "api/database_implementation.hpp"
#include "api/project_url.hpp"
#include "api/source_implementation.hpp"
#include "base/mapped.hpp"
#include "base/text.hpp"
#include "database/url_database.hpp"
#include "migration/script.hpp"
#include "postgres/provision.hpp"

namespace tradewind {
namespace {

/// Engines that are files have none.
const database::Provisioner* provisioner_of(const ProjectDatabase& database) {
  return database.engine == "sqlite" ? nullptr : &postgres::provisioner();
}

class Setup {
 public:
  explicit Setup(const SetupOptions& options)
      : options_(options), project_(options.database), provisioner_(provisioner_of(project_)) {
    report_.details.engine = project_.engine;
  }

  SetupReport run() {
    Database database = provisioner_ == nullptr ? open_file() : open_on_server();
    if (options_.seed && !options_.seed_production) refuse_production(database);
    if (provisioner_ != nullptr) make_extensions(database);
    migrate(database);
    if (options_.roles) run_scripts(database, project_.roles, "roles");
    if (options_.seed) run_scripts(database, project_.seeds, "seeds");
    return std::move(report_);
  }

 private:
  void add(std::string what, SetupState state, std::string detail = {}, std::string advice = {}) {
    report_.steps.push_back({std::move(what), state, std::move(detail), std::move(advice)});
    if (options_.on_step) options_.on_step(report_.steps.back());
  }

  void refuse_production(Database& database) const {
    const auto reason = looks_like_production(database, project_.environment);
    if (!reason) return;
    throw Error(Code::production, fmt::format("this looks like production: {}", *reason),
                "sample data is for development and tests: leave out --seed, or pass --force if you mean it");
  }

  Database open_file() {
    const auto path = api::file_path(project_.url);
    report_.details.database = path ? path->string() : ":memory:";
    std::error_code ignored;
    const bool was_there = path && std::filesystem::exists(*path, ignored);
    Database database = open(project_, {.stop = options_.stop});
    add("file " + report_.details.database, was_there ? SetupState::already : SetupState::done);
    return database;
  }

  Database open_on_server() {
    place_ = provisioner_->place(database::Url::parse(project_.url));
    report_.details.host = place_.host;
    report_.details.port = place_.port;
    report_.details.database = place_.database;
    report_.details.user = place_.user;
    report_.details.tls = place_.tls;
    try {
      Database database = open(project_, {.stop = options_.stop});
      add("database " + place_.database, SetupState::already);
      return database;
    } catch (const ConnectionError& error) {
      if (error.code() != Code::no_such_database && error.code() != Code::authentication) throw;
      provision(error);
    }
    return open(project_, {.stop = options_.stop});
  }

  Database open_admin(const std::string& database) const {
    const std::string url = options_.admin.empty() ? project_.url : options_.admin;
    return Database::open(options_.admin.empty() || database != provisioner_->first_database()
                              ? database::with_database(url, database)
                              : url,
                          {.stop = options_.stop});
  }

  /// `why` we are not in yet.
  void provision(const ConnectionError& why) {
    role_is_there_ = why.code() == Code::no_such_database;
    Database admin = way_in(why);
    database::Connection& connection = *admin.implementation().connection;
    try {
      make_role(connection, why);
      make_database(connection);
    } catch (const Error& error) {
      if (error.code() != Code::permission) throw;
      throw Error(Code::permission,
                  fmt::format("{} may not make what is missing: {}",
                              options_.admin.empty() ? "this user" : "the admin", error.message()),
                  by_hand());
    }
  }

  Database way_in(const ConnectionError& why) const {
    try {
      return open_admin(std::string(provisioner_->first_database()));
    } catch (const ConnectionError& error) {
      if (!options_.admin.empty())
        throw ConnectionError(error.code(), fmt::format("as the admin: {}", error.message()), error.hint());
      throw ConnectionError(error.code(), fmt::format("there is no way in: {}", why.message()),
                            "name somebody who may make roles and databases with --admin URL, such as "
                            "postgresql://postgres@localhost/postgres, or " +
                                by_hand());
    }
  }

  std::string by_hand() const {
    const std::string user = base::quoted(place_.user);
    const std::string role =
        role_is_there_ ? std::string() : fmt::format("CREATE ROLE {} LOGIN PASSWORD '...'; ", user);
    return fmt::format("have a superuser run: {}CREATE DATABASE {} OWNER {};", role,
                       base::quoted(place_.database), user);
  }

  void make_role(database::Connection& connection, const ConnectionError& why) {
    role_is_there_ = provisioner_->has_role(connection, place_.user);
    if (role_is_there_) {
      // It is there and was not let in: its password is not ours to change.
      if (why.code() == Code::authentication)
        throw ConnectionError(
            why.code(),
            fmt::format("the role {} is there, and was not let in: {}", place_.user, why.message()),
            why.hint());
      add("role " + place_.user, SetupState::already);
      return;
    }
    provisioner_->create_role(connection, place_.user, place_.password);
    role_is_there_ = true;
    add("role " + place_.user, SetupState::done,
        place_.password.empty() ? "it has no password" : "with the password that was given",
        place_.password.empty() ? "if the server asks for one: \\password " + place_.user + " in psql" : "");
  }

  void make_database(database::Connection& connection) {
    const bool is_there = provisioner_->has_database(connection, place_.database);
    if (!is_there) provisioner_->create_database(connection, place_.database, place_.user);
    add("database " + place_.database, is_there ? SetupState::already : SetupState::done,
        is_there ? "" : "owned by " + place_.user);
  }

  /// Those that migrations would make: the owner may lack the right.
  std::set<std::string> wanted_extensions(Database& database) const {
    std::set<std::string> wanted;
    const migration::Catalogue catalogue = project_.source.implementation().catalogue(database.engine());
    const sql::Grammar& grammar = *database.implementation().grammar;
    for (const migration::Migration& migration : catalogue.all()) {
      const migration::Script script(catalogue.files().label(*migration.up_file),
                                     migration::read_text(catalogue.files(), *migration.up_file), grammar,
                                     migration.transaction);
      for (std::size_t i = 0; i < script.statements().size(); ++i) {
        const std::string name = provisioner_->extension_of(script.text_of(i));
        if (!name.empty()) wanted.insert(name);
      }
    }
    return wanted;
  }

  void make_extensions(Database& database) {
    database::Connection& connection = *database.implementation().connection;
    for (const std::string& name : wanted_extensions(database)) {
      const std::string what = "extension " + name;
      if (provisioner_->has_extension(connection, name)) {
        add(what, SetupState::already);
        continue;
      }
      try {
        make_extension(connection, name);
        add(what, SetupState::done);
      } catch (const Error& error) {
        const bool lacks_right = error.code() == Code::permission;
        add(what, SetupState::could_not, error.message(),
            fmt::format("{} in {}: {};",
                        lacks_right ? "have a superuser run" : "install it on the server, then run",
                        place_.database, provisioner_->create_extension(name)));
      }
    }
  }

  void make_extension(database::Connection& connection, const std::string& name) const {
    const std::string statement = provisioner_->create_extension(name);
    try {
      connection.query(statement);
    } catch (const Error& error) {
      if (error.code() != Code::permission || options_.admin.empty()) throw;
      open_admin(place_.database).query(statement);
    }
  }

  void migrate(Database& database) {
    MigratorOptions options;
    options.history_table = project_.history_table;
    options.ledger = project_.ledger;
    options.ledger_name = project_.name;
    const RunResult result = Migrator(database, project_.source, options).up();
    add("migrations", result.steps.empty() ? SetupState::already : SetupState::done,
        fmt::format("{} applied", result.steps.size()));
  }

  void run_scripts(Database& database, const Source& scripts, const std::string& what) {
    try {
      const auto results =
          seed(database, scripts, {.migrations = project_.source, .history_table = project_.history_table});
      add(what, SetupState::done, base::listed(base::mapped(results, &SeedResult::name)));
    } catch (const Error& error) {
      const bool none = error.code() == Code::source_missing || error.code() == Code::source_empty;
      const bool lacks_right = error.code() == Code::permission || error.sqlstate() == "42501";
      if (!none && !lacks_right) throw;
      add(what, SetupState::could_not, error.message(),
          lacks_right ? "have somebody who may make roles run `tradewind seed " + what + "`" : error.hint());
    }
  }

  const SetupOptions& options_;
  const ProjectDatabase& project_;
  const database::Provisioner* provisioner_;
  database::Place place_;
  bool role_is_there_ = false;  ///< as far as we know
  SetupReport report_;
};

}  // namespace

std::string_view name(SetupState state) noexcept {
  return state == SetupState::done ? "done" : state == SetupState::already ? "already" : "could-not";
}

SetupReport set_up(const SetupOptions& options) {
  return Setup(options).run();
}

}  // namespace tradewind
