#include "postgres/programs.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <map>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/text.hpp"
#include "database/url.hpp"
#include "postgres/handle.hpp"

namespace tradewind::postgres {
namespace {

namespace fs = std::filesystem;

/// Debian's wrapper chooses a version by itself: the programs behind it are looked at instead.
bool is_wrapper(const fs::path& path) {
  std::error_code ignored;
  return fs::canonical(path, ignored).filename() == "pg_wrapper";
}

std::vector<fs::path> places(std::string_view name, const fs::path& folder) {
  if (!folder.empty()) return {folder / name};
  std::vector<fs::path> result;
  const char* path = std::getenv("PATH");
  std::string_view rest = path == nullptr ? "" : path;
  while (!rest.empty()) {
    const std::string_view one = rest.substr(0, rest.find(':'));
    if (!one.empty()) result.push_back(fs::path(one) / name);
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
  }
  std::error_code ignored;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", ignored))
    result.push_back(version.path() / "bin" / name);
  return result;
}

/// "pg_dump (PostgreSQL) 15.8 (Debian 15.8-0)" has 15.8.
ServerProgram asked_for_version(std::string_view name, const fs::path& path) {
  ServerProgram program{std::string(name), path.string(), {}, 0};
  std::string text = base::run({.arguments = {program.path, "--version"}}).out;
  const std::size_t begin = text.find(") ");
  if (begin == std::string::npos) return program;
  text = text.substr(begin + 2);
  program.version = text.substr(0, text.find_first_of(" \n"));
  std::from_chars(program.version.data(), program.version.data() + program.version.size(), program.major);
  return program;
}

std::vector<ServerProgram> all_of(std::string_view name, const fs::path& folder) {
  std::vector<ServerProgram> found;
  for (const fs::path& path : places(name, folder)) {
    if (::access(path.c_str(), X_OK) != 0 || (folder.empty() && is_wrapper(path))) continue;
    ServerProgram program = asked_for_version(name, path);
    if (program.major > 0) found.push_back(std::move(program));
  }
  return found;
}

Error none_found(std::string_view name, int major, const fs::path& folder) {
  const std::string where = folder.empty() ? "on PATH or in /usr/lib/postgresql"
                                           : fmt::format("in {}", base::printable(folder.string()));
  return Error(
      Code::unsupported, fmt::format("there is no {} {}", name, where),
      fmt::format("install PostgreSQL's client programs of version {0} or newer (Debian: apt install "
                  "postgresql-client-{0}), or say where they are: TRADEWIND_PG_BIN, or programs in "
                  "[backup] of tradewind.toml",
                  major));
}

Error none_fits(const std::vector<ServerProgram>& found, const Needs& needs) {
  const auto newest = std::max_element(found.begin(), found.end(),
                                       [](const auto& a, const auto& b) { return a.major < b.major; });
  const bool too_old = newest->major < needs.least();
  const std::string why =
      too_old ? fmt::format("is too old for this server{}: version {} or newer is needed",
                            needs.archive > needs.server ? " or this backup" : "", needs.least())
              : fmt::format("is too new for this server of version {}: what it writes could not be restored",
                            needs.server);
  return Error(Code::unsupported,
               fmt::format("{} {} ({}) {}", newest->name, newest->version, newest->path, why),
               fmt::format("install PostgreSQL's client programs of version {0} (Debian: apt install "
                           "postgresql-client-{0}), or say where they are: TRADEWIND_PG_BIN",
                           needs.least()));
}

bool says(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// The lines that say what went wrong, without the program's name in front.
std::string essence(const ServerProgram& program, const std::string& text) {
  std::string result;
  std::string_view rest = text;
  while (!rest.empty()) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const std::string mark = program.name + ": error: ";
    const std::size_t at = line.find(mark);
    const bool detail = line.starts_with("DETAIL:") || line.starts_with("HINT:");
    const bool of_script = line.find("ERROR:") != std::string_view::npos;
    if (at == std::string_view::npos && !detail && !of_script) continue;
    if (at != std::string_view::npos) line.remove_prefix(at + mark.size());
    result += (result.empty() ? "" : "; ") + std::string(line);
    if (result.size() > 600) break;
  }
  if (result.empty()) result = base::printable(base::trimmed(text), 600);
  return database::mask_password(result);
}

}  // namespace

const ServerProgram* fitting(const std::vector<ServerProgram>& programs, const Needs& needs) {
  const ServerProgram* best = nullptr;
  for (const ServerProgram& program : programs) {
    const bool fits = program.major >= needs.least() && program.major <= needs.most();
    if (fits && (best == nullptr || program.major < best->major)) best = &program;
  }
  return best;
}

ServerProgram find_program(std::string_view name, const Needs& needs, const fs::path& folder) {
  if (needs.least() > needs.most())
    throw Error(
        Code::unsupported,
        fmt::format("the backup was made by pg_dump {}, which no program reads that gets along with a "
                    "server of version {}: nothing was put into place",
                    needs.archive, needs.server),
        fmt::format("restore it on a server of version {} or newer, or use a backup made by an older "
                    "pg_dump",
                    needs.archive));
  const std::vector<ServerProgram> found = all_of(name, folder);
  if (found.empty()) throw none_found(name, needs.least(), folder);
  if (const ServerProgram* best = fitting(found, needs)) return *best;
  throw none_fits(found, needs);
}

int major_of(std::string_view tool) {
  int major = 0;
  const std::size_t blank = tool.find(' ');
  if (blank != std::string_view::npos)
    std::from_chars(tool.data() + blank + 1, tool.data() + tool.size(), major);
  return major;
}

std::vector<std::pair<std::string, std::string>> child_environment(pg_conn* session, std::string_view name) {
  struct FreeOptions {
    void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
  };
  const std::unique_ptr<PQconninfoOption, FreeOptions> options(PQconninfo(session));
  if (options == nullptr) throw std::bad_alloc();
  std::map<std::string, std::string> result;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val == nullptr || *option->val == '\0') continue;
    if (option->envvar != nullptr) {
      result[option->envvar] = option->val;
    } else if (std::string_view(option->keyword) == "sslpassword") {
      throw Error(Code::configuration,
                  "the URL has an sslpassword, which no other program can be given in secret",
                  "use a client key without a passphrase, which only the user who runs this may read");
    }
  }
  // Of several servers the one that the session is on.
  result["PGHOST"] = PQhost(session);
  result["PGPORT"] = PQport(session);
  if (result.contains("PGHOSTADDR")) result["PGHOSTADDR"] = PQhostaddr(session);
  result["PGDATABASE"] = name;
  if (const char* password = PQpass(session); password != nullptr && *password != '\0')
    result["PGPASSWORD"] = password;
  result["LC_ALL"] = "C";
  // A service's settings would come before these.
  result["PGSERVICE"].clear();
  return {result.begin(), result.end()};
}

void refuse_failure(const ServerProgram& program, const base::ChildOutcome& outcome) {
  if (outcome.status == 0) return;
  const std::string& text = outcome.error;
  const std::string message = fmt::format("{} failed: {}", program.name, essence(program, text));
  if (outcome.stopped) throw Error(Code::interrupted, "stopped on request");
  if (says(text, "No space left on device") || says(text, "could not extend file"))
    throw Error(Code::disk_full, message, "make room, then run the same command again");
  if (says(text, "lock timeout") || says(text, "canceling statement due to"))
    throw LockTimeout(Code::lock_timeout, message,
                      "another session holds a lock on a table: wait for it or end it, then try again");
  if (says(text, "server version mismatch"))
    throw Error(Code::unsupported, message, "install client programs of the server's version");
  if (says(text, "must be member of role") || says(text, "must be able to SET ROLE") ||
      (says(text, "role \"") && says(text, "does not exist")))
    throw Error(Code::permission, message,
                "the objects belong to roles that this user is no member of, or that are not there: make the "
                "roles, restore as a superuser, or pass --no-owner to have everything belong to this user");
  if (says(text, "permission denied") || says(text, "must be owner") || says(text, "must be superuser"))
    throw Error(Code::permission, message,
                "run it as the owner of the database, or grant this user the right");
  if (says(text, "connection to server") || says(text, "server closed the connection"))
    throw ConnectionError(Code::connection_lost, message, "try again");
  throw Error(Code::statement_failed, message, "nothing was put into place");
}

}  // namespace tradewind::postgres
