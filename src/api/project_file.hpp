/// tradewind.toml as data, every value with its place for messages.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tradewind/error.hpp>
#include <tradewind/project.hpp>

#include "api/maintain_policy.hpp"

namespace tradewind::api {

/// A text of the file and where it stands.
struct FileValue {
  std::string text;
  Location at;
};

/// The settings of one table: the file's top level, or one [database.NAME].
struct FileSettings {
  std::string name;
  std::optional<FileValue> url;
  std::optional<FileValue> directory;
  std::optional<FileValue> pack;
  std::optional<FileValue> history_table;
  std::optional<FileValue> seeds;
  std::optional<FileValue> roles;
  std::optional<FileValue> environment;
};

/// [backup]
struct FileBackup {
  std::optional<FileValue> directory;
  std::optional<FileValue> programs;
  std::optional<bool> before;
  std::optional<bool> verify;
  std::optional<int> keep_days;
  std::optional<int> keep;
  std::optional<int> jobs;
};

struct ProjectFile {
  std::filesystem::path path;
  FileSettings defaults;                ///< the top level
  std::vector<FileSettings> databases;  ///< in the file's order; a top-level `url` is one named "default"
  std::map<std::string, std::string> pragmas;  ///< [sqlite]
  std::optional<FileValue> ledger;             ///< [ledger] path
  bool no_ledger = false;                      ///< [ledger] enabled = false
  FileBackup backup;
  std::optional<PolicySettings> upkeep;  ///< [maintain]
};

/// The project's file: the one that the options name (which must exist), else tradewind.toml, if it is there.
/// Throws Error{configuration} with line and column.
std::optional<ProjectFile> read_project_file(const ProjectOptions& options);

/// Names and values of a .env file's text. Throws Error{configuration} with line and column.
Environment parse_environment_file(std::string_view text, const std::filesystem::path& path);

}  // namespace tradewind::api
