/// Files that are there after a crash of the machine, whole or not at all.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace tradewind::base {

/// All of these throw Error{disk_full}, Error{permission}, Error{read_only} or Error{source_unreadable} with
/// the path.
void sync_file(const std::filesystem::path& path);
/// A folder's entries.
void sync_folder(const std::filesystem::path& path);
/// With the folder's entry.
void write_durably(const std::filesystem::path& path, std::string_view text);
/// Both in the same file system; what is at `to` is replaced. Durable.
void rename_durably(const std::filesystem::path& from, const std::filesystem::path& to);
void make_folders(const std::filesystem::path& path);
/// Readable to the user alone; must not be there.
void make_private_folder(const std::filesystem::path& path);
/// `told` is given the bytes done so far, now and then; may be empty.
void copy_durably(const std::filesystem::path& from, const std::filesystem::path& to,
                  const std::atomic<bool>* stop, const std::function<void(std::uint64_t)>& told);

/// 64 hexadecimal digits. Throws Error{interrupted} on request.
std::string sha256_of_file(const std::filesystem::path& path, const std::atomic<bool>* stop = nullptr,
                           const std::function<void(std::uint64_t)>& told = {});

/// Of a file, or of all files below a folder; 0 if there is none.
std::uint64_t size_on_disk(const std::filesystem::path& path);

/// Throws the error that the last system call's error number means.
[[noreturn]] void fail_on_file(std::string_view what, const std::filesystem::path& path, int number);

/// Kept as long as its object lives, or its process: other processes see that somebody works on the folder.
class FolderLock {
 public:
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;
  /// False if another process has it.
  bool held() const { return held_; }

 private:
  int folder_ = -1;
  bool held_ = false;
};

}  // namespace tradewind::base
