#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tradewind::migration {

/// A flat set of files by name: a directory, or files linked into a program. Safe to share between threads.
class Files {
 public:
  virtual ~Files() = default;
  /// All names, in no order. Throws Error{source_missing, source_unreadable}.
  virtual std::vector<std::string> names() const = 0;
  /// A file's bytes.
  virtual std::string read(const std::string& name) const = 0;
  /// What messages call the file: its path.
  virtual std::string label(const std::string& name) const = 0;
  /// What messages call the set.
  virtual std::string description() const = 0;
};

class DirectoryFiles : public Files {
 public:
  explicit DirectoryFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}
  std::vector<std::string> names() const override;
  std::string read(const std::string& name) const override;
  std::string label(const std::string& name) const override { return (folder_ / name).string(); }
  std::string description() const override { return folder_.string(); }

 private:
  std::filesystem::path folder_;
};

struct LinkedFile {
  std::string name;
  std::string_view text;
};

class LinkedFiles : public Files {
 public:
  LinkedFiles(std::string description, std::vector<LinkedFile> files)
      : description_(std::move(description)), files_(std::move(files)) {}
  std::vector<std::string> names() const override;
  std::string read(const std::string& name) const override;
  std::string label(const std::string& name) const override { return description_ + ": " + name; }
  std::string description() const override { return description_; }

 private:
  std::string description_;
  std::vector<LinkedFile> files_;
};

}  // namespace tradewind::migration
