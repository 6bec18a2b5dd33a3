#include "migration/files.hpp"

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/text.hpp"

namespace tradewind::migration {
namespace {

namespace fs = std::filesystem;

base::Folder open(const fs::path& path) {
  std::error_code failed;
  const fs::file_status status = fs::status(path, failed);
  const std::string shown = base::printable(path.string());
  if (status.type() == fs::file_type::not_found) {
    throw Error(Code::source_missing, fmt::format("there is no migrations directory {}", shown),
                "name it with --dir, make it with `tradewind init`, or use a built-in schema with --pack");
  }
  if (!failed && status.type() != fs::file_type::directory) {
    throw Error(Code::source_missing, fmt::format("{} is not a directory", shown),
                "--dir names the directory that holds the migrations");
  }
  return base::Folder(path);
}

}  // namespace

DirectoryFiles::DirectoryFiles(fs::path path) : path_(std::move(path)), folder_(open(path_)) {}

LinkedFiles::LinkedFiles(std::string description, std::vector<LinkedFile> files)
    : description_(std::move(description)), files_(std::move(files)) {
  names_.reserve(files_.size());
  for (const LinkedFile& file : files_) names_.push_back(file.name);
}

std::string LinkedFiles::read(const std::string& name) const {
  for (const LinkedFile& file : files_) {
    if (file.name == name) return std::string(file.text);
  }
  throw Error(Code::source_unreadable, fmt::format("{} has no file {}", description_, base::printable(name)));
}

}  // namespace tradewind::migration
