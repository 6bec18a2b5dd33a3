#include "migration/files.hpp"

#include <dirent.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/files.hpp"
#include "base/text.hpp"

namespace tradewind::migration {

namespace fs = std::filesystem;
namespace {

struct Close {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

}  // namespace

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
  // Twice as fast as fs::directory_iterator, which makes a path of each entry: it counts with ten thousand.
  const std::unique_ptr<DIR, Close> directory(::opendir(folder_.c_str()));
  std::vector<std::string> result;
  int error = directory == nullptr ? errno : 0;
  while (error == 0) {
    errno = 0;
    const dirent* entry = ::readdir(directory.get());
    if (entry == nullptr) {
      error = errno;
      break;
    }
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") result.emplace_back(name);
  }
  if (error != 0) {
    throw Error(Code::source_unreadable,
                fmt::format("can't read the directory {}: {}", shown, std::strerror(error)),
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
