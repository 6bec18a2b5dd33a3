#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>

namespace tradewind::test {

/// A new folder under the system's temp folder (or another), removed with all that it holds in the
/// destructor. A child forked off leaves it alone.
class TempDir {
 public:
  explicit TempDir(std::string_view prefix = "tradewind",
                   const std::filesystem::path& base = std::filesystem::temp_directory_path());
  ~TempDir();
  TempDir(TempDir&& other) noexcept;
  TempDir& operator=(TempDir&& other) noexcept;

  const std::filesystem::path& path() const noexcept { return path_; }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

  /// Writes bytes as they are, making the folders on the way; gives the file's path.
  std::filesystem::path write(std::string_view name, std::string_view text) const;
  /// The bytes of a file; throws std::runtime_error if it can't be read.
  std::string read(std::string_view name) const;
  bool has(std::string_view name) const { return std::filesystem::exists(path_ / name); }

 private:
  void remove() noexcept;

  std::filesystem::path path_;
  pid_t owner_ = -1;
};

/// The bytes of any file; throws std::runtime_error if it can't be read.
std::string read_file(const std::filesystem::path& path);

}  // namespace tradewind::test
