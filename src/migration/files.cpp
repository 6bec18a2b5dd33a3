#include "migration/files.hpp"

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/files.hpp"
#include "base/text.hpp"

namespace tradewind::migration {

namespace fs = std::filesystem;

std::vector<std::string> DirectoryFiles::names() const {
  std::error_code failed;
  const fs::file_status status = fs::status(folder_, failed);
  const std::string shown = base::printable(folder_.string());
  if (status.type() == fs::file_type::not_found) {
    throw Error(Code::source_missing, fmt::format("there is no migrations directory {}", shown),
                "name it with --dir, make it with `tradewind init`, or use a built-in schema with --pack");
  }
  if (!failed && status.type() != fs::file_type::directory) {
    throw Error(Code::source_missing, fmt::format("{} is not a directory", shown),
                "--dir names the directory that holds the migrations");
  }
  std::vector<std::string> result;
  fs::directory_iterator entry(folder_, failed);
  for (; !failed && entry != fs::directory_iterator(); entry.increment(failed)) {
    result.push_back(entry->path().filename().string());
  }
  if (failed) {
    throw Error(Code::source_unreadable,
                fmt::format("can't read the directory {}: {}", shown, failed.message()),
                "give the user that runs this read access to it");
  }
  return result;
}

std::string DirectoryFiles::read(const std::string& name) const {
  return base::read_file(folder_ / name);
}

std::vector<std::string> LinkedFiles::names() const {
  std::vector<std::string> result;
  result.reserve(files_.size());
  for (const LinkedFile& file : files_) result.push_back(file.name);
  return result;
}

std::string LinkedFiles::read(const std::string& name) const {
  for (const LinkedFile& file : files_) {
    if (file.name == name) return std::string(file.text);
  }
  throw Error(Code::source_unreadable, fmt::format("{} has no file {}", description_, base::printable(name)));
}

}  // namespace tradewind::migration
