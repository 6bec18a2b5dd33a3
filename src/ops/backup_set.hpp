/// Backups as folders: their metadata, what is there, what may go.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <tradewind/backup.hpp>

namespace tradewind::ops {

std::string to_json(const Backup& backup);
/// Throws Error{bad_file}.
Backup backup_from_json(std::string_view text);

/// 20260114T093012Z_trades is one.
bool is_name_of_backup(std::string_view name);

/// It has a database of this identity.
bool holds(const Backup& backup, std::string_view identity);

/// Reads a backup's folder; what is wrong with it is its problem.
Backup read_backup(const std::filesystem::path& path);

/// 2026-01-14T09:30:12Z and, for names, 20260114T093012Z.
struct Moment {
  std::string iso;
  std::string compact;
};
Moment moment_now();

/// Of a backup that is being made or removed: no name of a backup.
constexpr std::string_view unfinished_front = ".unfinished-";

/// Which of them (the newest first) go. Never the first, if it is good, and none that is the newest good one
/// of a database.
std::vector<Backup> let_go(const std::vector<Backup>& backups, const Retention& retention,
                           const std::string& now_iso);

/// Removes folders that a process left behind when it died.
void remove_unfinished(const std::filesystem::path& folder);

}  // namespace tradewind::ops
