#include "cli/new_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/text.hpp"

namespace tradewind::cli {
namespace {

Code code_of(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return Code::disk_full;
    case EROFS:
      return Code::read_only;
    case ENAMETOOLONG:
      return Code::bad_name;
    default:
      return Code::permission;
  }
}

Error cannot_write(const std::filesystem::path& path, int error) {
  return {code_of(error),
          fmt::format("can't write {}: {}", base::printable(path.string()), std::strerror(error))};
}

/// 0, or errno.
int write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(file, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return 0;
}

}  // namespace

bool write_new(const std::filesystem::path& path, std::string_view text) {
  if (path.has_parent_path()) make_folder(path.parent_path());
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file < 0 && errno == EEXIST) return false;
  if (file < 0) throw cannot_write(path, errno);
  int error = write_all(file, text);
  if (::close(file) != 0 && error == 0) error = errno;
  if (error == 0) return true;
  ::unlink(path.c_str());
  throw cannot_write(path, error);
}

void make_folder(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error || !std::filesystem::is_directory(path))
    throw cannot_write(path, error ? error.value() : ENOTDIR);
}

}  // namespace tradewind::cli
