#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.hpp"

namespace tradewind::migration {

/// A flat set of files by name: a directory, or files linked into a program. Safe to share between threads.
class Files {
 public:
  virtual ~Files() = default;
  /// All names, in no order.
  virtual const std::vector<std::string>& names() const = 0;
  /// A file's bytes.
  virtual std::string read(const std::string& name) const = 0;
  /// What messages call the file: its path.
  virtual std::string label(const std::string& name) const = 0;
  /// What messages call the set.
  virtual std::string description() const = 0;
};

class DirectoryFiles : public Files {
 public:
  /// Throws Error{source_missing, source_unreadable}.
  explicit DirectoryFiles(std::filesystem::path path);
  const std::vector<std::string>& names() const override { return folder_.names(); }
  std::string read(const std::string& name) const override { return folder_.read(name); }
  std::string label(const std::string& name) const override { return (path_ / name).string(); }
  std::string description() const override { return path_.string(); }

 private:
  std::filesystem::path path_;
  base::Folder folder_;
};

struct LinkedFile {
  std::string name;
  std::string_view text;
};

class LinkedFiles : public Files {
 public:
  LinkedFiles(std::string description, std::vector<LinkedFile> files);
  const std::vector<std::string>& names() const override { return names_; }
  std::string read(const std::string& name) const override;
  std::string label(const std::string& name) const override { return description_ + ": " + name; }
  std::string description() const override { return description_; }

 private:
  std::string description_;
  std::vector<LinkedFile> files_;
  std::vector<std::string> names_;
};

}  // namespace tradewind::migration
