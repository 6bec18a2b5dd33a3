/// A PostgreSQL server of the tests' own, in a temp folder.
///
///     auto& cluster = PostgresCluster::shared();
///     const std::string database = cluster.create_database();
///     cluster.sql(database, "CREATE TABLE t (id int)");
///     tradewind("up", "--database", cluster.url(database));
///
/// Version 12 or later. The programs are found in the environment's TRADEWIND_POSTGRES_BIN, else in
/// `pg_config --bindir`, else in the newest /usr/lib/postgresql. Root can't run a server: then it runs as
/// user postgres, or nobody.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/sql_session.hpp"
#include "support/temp_dir.hpp"

namespace tradewind::test {

class ServerWatchdog;
class PostgresCluster;

/// What a standby is made from: a cluster that runs, and goes on running while the standby is made.
struct StandbyOf {
  const PostgresCluster& primary;
};

struct ClusterOptions {
  /// Off is faster; on where a test counts on what survives a crash of the machine.
  bool fsync = false;
  /// More of postgresql.conf, as "name=value"; the value is quoted for you.
  std::vector<std::string> settings = {};
  /// The folder with initdb and postgres; empty: as described above.
  std::filesystem::path bin = {};
};

/// Any thread may call the members, but stop and start are for one thread while no other uses the cluster.
class PostgresCluster {
 public:
  /// Of all databases' owner, a superuser that needs no password.
  static constexpr const char* superuser = "postgres";
  /// A superuser whom TCP connections ask for the password (scram-sha-256).
  static constexpr const char* password_user = "trader";
  static constexpr const char* password = "correct-Horse/7";

  /// One for the whole test process, started at the first call and gone at exit.
  static PostgresCluster& shared();

  /// Throws std::runtime_error, with the server's log, if it does not start.
  explicit PostgresCluster(const ClusterOptions& options = {});
  /// A hot standby that follows the primary.
  explicit PostgresCluster(const StandbyOf& of);
  ~PostgresCluster();
  PostgresCluster(const PostgresCluster&) = delete;
  PostgresCluster& operator=(const PostgresCluster&) = delete;

  /// Through the Unix socket, without a password.
  std::string url(std::string_view database = "postgres", std::string_view user = superuser) const;
  /// Through 127.0.0.1 without TLS; `user` password_user needs the password, others do not.
  std::string tcp_url(std::string_view database = "postgres", std::string_view user = superuser,
                      std::string_view with_password = {}) const;
  /// The same at another port: a proxy's in front of this server.
  static std::string tcp_url_at(std::uint16_t port, std::string_view database,
                                std::string_view user = superuser, std::string_view with_password = {});

  /// A new, empty database with a name of its own. It lives until dropped or until the cluster goes.
  std::string create_database();
  /// Drops it and throws its sessions out. Never throws: what can't be dropped goes with the cluster.
  void drop_database(const std::string& name) noexcept;

  /// Runs SQL through the socket as the superuser, in a session of its own. Throws SqlError.
  Rows sql(const std::string& database, const std::string& text) const;

  /// As a crash: sessions break, the next start recovers.
  void stop_immediate();
  /// Rolls back what is open and shuts down in order.
  void stop();
  /// Starts it again at the same port. Throws if it runs already.
  void start();
  bool running() const noexcept { return server_ > 0; }

  std::uint16_t port() const noexcept { return port_; }
  /// Makes a standby take writes; returns when it does.
  void promote();

  /// 12 to 18.
  int version() const noexcept { return version_; }
  pid_t server() const noexcept { return server_; }
  const std::filesystem::path& bin() const noexcept { return bin_; }
  const std::filesystem::path& data() const noexcept { return data_; }
  std::filesystem::path socket_folder() const { return folder_.path(); }
  std::filesystem::path socket() const;
  /// The server's log so far.
  std::string log() const;

 private:
  struct Prepared {};
  PostgresCluster(Prepared, const std::filesystem::path& bin);
  void initialize();
  void make_data(const std::string& what, std::vector<std::string> command) const;
  void append_settings(const std::string& text) const;
  void start_on_a_free_port();
  void configure(const ClusterOptions& options);
  bool try_start();
  bool wait_until_ready();
  void stop_with(int signal);
  bool reap(bool block);
  std::vector<std::string> environment() const;

  std::filesystem::path bin_;
  TempDir folder_;
  std::filesystem::path data_;
  std::uint16_t port_ = 0;
  int version_ = 0;
  pid_t server_ = -1;
  std::unique_ptr<ServerWatchdog> watchdog_;
};

/// Why the shared cluster cannot be dumped with this machine's pg_dump; empty if it can.
std::string no_pg_dump();

}  // namespace tradewind::test
