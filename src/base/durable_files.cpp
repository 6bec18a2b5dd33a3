#include "base/durable_files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <future>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/sha256.hpp"
#include "base/text.hpp"

namespace tradewind::base {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t block = 4U << 20U;

class File {
 public:
  File(const fs::path& path, int flags, mode_t mode = 0600)
      : path_(path), fd_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {
    if (fd_ < 0) fail_on_file((flags & O_ACCMODE) == O_RDONLY ? "read" : "write", path, errno);
  }
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  void write(std::string_view text) {
    while (!text.empty()) {
      const ssize_t done = ::write(fd_, text.data(), text.size());
      if (done < 0 && errno == EINTR) continue;
      if (done < 0) fail_on_file("write", path_, errno);
      text.remove_prefix(static_cast<std::size_t>(done));
    }
  }
  std::string_view read(std::string& buffer) {
    for (;;) {
      const ssize_t got = ::read(fd_, buffer.data(), buffer.size());
      if (got >= 0) return std::string_view(buffer).substr(0, static_cast<std::size_t>(got));
      if (errno != EINTR) fail_on_file("read", path_, errno);
    }
  }
  void sync() {
    if (::fsync(fd_) != 0) fail_on_file("write", path_, errno);
  }

 private:
  fs::path path_;
  int fd_;
};

void refuse_to_go_on(const std::atomic<bool>* stop) {
  if (stop != nullptr && stop->load()) throw Error(Code::interrupted, "stopped on request");
}

}  // namespace

void fail_on_file(std::string_view what, const fs::path& path, int number) {
  const std::string message =
      fmt::format("can't {} {}: {}", what, printable(path.string()), std::strerror(number));
  if (number == ENOSPC || number == EDQUOT || number == EFBIG)
    throw Error(Code::disk_full, message, "make room, or choose a folder on another disk");
  if (number == EACCES || number == EPERM)
    throw Error(Code::permission, message, "give the user that runs this the right to it");
  if (number == EROFS) throw Error(Code::read_only, message, "choose a folder that can be written");
  throw Error(Code::source_unreadable, message, "look after the disk or the path, then try again");
}

void sync_file(const fs::path& path) {
  File(path, O_RDONLY).sync();
}

void sync_folder(const fs::path& path) {
  File(path.empty() ? fs::path(".") : path, O_RDONLY | O_DIRECTORY).sync();
}

void write_durably(const fs::path& path, std::string_view text) {
  {
    File file(path, O_WRONLY | O_CREAT | O_TRUNC);
    file.write(text);
    file.sync();
  }
  sync_folder(path.parent_path());
}

void rename_durably(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) fail_on_file("rename", from, errno);
  sync_folder(to.parent_path());
}

void make_folders(const fs::path& path) {
  std::error_code failed;
  fs::create_directories(path, failed);
  if (failed) fail_on_file("make the folder", path, failed.value());
}

void make_private_folder(const fs::path& path) {
  if (::mkdir(path.c_str(), 0700) != 0) fail_on_file("make the folder", path, errno);
}

void copy_durably(const fs::path& from, const fs::path& to, const std::atomic<bool>* stop,
                  const std::function<void(std::uint64_t)>& told) {
  File source(from, O_RDONLY);
  File target(to, O_WRONLY | O_CREAT | O_EXCL);
  std::string buffer(block, '\0');
  std::uint64_t done = 0;
  for (std::string_view text = source.read(buffer); !text.empty(); text = source.read(buffer)) {
    refuse_to_go_on(stop);
    target.write(text);
    done += text.size();
    if (told) told(done);
  }
  target.sync();
}

std::string sha256_of_file(const fs::path& path, const std::atomic<bool>* stop,
                           const std::function<void(std::uint64_t)>& told) {
  File file(path, O_RDONLY);
  Sha256 hash;
  std::array<std::string, 2> buffers = {std::string(block, '\0'), {}};
  std::uint64_t done = 0;
  std::string_view text = file.read(buffers[0]);
  for (std::size_t turn = 1; !text.empty(); ++turn) {
    refuse_to_go_on(stop);
    // Of a large file the next block is read while this one is hashed.
    std::string& other = buffers[turn % 2];
    other.resize(block);
    const auto policy = text.size() == block ? std::launch::async : std::launch::deferred;
    auto next = std::async(policy, [&] { return file.read(other); });
    hash.update(text);
    done += text.size();
    if (told) told(done);
    text = next.get();
  }
  return hash.finish();
}

std::uint64_t size_on_disk(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_regular_file(path, ignored)) return fs::file_size(path, ignored);
  std::uint64_t size = 0;
  for (fs::recursive_directory_iterator entry(path, ignored), end; entry != end; entry.increment(ignored)) {
    std::error_code gone;
    const std::uint64_t one = entry->is_regular_file(gone) ? entry->file_size(gone) : 0;
    if (!gone) size += one;
  }
  return size;
}

FolderLock::FolderLock(const fs::path& folder)
    : folder_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  held_ = folder_ >= 0 && ::flock(folder_, LOCK_EX | LOCK_NB) == 0;
}

FolderLock::~FolderLock() {
  if (folder_ >= 0) ::close(folder_);
}

}  // namespace tradewind::base
