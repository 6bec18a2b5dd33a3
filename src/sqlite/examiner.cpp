#include "sqlite/examiner.hpp"

#include <sqlite3.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <thread>

#include <fmt/format.h>

#include "base/text.hpp"
#include "sqlite/foreign_keys.hpp"
#include "sqlite/lock_holders.hpp"

namespace tradewind::sqlite {
namespace {

using database::Connection;
using database::ExaminerOptions;
using database::Rows;
using Found = std::vector<Diagnosis>;

bool in_memory(const Connection& connection) {
  return connection.place() == ":memory:";
}

std::string pragma(Connection& connection, std::string_view name) {
  const Rows rows = connection.query(fmt::format("PRAGMA {}", name));
  return rows.empty() ? std::string() : std::string(rows.text(0, 0));
}

/// Versions between which a fault could damage a file.
struct Fault {
  int first;
  int last;
  std::array<int, 2>
      repaired;  ///< releases of older branches with the fix; those after them in the branch too
  DiagnosisSeverity severity;
  std::string_view what;
};

constexpr std::array<Fault, 3> faults = {
    {{3035000, 3035004, {}, DiagnosisSeverity::bad, "ALTER TABLE DROP COLUMN can damage the file"},
     {3052000, 3052000, {}, DiagnosisSeverity::warning, "this release was withdrawn by its makers"},
     {3007000,
      3051002,
      {3044006, 3050007},
      DiagnosisSeverity::warning,
      "with several connections in WAL mode, a commit during a checkpoint can, very rarely, damage the "
      "file"}}};

Found check_version(Connection&, const ExaminerOptions&) {
  Found found;
  const int version = sqlite3_libversion_number();
  for (const Fault& fault : faults) {
    const bool repaired = std::any_of(fault.repaired.begin(), fault.repaired.end(), [&](int release) {
      return release / 1000 == version / 1000 && version >= release;
    });
    if (version < fault.first || version > fault.last || repaired) continue;
    found.push_back({{},
                     fault.severity,
                     fmt::format("SQLite {}", sqlite3_libversion()),
                     std::string(fault.what),
                     "upgrade to 3.51.3 or later (3.50.7 and 3.44.6 have the fix too)"});
  }
  return found;
}

Found check_settings(Connection& connection, const ExaminerOptions&) {
  Found found;
  const std::string journal = pragma(connection, "journal_mode");
  if (!in_memory(connection) && journal != "wal") {
    const bool none = journal == "off" || journal == "memory";
    found.push_back({{},
                     none ? DiagnosisSeverity::bad : DiagnosisSeverity::warning,
                     "journal_mode",
                     fmt::format("journal_mode is {}: {}", journal,
                                 none ? "a crash in a transaction destroys the file"
                                      : "readers and writers keep each other out"),
                     "PRAGMA journal_mode = wal; once is enough, the file remembers it"});
  }
  const bool has_keys = !connection
                             .query(
                                 "SELECT 1 FROM sqlite_master AS m JOIN pragma_foreign_key_list(m.name) "
                                 "WHERE m.type = 'table' LIMIT 1")
                             .empty();
  if (has_keys && pragma(connection, "foreign_keys") != "1")
    found.push_back({{},
                     DiagnosisSeverity::bad,
                     "foreign_keys",
                     "foreign_keys is off: references are not enforced",
                     "PRAGMA foreign_keys = on, on every connection of every program; here: [sqlite] "
                     "foreign_keys = \"on\""});
  const std::string synchronous = pragma(connection, "synchronous");
  if (!in_memory(connection) && synchronous == "0")
    found.push_back({{},
                     DiagnosisSeverity::bad,
                     "synchronous",
                     "synchronous is off: a crash of the machine can destroy the file",
                     "set it to normal (with WAL) or full"});
  if (!in_memory(connection) && synchronous == "1" && journal != "wal")
    found.push_back(
        {{},
         DiagnosisSeverity::warning,
         "synchronous",
         "synchronous is normal without WAL: a crash of the machine can, rarely, destroy the file",
         "set it to full, or the journal to wal"});
  return found;
}

/// Writers hold the lock for moments: one that is there again and again keeps all others out.
Found check_locks(Connection& connection, const ExaminerOptions&) {
  if (in_memory(connection)) return {};
  const std::string path = connection.place();
  const auto writing = [&] {
    std::vector<FileUser> users = file_users(path);
    std::erase_if(users, [](const FileUser& user) { return !user.writes; });
    return users;
  };
  std::vector<FileUser> held = writing();
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  while (!held.empty() && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    const std::vector<FileUser> now = writing();
    std::erase_if(held, [&](const FileUser& user) {
      return std::none_of(now.begin(), now.end(),
                          [&](const FileUser& other) { return other.pid == user.pid; });
    });
  }
  Found found;
  found.reserve(held.size());
  for (const FileUser& user : held) {
    found.push_back(
        {{},
         DiagnosisSeverity::bad,
         fmt::format("pid {}", user.pid),
         fmt::format("{} (running since {}) has held the {} lock for a second at least: others get "
                     "\"database is locked\"",
                     base::printable(user.command), user.since, user.excludes ? "exclusive" : "write"),
         "let it commit or roll back, or end the process; transactions that write should be short"});
  }
  return found;
}

Found check_users(Connection& connection, const ExaminerOptions&) {
  std::vector<std::string> users;
  if (!in_memory(connection)) {
    for (const FileUser& user : file_users(connection.place()))
      users.push_back(fmt::format("{} (pid {})", base::printable(user.command), user.pid));
  }
  if (users.empty()) return {};
  return {{{},
           DiagnosisSeverity::note,
           {},
           fmt::format("open in {}: {}", base::counted(users.size(), "other process"), base::listed(users)),
           {}}};
}

Found check_file(Connection& connection, const ExaminerOptions&) {
  if (in_memory(connection)) return {};
  constexpr std::array<unsigned long, 4> network = {0x6969, 0x517B, 0xFF534D42, 0xFE534D42};
  constexpr std::uintmax_t large_log = 64U << 20U;
  Found found;
  const std::string path = connection.place();
  struct statfs system {};
  if (::statfs(path.c_str(), &system) == 0 &&
      std::find(network.begin(), network.end(), static_cast<unsigned long>(system.f_type) & 0xFFFFFFFF) !=
          network.end())
    found.push_back({{},
                     DiagnosisSeverity::bad,
                     path,
                     "the file is on a network file system, whose locks can't be relied on",
                     "move it to a local disk"});
  std::error_code error;
  const std::uintmax_t log = std::filesystem::file_size(path + "-wal", error);
  if (!error && log > large_log)
    found.push_back(
        {{},
         DiagnosisSeverity::warning,
         path + "-wal",
         fmt::format("the write-ahead log has {} MB: some reader has kept it from being written back",
                     log >> 20U),
         "end long transactions that read; `tradewind maintain vacuum` empties the log"});
  return found;
}

Found check_integrity(Connection& connection, const ExaminerOptions& options) {
  Found found;
  const Rows rows = connection.query(options.deep ? "PRAGMA integrity_check(20)" : "PRAGMA quick_check(20)");
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (rows.text(row, 0) != "ok")
      found.push_back(
          {{},
           DiagnosisSeverity::bad,
           {},
           std::string(rows.text(row, 0)),
           "the file is damaged: stop writing, keep a copy, restore a backup, or save what can be with "
           "`sqlite3 FILE .recover`"});
  }
  return found;
}

Found check_orphans(Connection& connection, const ExaminerOptions&) {
  Found found;
  const Rows unfit = connection.query(unfit_keys_query());
  found.reserve(unfit.size());
  for (std::size_t row = 0; row < unfit.size(); ++row) {
    found.push_back(
        {{},
         DiagnosisSeverity::bad,
         std::string(unfit.text(row, 0)),
         fmt::format("a foreign key refers to columns of {} that are no key of it, so SQLite checks "
                     "nothing and refuses writes (foreign key mismatch)",
                     unfit.text(row, 1)),
         fmt::format("give those columns of {} a UNIQUE index", unfit.text(row, 1))});
  }
  const Rows rows = connection.query(
      fmt::format("SELECT child, parent, count(*) FROM ({}) GROUP BY 1, 2 ORDER BY 1, 2", orphans_query()));
  for (std::size_t row = 0; row < rows.size(); ++row) {
    found.push_back(
        {{},
         DiagnosisSeverity::bad,
         std::string(rows.text(row, 0)),
         fmt::format("{} of its rows refer to rows of {} that are not there", rows.text(row, 2),
                     rows.text(row, 1)),
         fmt::format(
             "see them with: PRAGMA foreign_key_check({}); then bring the parents back, or correct or "
             "delete them",
             base::quoted(rows.text(row, 0)))});
  }
  return found;
}

Found check_sequences(Connection& connection, const ExaminerOptions&) {
  if (connection.query("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").empty()) return {};
  const Rows rows = connection.query("SELECT name, seq FROM sqlite_sequence WHERE seq > 7378697629483820646");
  Found found;
  found.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    found.push_back({{},
                     DiagnosisSeverity::warning,
                     std::string(rows.text(row, 0)),
                     fmt::format("its AUTOINCREMENT stands at {} of 9223372036854775807", rows.text(row, 1)),
                     "see who wrote so large a key; rows can't be added beyond the end"});
  }
  return found;
}

class SqliteExaminer : public database::Examiner {
 public:
  std::vector<database::Check> checks() const override {
    return {{"version", check_version},   {"locks", check_locks},        {"connection", check_users},
            {"settings", check_settings}, {"file", check_file},          {"integrity", check_integrity},
            {"orphans", check_orphans},   {"sequences", check_sequences}};
  }
};

}  // namespace

const database::Examiner& examiner() {
  static const SqliteExaminer instance;
  return instance;
}

}  // namespace tradewind::sqlite
