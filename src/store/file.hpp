#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include <tradewind/error.hpp>

namespace tradewind::store {

/// An open file of the store's own. Failures are thrown as Error with the path: disk_full, read_only,
/// permission, source_unreadable.
class File {
 public:
  enum class Mode { read, write, create };

  File() = default;
  File(const std::filesystem::path& path, Mode mode);
  ~File();
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;

  int descriptor() const noexcept { return descriptor_; }
  explicit operator bool() const noexcept { return descriptor_ >= 0; }
  const std::filesystem::path& path() const noexcept { return path_; }

  std::uint64_t size() const;
  /// Takes room on the disk for so many bytes, so that a later write finds it.
  void allocate(std::uint64_t bytes) const;
  void write_at(std::uint64_t offset, const void* bytes, std::size_t size) const;
  /// Gives the number of bytes read: fewer only at the end of the file.
  std::size_t read_at(std::uint64_t offset, void* bytes, std::size_t size) const;
  void flush() const;
  /// False if another process, or another opening of this one, holds it.
  bool try_lock() const;

 private:
  int descriptor_ = -1;
  std::filesystem::path path_;
};

/// Makes the folder and those above it. Throws Error.
void make_folder(const std::filesystem::path& path);
/// So that a file made in it is there after a loss of power.
void flush_folder(const std::filesystem::path& path);
/// Whether files there live in memory and not on a disk.
bool is_in_memory(const std::filesystem::path& folder);

/// The error of a failed system call on a path.
Error file_error(std::string_view what, const std::filesystem::path& path, int error);

}  // namespace tradewind::store
