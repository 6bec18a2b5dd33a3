#include "postgres/replica.hpp"

#include <unistd.h>

#include <array>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/text.hpp"
#include "database/url_database.hpp"
#include "postgres/connection.hpp"
#include "postgres/database_settings.hpp"
#include "postgres/handle.hpp"
#include "postgres/programs.hpp"

namespace tradewind::postgres {
namespace {

namespace fs = std::filesystem;
using database::Connection;
using database::OpenSettings;
using database::Parameter;

constexpr std::size_t longest_name = 63;

OpenSettings in_database(OpenSettings settings, std::string_view name) {
  settings.url.text = database::with_database(settings.url.text, name);
  return settings;
}

/// A session on the server that is in no way of a change to the database itself.
std::unique_ptr<Connection> beside(OpenSettings settings) {
  // What is begun is brought to its end, and cleaned up.
  settings.stop = nullptr;
  for (const char* name : {"postgres", "template1"}) {
    try {
      return open(in_database(settings, name));
    } catch (const ConnectionError& error) {
      if (error.code() != Code::no_such_database && error.code() != Code::authentication) throw;
    }
  }
  return open(settings);
}

/// NAME with a suffix, within what the server allows.
std::string dated(std::string_view name, std::string_view suffix) {
  std::size_t size = std::min(name.size(), longest_name - suffix.size());
  while (size < name.size() && size > 0 && (static_cast<unsigned char>(name[size]) & 0xC0) == 0x80) --size;
  return fmt::format("{}{}", name.substr(0, size), suffix);
}

/// As take_place() calls what it keeps: NAME_before_20260115t101500z, of a long name the beginning.
bool is_kept_name(const std::string& place, const std::string& name) {
  constexpr std::string_view mark = "_before_00000000t000000z";
  const std::size_t at = name.rfind("_before_");
  if (at == std::string::npos || name.size() < at + mark.size()) return false;
  for (std::size_t i = 0; i < mark.size(); ++i) {
    const char c = name[at + i];
    if (mark[i] == '0' ? c < '0' || c > '9' : c != mark[i]) return false;
  }
  return name == dated(place, name.substr(at));
}

bool there_is(Connection& server, const std::string& name) {
  return !server.query("SELECT 1 FROM pg_database WHERE datname = $1", std::array<Parameter, 1>{name})
              .empty();
}

/// Ends the sessions of a database again and again: whoever waits for the database alone must not lose to
/// applications that connect anew.
class Eviction {
 public:
  Eviction(std::unique_ptr<Connection> server, std::vector<std::string> databases)
      : server_(std::move(server)), databases_(std::move(databases)), worker_([this] { work(); }) {}
  ~Eviction() { finish(); }
  Eviction(const Eviction&) = delete;
  Eviction& operator=(const Eviction&) = delete;

  /// Why a session could not be ended; empty if all could.
  std::string finish() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    wake_.notify_one();
    if (worker_.joinable()) worker_.join();
    return refused_;
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    do {
      try {
        for (const std::string& database : databases_) end_sessions(database);
      } catch (const Error& error) {
        refused_ = error.message();
        return;
      }
    } while (!wake_.wait_for(lock, std::chrono::milliseconds(50), [this] { return over_; }));
  }

  void end_sessions(const std::string& database) {
    const database::Rows rows = server_->query(
        "SELECT pid, usename FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()",
        std::array<Parameter, 1>{database});
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::string pid(rows.text(i, 0));
      try {
        server_->query("SELECT pg_terminate_backend($1::int)", std::array<Parameter, 1>{pid});
      } catch (const Error& error) {
        refused_ = fmt::format("pid {} of {}: {}", pid, rows.text(i, 1), error.message());
      }
    }
  }

  std::unique_ptr<Connection> server_;
  std::vector<std::string> databases_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool over_ = false;
  std::string refused_;
  std::thread worker_;
};

class PostgresReplica : public database::Replica {
 public:
  PostgresReplica(OpenSettings target, std::string name, bool dropped_in_the_end)
      : target_(std::move(target)),
        place_(database_name(target_)),
        server_(beside(target_)),
        name_(std::move(name)),
        ours_(dropped_in_the_end) {}

  ~PostgresReplica() override {
    if (!ours_) return;
    connection_.reset();
    try {
      drop();
    } catch (const Error&) {
      return;  // left_behind() will find it
    }
  }

  Connection& connection() override {
    if (connection_ == nullptr) connection_ = open(in_database(target_, name_));
    return *connection_;
  }
  std::string name() const override { return name_; }
  Connection& server() { return *server_; }

  database::Swapped take_place(std::string_view moment) override {
    if (ours_) connection().query("ANALYZE");
    connection_.reset();
    const bool replaces = there_is(*server_, place_);
    const std::string old = replaces ? free_name("_before_" + base::lower(moment)) : std::string();
    swap(old);
    ours_ = false;
    return {old, {}};
  }

 private:
  void drop() {
    const bool can_force = !server_->server_version().starts_with("12.");
    server_->query(
        fmt::format("DROP DATABASE IF EXISTS {}{}", base::quoted(name_), can_force ? " WITH (FORCE)" : ""));
  }

  /// A second one within a second has a number.
  std::string free_name(const std::string& suffix) {
    std::string name = dated(place_, suffix);
    for (int number = 2; there_is(*server_, name); ++number)
      name = dated(place_, fmt::format("{}_{}", suffix, number));
    return name;
  }

  /// A rename keeps new sessions out until the transaction ends, and waits a while for the old ones to go.
  void swap(const std::string& old) {
    Eviction eviction(beside(target_), {place_, name_});
    try {
      server_->query("BEGIN");
      if (!old.empty()) rename(place_, old);
      rename(name_, place_);
      commit();
    } catch (const ConnectionError&) {
      throw;
    } catch (const Error& error) {
      const std::string why = eviction.finish();
      server_->query("ROLLBACK");
      refuse(error, why);
    }
  }

  void rename(const std::string& from, const std::string& to) {
    server_->query(fmt::format("ALTER DATABASE {} RENAME TO {}", base::quoted(from), base::quoted(to)));
  }

  void commit() {
    try {
      server_->query("COMMIT");
    } catch (const ConnectionError&) {
      server_ = beside(target_);
      if (there_is(*server_, name_)) throw;
    }
  }

  [[noreturn]] void refuse(const Error& error, const std::string& why) const {
    if (error.sqlstate() == "55006") {
      throw LockTimeout(Code::lock_timeout,
                        fmt::format("the sessions on {} could not all be ended: {}{}{}", place_,
                                    error.message(), why.empty() ? "" : "; ", why),
                        "end them (pg_terminate_backend as a superuser or a member of pg_signal_backend; "
                        "prepared transactions with ROLLBACK PREPARED), then try again")
          .with_sqlstate(error.sqlstate());
    }
    throw Error(error.code(), fmt::format("{} could not be renamed: {}", place_, error.message()),
                "renaming a database takes its owner with CREATEDB, or a superuser; the restored copy was "
                "dropped")
        .with_sqlstate(error.sqlstate());
  }

  OpenSettings target_;
  std::string place_;
  std::unique_ptr<Connection> server_;
  std::unique_ptr<Connection> connection_;
  std::string name_;
  bool ours_;
};

void create(Connection& server, const std::string& name, const database::CopyFacts& facts,
            const database::CopyOptions& options) {
  std::vector<std::string> statements = options.no_owner ? without_owner(facts.settings) : facts.settings;
  if (statements.empty()) statements.emplace_back("CREATE DATABASE {database} TEMPLATE template0");
  try {
    for (const std::string& text : statements) server.query(about_database(text, name));
  } catch (const Error& error) {
    if (error.code() != Code::permission) throw;
    throw Error(
        Code::permission, fmt::format("no database can be made beside the one there is: {}", error.message()),
        "let the user make databases (ALTER ROLE ... CREATEDB), or run it as one who may; for an owner "
        "or grants that this user may not give, pass --no-owner")
        .with_sqlstate(error.sqlstate());
  }
}

std::vector<std::string> load_arguments(const ServerProgram& program, const std::string& name,
                                        const fs::path& data, const database::CopyFacts& facts,
                                        const database::CopyOptions& options) {
  std::vector<std::string> arguments = {program.path, "--no-password"};
  if (facts.layout == "sql") {
    arguments.insert(arguments.end(),
                     {"--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction",
                      "--output=/dev/null", "--file=" + data.string()});
    return arguments;
  }
  std::string quoted_name;
  for (const char c : name)
    quoted_name += (c == '\'' || c == '\\') ? std::string("\\") + c : std::string(1, c);
  arguments.insert(arguments.end(),
                   {"--verbose", "--exit-on-error", fmt::format("--dbname=dbname='{}'", quoted_name),
                    fmt::format("--jobs={}", std::max(1U, options.jobs))});
  if (options.no_owner) arguments.insert(arguments.end(), {"--no-owner", "--no-privileges"});
  arguments.push_back(data.string());
  return arguments;
}

void fill(PostgresReplica& replica, const fs::path& folder, const database::CopyFacts& facts,
          const database::CopyOptions& options, const OpenSettings& target) {
  auto* session = static_cast<PGconn*>(replica.server().native_handle());
  const bool plain = facts.layout == "sql";
  const int server = PQserverVersion(session) / 10000;
  const ServerProgram program =
      plain
          ? find_program("psql", {.server = server, .any_newer = true}, options.programs)
          : find_program("pg_restore", {.server = server, .archive = major_of(facts.tool)}, options.programs);
  std::uint64_t done = 0;
  base::ChildProcess child{
      .arguments = load_arguments(program, replica.name(), folder / facts.data, facts, options),
      .environment = child_environment(session, replica.name()),
      .on_line =
          [&](std::string_view line) {
            constexpr std::string_view mark = "processing data for table ";
            const std::size_t at = line.find(mark);
            if (at != std::string_view::npos && options.progress)
              options.progress(line.substr(at + mark.size()), ++done, 0);
          },
      .stop = target.stop};
  refuse_failure(program, base::run(child));
}

/// What the URL says, then the environment.
class Parts {
 public:
  explicit Parts(const OpenSettings& target)
      : given_(PQconninfoParse(target.url.text.c_str(), nullptr)), defaults_(PQconndefaults()) {}

  std::string of(std::string_view keyword) const {
    for (const PQconninfoOption* options : {given_.get(), defaults_.get()}) {
      for (const auto* option = options; option != nullptr && option->keyword != nullptr; ++option) {
        if (option->keyword == keyword && option->val != nullptr && *option->val != '\0') return option->val;
      }
    }
    return {};
  }

 private:
  struct Free {
    void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
  };
  std::unique_ptr<PQconninfoOption, Free> given_;
  std::unique_ptr<PQconninfoOption, Free> defaults_;
};

}  // namespace

std::string database_name(const OpenSettings& target) {
  const Parts parts(target);
  std::string name = parts.of("dbname");
  if (name.empty()) name = parts.of("user");
  return name.empty() ? "postgres" : name;
}

std::string database_identity(const OpenSettings& target) {
  const Parts parts(target);
  std::string host = parts.of("host");
  if (host.empty()) host = parts.of("hostaddr");
  if (const std::string service = parts.of("service"); host.empty() && !service.empty())
    host = "service " + service;
  for (const char* own : {"", "127.0.0.1", "::1", "/var/run/postgresql", "/run/postgresql"})
    if (host == own) host = "localhost";
  const std::string port = parts.of("port");
  return fmt::format("postgresql://{}:{}/{}", host, port.empty() ? "5432" : port, database_name(target));
}

bool database_exists(const OpenSettings& target) {
  return there_is(*beside(target), database_name(target));
}

std::vector<std::string> unfinished_replicas(const OpenSettings& target) {
  const std::string front = dated(database_name(target), "_restoring_00000000t000000z_0000000");
  const std::string prefix = front.substr(0, front.find("_restoring_") + 11);
  const database::Rows rows = beside(target)->query(
      "SELECT datname FROM pg_database d WHERE starts_with(datname, $1) AND NOT EXISTS "
      "(SELECT 1 FROM pg_stat_activity a WHERE a.datname = d.datname) ORDER BY 1",
      std::array<Parameter, 1>{prefix});
  return rows.texts(0);
}

std::unique_ptr<database::Replica> load_replica(const OpenSettings& target, const fs::path& folder,
                                                const database::CopyFacts& facts,
                                                const database::CopyOptions& options,
                                                std::string_view moment) {
  if (options.no_owner && facts.layout == "sql")
    throw Error(Code::usage, "--no-owner does not go with a backup that is plain SQL",
                "the owners stand in its text: edit it, or make the roles");
  const std::string suffix = fmt::format("_restoring_{}_{:07}", base::lower(moment), ::getpid());
  auto replica = std::make_unique<PostgresReplica>(target, dated(database_name(target), suffix), true);
  create(replica->server(), replica->name(), facts, options);
  fill(*replica, folder, facts, options, target);
  return replica;
}

std::unique_ptr<database::Replica> kept_replica(const OpenSettings& target, const std::string& name) {
  const std::string place = database_name(target);
  if (!is_kept_name(place, name))
    throw Error(
        Code::usage,
        fmt::format("{} is nothing that a restore of {} has kept: nothing was changed", base::printable(name),
                    base::printable(place)),
        fmt::format("what was kept is called {}_before_..., psql --list shows it", base::printable(place)));
  auto replica = std::make_unique<PostgresReplica>(target, name, false);
  if (!there_is(replica->server(), name))
    throw Error(Code::no_such_database,
                fmt::format("there is no database {} on this server", base::printable(name)),
                "psql --list shows those there are");
  return replica;
}

}  // namespace tradewind::postgres
