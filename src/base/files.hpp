#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tradewind::base {

/// A file's bytes. Throws Error{source_unreadable} for what can't be read or is no regular file (a FIFO would
/// block for ever). Symbolic links are followed.
std::string read_file(const std::filesystem::path& path);

/// A directory held open: with ten thousand files it counts that the path is walked once.
class Folder {
 public:
  /// Throws Error{source_unreadable}.
  explicit Folder(std::filesystem::path path);
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  /// Of all that is in it, in no order. Throws Error{source_unreadable}.
  std::vector<std::string> names() const;
  /// As read_file does.
  std::string read(const std::string& name) const;

 private:
  std::filesystem::path path_;
  int fd_;
};

/// user@host, for records.
std::string user_at_host();

}  // namespace tradewind::base
