#include "ops/backup_set.hpp"

#include <algorithm>
#include <ctime>
#include <set>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/durable_files.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

namespace tradewind {

std::uint64_t Backup::stored_size() const noexcept {
  std::uint64_t size = 0;
  for (const BackupDatabase& database : databases) {
    for (const BackupFile& file : database.files) size += file.size;
  }
  return size;
}

}  // namespace tradewind

namespace tradewind::ops {
namespace {

namespace fs = std::filesystem;

/// Without reading the files.
std::string problem_of(const Backup& backup) {
  for (const BackupDatabase& database : backup.databases) {
    for (const BackupFile& file : database.files) {
      std::error_code failed;
      const std::uint64_t size = fs::file_size(backup.path / file.path, failed);
      if (failed) return fmt::format("{} is missing", base::printable(file.path));
      if (size != file.size)
        return fmt::format("{} has {} bytes instead of {}", base::printable(file.path), size, file.size);
    }
  }
  return backup.databases.empty() ? "it holds no database" : std::string();
}

/// Each of its databases is in a newer one that stays.
bool is_covered(const Backup& backup, const std::set<std::string>& kept) {
  const auto is_kept = [&](const BackupDatabase& one) { return kept.contains(one.identity); };
  return std::all_of(backup.databases.begin(), backup.databases.end(), is_kept);
}

std::time_t seconds_of(const std::string& iso) {
  std::tm parts{};
  if (::strptime(iso.c_str(), "%Y-%m-%dT%H:%M:%S", &parts) == nullptr) return 0;
  return ::timegm(&parts);
}

}  // namespace

bool is_name_of_backup(std::string_view name) {
  constexpr std::string_view pattern = "00000000T000000Z_";
  if (name.size() <= pattern.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool digit = name[i] >= '0' && name[i] <= '9';
    if (pattern[i] == '0' ? !digit : name[i] != pattern[i]) return false;
  }
  return true;
}

bool holds(const Backup& backup, std::string_view identity) {
  return std::any_of(backup.databases.begin(), backup.databases.end(),
                     [&](const BackupDatabase& one) { return one.identity == identity; });
}

Backup read_backup(const fs::path& path) {
  Backup backup;
  try {
    backup = backup_from_json(base::read_file(path / "metadata.json"));
    backup.path = path;
    backup.problem = problem_of(backup);
  } catch (const Error& error) {
    backup.problem = error.message();
  }
  backup.path = path;
  backup.name = path.filename().string();
  const std::size_t dash = backup.name.find('_');
  if (backup.label.empty() && dash != std::string::npos) backup.label = backup.name.substr(dash + 1);
  return backup;
}

Moment moment_now() {
  const std::time_t now = std::time(nullptr);
  const std::tm parts = fmt::gmtime(now);
  return {fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", parts), fmt::format("{:%Y%m%dT%H%M%SZ}", parts)};
}

std::vector<Backup> let_go(const std::vector<Backup>& backups, const Retention& retention,
                           const std::string& now_iso) {
  const std::time_t now = seconds_of(now_iso);
  std::vector<Backup> gone;
  std::set<std::string> databases;
  std::size_t kept = 0;
  for (const Backup& backup : backups) {
    const bool last_good = backup.problem.empty() && (kept == 0 || !is_covered(backup, databases));
    const std::time_t made = seconds_of(backup.created_at);
    const bool too_old =
        retention.days && made > 0 && now - made > static_cast<std::time_t>(*retention.days) * 86400;
    const bool too_many = retention.count && kept >= *retention.count;
    // What has no time can't be judged: somebody must look at it.
    const bool may_go = made > 0 && (too_old || too_many);
    if (last_good || !may_go) {
      // A damaged one is none of those that are to be kept.
      if (!backup.problem.empty()) continue;
      ++kept;
      // What a restore has replaced is nobody's last good backup.
      if (backup.reason == "before restore") continue;
      for (const BackupDatabase& database : backup.databases) databases.insert(database.identity);
    } else {
      gone.push_back(backup);
    }
  }
  return gone;
}

void remove_unfinished(const fs::path& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (!entry.path().filename().string().starts_with(unfinished_front)) continue;
    const base::FolderLock lock(entry.path());
    if (lock.held()) fs::remove_all(entry.path(), ignored);
  }
}

}  // namespace tradewind::ops
