/// A database to begin with: the role, the database, extensions, migrations, roles with their grants, sample
/// data.
///
///     const std::string admin = "postgresql://postgres@localhost/postgres";
///     const auto tell = [](const auto& step) { std::cout << step.what << ": " << step.detail << '\n'; };
///     tradewind::set_up({.database = project, .admin = admin, .on_step = tell});
///
/// What is there already is left as it is, so it can be run again.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <tradewind/project.hpp>

namespace [[gnu::visibility("default")]] tradewind {

enum class SetupState {
  done,
  already,    ///< it was there
  could_not,  ///< for want of a right; the rest works without it
};
std::string_view name(SetupState state) noexcept;

struct SetupStep {
  /// "role trader", "database trades", "extension pg_trgm", "migrations", "roles", "seeds"
  std::string what;
  SetupState state = SetupState::done;
  std::string detail;
  std::string advice;  ///< who can do what could not be done, and how
};

/// How an application connects; the password is not in it.
struct ConnectionDetails {
  std::string engine;
  std::string host;
  std::string port;
  std::string database;  ///< or the file
  std::string user;
  std::string tls;  ///< sslmode
};

struct SetupReport {
  std::vector<SetupStep> steps;
  ConnectionDetails details;
};

struct SetupOptions {
  ProjectDatabase database;
  /// Somebody who may make roles, databases and extensions, by a URL of the server. Empty: the database's own
  /// user, in the server's first database.
  std::string admin = {};
  bool roles = false;            ///< run the roles' scripts
  bool seed = false;             ///< load the sample data, if it does not look like production
  bool seed_production = false;  ///< even then
  /// Called with each step once it is done, on the calling thread: what an error leaves behind is known by
  /// it.
  std::function<void(const SetupStep&)> on_step = {};
  const std::atomic<bool>* stop = nullptr;
};

/// Throws Error{production}; Error{permission} with the statements for somebody else to run if there is no
/// database to go on with; ConnectionError that says whether it was the user or the admin who was not let in;
/// otherwise as Migrator::up() and seed() do.
SetupReport set_up(const SetupOptions& options);

}  // namespace tradewind
