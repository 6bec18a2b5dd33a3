#include "support/postgres_programs.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>

#include "support/permissions.hpp"
#include "support/program.hpp"
#include "support/temp_dir.hpp"

namespace tradewind::test {
namespace fs = std::filesystem;
namespace {

std::optional<Identity> identity_of(const char* name) {
  const passwd* entry = getpwnam(name);
  if (entry == nullptr) return std::nullopt;
  int count = 64;
  std::vector<gid_t> groups(64);
  if (getgrouplist(name, entry->pw_gid, groups.data(), &count) < 0) count = 0;
  groups.resize(static_cast<std::size_t>(count));
  return Identity{entry->pw_uid, entry->pw_gid, groups, name};
}

bool has_server(const fs::path& bin) {
  return fs::exists(bin / "postgres") && fs::exists(bin / "initdb");
}

fs::path newest_of_debian() {
  const fs::path root = "/usr/lib/postgresql";
  int newest = 0;
  if (fs::exists(root)) {
    for (const auto& entry : fs::directory_iterator(root)) {
      const int version = std::atoi(entry.path().filename().c_str());
      if (version > newest && has_server(entry.path() / "bin")) newest = version;
    }
  }
  return root / std::to_string(newest) / "bin";
}

fs::path configured() try {
  std::string text = Program::run({"pg_config", "--bindir"}).out;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
} catch (const std::exception&) {
  return {};
}

bool server_can_run(const fs::path& bin) {
  const auto identity = server_identity();
  if (!identity) return true;
  try {
    const pid_t child = spawn({{bin / "postgres", "--version"}, {"LC_ALL=C"}, "/", -1, -1, -1, identity});
    int status = 0;
    waitpid(child, &status, 0);
    return status == 0;
  } catch (const std::system_error&) {
    return false;
  }
}

void open_to_all(const fs::path& folder) {
  constexpr auto readable = permissions("r--r--r--");
  fs::permissions(folder, permissions("rwxr-xr-x"));
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_symlink()) continue;
    const bool executable = (entry.status().permissions() & fs::perms::owner_exec) != fs::perms::none;
    const auto wanted = entry.is_directory() || executable ? readable | permissions("--x--x--x") : readable;
    fs::permissions(entry.path(), wanted, fs::perm_options::add);
  }
}

}  // namespace

std::optional<Identity> server_identity() {
  if (geteuid() != 0) return std::nullopt;
  static const std::optional<Identity> identity = [] {
    auto found = identity_of("postgres");
    if (!found) found = identity_of("nobody");
    if (!found)
      throw std::runtime_error("root can't run PostgreSQL, and there is no user postgres or nobody");
    return found;
  }();
  return identity;
}

fs::path postgres_programs() {
  const char* chosen = std::getenv("TRADEWIND_POSTGRES_BIN");
  if (chosen != nullptr && *chosen != '\0') {
    if (!has_server(chosen)) throw std::runtime_error(std::string("no initdb and postgres in ") + chosen);
    return fs::canonical(chosen);
  }
  for (const auto& bin : {configured(), newest_of_debian()}) {
    if (has_server(bin)) return bin;
  }
  throw std::runtime_error("no PostgreSQL server found: set TRADEWIND_POSTGRES_BIN to the folder of initdb");
}

fs::path readable_programs(const fs::path& bin) {
  if (server_can_run(bin)) return bin;
  static std::mutex mutex;
  static std::map<fs::path, TempDir> copies;
  const std::lock_guard lock(mutex);
  auto found = copies.find(bin);
  if (found == copies.end()) {
    found = copies.emplace(bin, TempDir("tradewind-pg-programs")).first;
    fs::copy(bin.parent_path(), found->second / "server",
             fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    open_to_all(found->second.path());
  }
  return found->second / "server" / bin.filename();
}

}  // namespace tradewind::test
