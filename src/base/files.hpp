#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace tradewind::base {

/// A file's bytes. Throws Error{source_unreadable} for what can't be read or is no regular file (a FIFO would
/// block for ever). Symbolic links are followed.
std::string read_file(const std::filesystem::path& path);

/// A directory held open and listed: with ten thousand files it counts that the path is walked once, and that
/// the listing tells what a regular file is.
class Folder {
 public:
  /// Throws Error{source_unreadable}.
  explicit Folder(std::filesystem::path path);
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  /// Of all that is in it, in no order.
  const std::vector<std::string>& names() const { return names_; }
  /// As read_file does. Safe to share between threads.
  std::string read(const std::string& name) const;

 private:
  void list();

  std::filesystem::path path_;
  int fd_;
  std::vector<std::string> names_;
  std::set<std::string, std::less<>> unsure_;  ///< those the listing does not call regular files
};

/// user@host, for records.
std::string user_at_host();

}  // namespace tradewind::base
