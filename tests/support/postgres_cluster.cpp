#include "support/postgres_cluster.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "support/eventually.hpp"
#include "support/permissions.hpp"
#include "support/postgres_programs.hpp"
#include "support/program.hpp"
#include "support/spawn.hpp"
#include "support/temp_dir.hpp"
#include "support/watchdog.hpp"

namespace tradewind::test {
namespace fs = std::filesystem;
namespace {

using std::chrono::milliseconds;

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.') {
      result += c;
    } else {
      result += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return result;
}

// A socket's path has room for 107 bytes.
fs::path short_temp_folder() {
  const fs::path usual = fs::temp_directory_path();
  return usual.native().size() <= 60 ? usual : fs::path(P_tmpdir);
}

TempDir make_folder(const std::optional<Identity>& identity) {
  TempDir folder("tradewind-pg", short_temp_folder());
  fs::permissions(folder.path(), permissions("rwxr-xr-x"));
  if (identity && chown(folder.path().c_str(), identity->user, identity->group) != 0) {
    throw std::system_error(errno, std::generic_category(), "chown " + folder.path().string());
  }
  return folder;
}

// Another process can take the port before the server does: then the start is tried with the next one.
std::uint16_t free_port() {
  const Descriptor probe(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (!probe || bind(probe.get(), generic, size) != 0 || getsockname(probe.get(), generic, &size) != 0) {
    throw std::system_error(errno, std::generic_category(), "bind");
  }
  return ntohs(address.sin_port);
}

void write_file(const fs::path& path, const std::string& text) {
  std::ofstream stream(path, std::ios::binary);
  stream << text << std::flush;
  if (!stream) throw std::runtime_error("cannot write " + path.string());
}

// The server's first line is its process, its eighth the state. Knocking at the door instead would fill the
// log.
bool is_ready(const fs::path& state, pid_t server) {
  std::ifstream stream(state);
  std::string first;
  std::getline(stream, first);
  std::string line;
  for (int i = 1; i < 8; ++i) std::getline(stream, line);
  return stream && first == std::to_string(server) && line.starts_with("ready");
}

std::string quoted(const std::string& setting) {
  const auto value = setting.find('=') + 1;
  if (value == 0) throw std::invalid_argument("not a setting: " + setting);
  std::string result = setting.substr(0, value) + "'";
  for (const char c : setting.substr(value))
    result += c == '\'' || c == '\\' ? std::string(2, c) : std::string(1, c);
  return result + "'";
}

constexpr const char* access_rules =
    "local all all trust\n"
    "local replication all trust\n"
    "host all trader 127.0.0.1/32 scram-sha-256\n"
    "host all all 127.0.0.1/32 trust\n"
    "host replication all 127.0.0.1/32 trust\n";

constexpr const char* settings =
    "listen_addresses='127.0.0.1'\n"
    "max_connections=100\n"
    "password_encryption='scram-sha-256'\n"
    "shared_buffers='32MB'\n"
    "timezone='UTC'\n"
    "log_timezone='UTC'\n"
    "log_line_prefix='%m [%p] '\n";

}  // namespace

PostgresCluster& PostgresCluster::shared() {
  static PostgresCluster cluster;
  return cluster;
}

PostgresCluster::PostgresCluster(Prepared, const fs::path& bin)
    : bin_(readable_programs(bin.empty() ? postgres_programs() : bin)),
      folder_(make_folder(server_identity())),
      data_(folder_ / "data"),
      watchdog_(std::make_unique<ServerWatchdog>(folder_.path())) {}

// On top of a complete object, so that the destructor stops the server if something fails here.
PostgresCluster::PostgresCluster(const ClusterOptions& options) : PostgresCluster(Prepared{}, options.bin) {
  initialize();
  configure(options);
  start_on_a_free_port();
  sql("postgres", std::string("CREATE ROLE ")
                      .append(password_user)
                      .append(" LOGIN SUPERUSER PASSWORD '")
                      .append(password)
                      .append("'"));
}

PostgresCluster::PostgresCluster(const StandbyOf& of) : PostgresCluster(Prepared{}, of.primary.bin()) {
  make_data("pg_basebackup", {"-D", data_, "-R", "-X", "stream", "--checkpoint=fast", "--no-sync", "-h",
                              "127.0.0.1", "-p", std::to_string(of.primary.port()), "-U", superuser});
  append_settings("unix_socket_directories='" + folder_.path().string() + "'\n");
  start_on_a_free_port();
}

void PostgresCluster::start_on_a_free_port() {
  for (int attempt = 0; attempt < 5 && !running(); ++attempt) {
    port_ = free_port();
    try_start();
  }
  if (!running()) throw std::runtime_error("PostgreSQL does not start:\n" + log());
  version_ = PostgresSession(url()).server_version() / 10000;
}

void PostgresCluster::promote() {
  sql("postgres", "SELECT pg_promote(true, 60)");
}

PostgresCluster::~PostgresCluster() {
  if (watchdog_->is_own()) stop_with(SIGQUIT);
}

std::vector<std::string> PostgresCluster::environment() const {
  std::vector<std::string> result = {"LC_ALL=C", "TZ=UTC", "HOME=" + folder_.path().string()};
  for (const auto& entry : own_environment()) {
    if (entry.starts_with("PATH=") || entry.starts_with("LD_LIBRARY_PATH=")) result.push_back(entry);
  }
  return result;
}

void PostgresCluster::initialize() {
  make_data("initdb",
            {"-D", data_, "-U", superuser, "-A", "trust", "--no-locale", "--encoding=UTF8", "--no-sync"});
}

void PostgresCluster::make_data(const std::string& what, std::vector<std::string> command) const {
  const fs::path output = folder_ / (what + ".log");
  const Descriptor log(open(output.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
  command.insert(command.begin(), bin_ / what);
  const pid_t child =
      spawn({command, environment(), folder_.path(), -1, log.get(), log.get(), server_identity()});
  int status = 0;
  waitpid(child, &status, 0);
  if (status != 0) throw std::runtime_error(what + " failed:\n" + read_file(output));
}

void PostgresCluster::configure(const ClusterOptions& options) {
  write_file(data_ / "pg_hba.conf", access_rules);
  std::string text = settings;
  text += "unix_socket_directories='" + folder_.path().string() + "'\n";
  if (!options.fsync) text += "fsync=off\nfull_page_writes=off\n";
  for (const auto& setting : options.settings) text += quoted(setting) + "\n";
  append_settings(text);
}

void PostgresCluster::append_settings(const std::string& text) const {
  std::ofstream stream(data_ / "postgresql.conf", std::ios::app);
  stream << text << std::flush;
  if (!stream) throw std::runtime_error("cannot configure " + data_.string());
}

bool PostgresCluster::try_start() {
  const fs::path output = folder_ / "server.log";
  const Descriptor log(open(output.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0644));
  server_ = spawn({{bin_ / "postgres", "-D", data_, "-p", std::to_string(port_)},
                   environment(),
                   folder_.path(),
                   -1,
                   log.get(),
                   log.get(),
                   server_identity()});
  watchdog_->watch(server_);
  return wait_until_ready();
}

bool PostgresCluster::wait_until_ready() {
  const bool settled = eventually([&] { return reap(false) || is_ready(data_ / "postmaster.pid", server_); });
  if (!settled) stop_with(SIGQUIT);
  return running();
}

/// True if the server is gone.
bool PostgresCluster::reap(bool block) {
  if (waitpid(server_, nullptr, block ? 0 : WNOHANG) == 0) return false;
  server_ = -1;
  watchdog_->watch(-1);
  return true;
}

void PostgresCluster::stop_with(int signal) {
  if (!running()) return;
  kill(server_, signal);
  reap(true);
}

void PostgresCluster::stop_immediate() {
  stop_with(SIGQUIT);
}
void PostgresCluster::stop() {
  stop_with(SIGINT);
}

void PostgresCluster::start() {
  if (running()) throw std::logic_error("the cluster runs already");
  // The port may linger in others' hands for a moment.
  for (int attempt = 0; attempt < 20; ++attempt) {
    if (try_start()) return;
    std::this_thread::sleep_for(milliseconds(100));
  }
  throw std::runtime_error("PostgreSQL does not start again:\n" + log());
}

std::string PostgresCluster::url(std::string_view database, std::string_view user) const {
  return "postgresql:///" + percent_encoded(database) + "?host=" + percent_encoded(folder_.path().string()) +
         "&port=" + std::to_string(port_) + "&user=" + percent_encoded(user);
}

std::string PostgresCluster::tcp_url(std::string_view database, std::string_view user,
                                     std::string_view with_password) const {
  return tcp_url_at(port_, database, user, with_password);
}

std::string PostgresCluster::tcp_url_at(std::uint16_t port, std::string_view database, std::string_view user,
                                        std::string_view with_password) {
  std::string login = percent_encoded(user);
  if (!with_password.empty()) login += ":" + percent_encoded(with_password);
  return "postgresql://" + login + "@127.0.0.1:" + std::to_string(port) + "/" + percent_encoded(database) +
         "?sslmode=disable&gssencmode=disable";
}

std::string PostgresCluster::create_database() {
  static std::atomic<int> count = 0;
  std::string name = "test_" + std::to_string(getpid()) + "_" + std::to_string(++count);
  sql("postgres", "CREATE DATABASE " + name + " TEMPLATE template0");
  return name;
}

void PostgresCluster::drop_database(const std::string& name) noexcept try {
  if (!running() || !watchdog_->is_own()) return;
  if (version_ < 13) {
    sql("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'");
  }
  sql("postgres", "DROP DATABASE IF EXISTS \"" + name + "\"" + (version_ >= 13 ? " WITH (FORCE)" : ""));
} catch (const std::exception&) {
  return;  // a leftover goes with the cluster
}

Rows PostgresCluster::sql(const std::string& database, const std::string& text) const {
  return PostgresSession(url(database)).sql(text);
}

fs::path PostgresCluster::socket() const {
  return folder_ / (".s.PGSQL." + std::to_string(port_));
}

std::string PostgresCluster::log() const {
  return read_file(folder_ / "server.log");
}

std::string no_pg_dump() {
  const std::string version = Program::run({"pg_dump", "--version"}).out;
  const std::size_t digits = version.find_first_of("0123456789");
  const bool older =
      digits != std::string::npos && std::stoi(version.substr(digits)) < PostgresCluster::shared().version();
  return older ? "the pg_dump in the path is older than the server" : "";
}

}  // namespace tradewind::test
