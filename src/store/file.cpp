#include "store/file.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/text.hpp"

namespace tradewind::store {
namespace {

struct Meaning {
  Code code;
  const char* hint;
};

Meaning meaning_of(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return {Code::disk_full, "make room there, or give another folder"};
    case EROFS:
      return {Code::read_only, "the file system is read-only: give another folder, or mount it for writing"};
    case EACCES:
    case EPERM:
      return {Code::permission,
              "give the user that runs this the right to write there, or give another folder"};
    case EIO:
      return {Code::source_unreadable, "the disk fails: look into the system's log"};
    default:
      return {Code::source_unreadable, "check the path"};
  }
}

int flags_of(File::Mode mode) {
  if (mode == File::Mode::read) return O_RDONLY;
  return mode == File::Mode::write ? O_RDWR : O_RDWR | O_CREAT | O_EXCL;
}

}  // namespace

Error file_error(std::string_view what, const std::filesystem::path& path, int error) {
  const Meaning meaning = meaning_of(error);
  return Error(meaning.code,
               fmt::format("can't {} {}: {}", what, base::printable(path.string()),
                           std::generic_category().message(error)),
               meaning.hint);
}

File::File(const std::filesystem::path& path, Mode mode) : path_(path) {
  descriptor_ = ::open(path.c_str(), flags_of(mode) | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor_ < 0) throw file_error(mode == Mode::create ? "make" : "open", path, errno);
}

File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

File::File(File&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

File& File::operator=(File&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(path_, other.path_);
  return *this;
}

std::uint64_t File::size() const {
  struct stat facts {};
  if (::fstat(descriptor_, &facts) != 0) throw file_error("look at", path_, errno);
  return static_cast<std::uint64_t>(facts.st_size);
}

void File::allocate(std::uint64_t bytes) const {
  const int error = ::posix_fallocate(descriptor_, 0, static_cast<off_t>(bytes));
  if (error != 0) throw file_error("take room for", path_, error);
}

void File::write_at(std::uint64_t offset, const void* bytes, std::size_t size) const {
  const auto* at = static_cast<const char*>(bytes);
  while (size > 0) {
    const ssize_t written = ::pwrite(descriptor_, at, size, static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) throw file_error("write to", path_, written < 0 ? errno : ENOSPC);
    at += written;
    offset += static_cast<std::uint64_t>(written);
    size -= static_cast<std::size_t>(written);
  }
}

std::size_t File::read_at(std::uint64_t offset, void* bytes, std::size_t size) const {
  auto* at = static_cast<char*>(bytes);
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = ::pread(descriptor_, at + done, size - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw file_error("read", path_, errno);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

void File::flush() const {
  if (::fdatasync(descriptor_) != 0) throw file_error("flush", path_, errno);
}

bool File::try_lock() const {
  return ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0;
}

void make_folder(const std::filesystem::path& path) {
  std::error_code failed;
  std::filesystem::create_directories(path, failed);
  if (failed) throw file_error("make the folder", path, failed.value());
}

void flush_folder(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) throw file_error("open", path, errno);
  const int failed = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  if (failed != 0) throw file_error("flush", path, failed);
}

bool is_in_memory(const std::filesystem::path& folder) {
  struct statfs facts {};
  if (::statfs(folder.c_str(), &facts) != 0) throw file_error("look at", folder, errno);
  return facts.f_type == TMPFS_MAGIC || facts.f_type == RAMFS_MAGIC;
}

}  // namespace tradewind::store
