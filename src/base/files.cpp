#include "base/files.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/text.hpp"

namespace tradewind::base {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

[[noreturn]] void fail(const std::filesystem::path& path, int error) {
  const char* hint = error == EACCES  ? "give the user that runs this read access to it"
                     : error == ELOOP ? "symbolic links form a loop: replace them by the file itself"
                     : error == ENOENT
                         ? "it is a link that leads nowhere, or was removed a moment ago: put the file back"
                         : "look after the disk or the file system, then run the same command again";
  throw Error(Code::source_unreadable,
              fmt::format("can't read {}: {}", printable(path.string()), std::strerror(error)), hint)
      .at({.file = path.string()});
}

std::size_t read_some(int fd, char* into, std::size_t size, const std::filesystem::path& path) {
  for (;;) {
    const ssize_t got = ::read(fd, into, size);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) fail(path, errno);
  }
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) fail(path, errno);
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) fail(path, errno);
  if (!S_ISREG(info.st_mode)) {
    throw Error(Code::source_unreadable, fmt::format("{} is not a regular file", printable(path.string())),
                "migrations are plain files: remove it or give it another ending than .sql")
        .at({.file = path.string()});
  }
  std::string text(static_cast<std::size_t>(info.st_size), '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const std::size_t got = read_some(file.get(), text.data() + size, text.size() - size, path);
    if (got == 0) break;
    size += got;
  }
  text.resize(size);
  return text;
}

std::string user_at_host() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) std::strcpy(host.data(), "localhost");
  std::array<char, 4096> buffer{};
  struct passwd entry {};
  struct passwd* found = nullptr;
  ::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found);
  const std::string user = found != nullptr ? found->pw_name : std::to_string(::geteuid());
  return user + "@" + host.data();
}

}  // namespace tradewind::base
