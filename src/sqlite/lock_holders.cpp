#include "sqlite/lock_holders.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>

#include <fmt/format.h>

#include "base/text.hpp"

namespace tradewind::sqlite {
namespace {

namespace fs = std::filesystem;

// SQLite's file format: the bytes of the file, and of the log's index, that locks are taken on.
constexpr std::uint64_t reserved_byte = 0x40000001;
constexpr std::uint64_t shared_first = 0x40000002;
constexpr std::uint64_t log_write_byte = 120;

struct FileId {
  dev_t device = 0;
  ino_t inode = 0;
  bool operator==(const FileId&) const = default;
};

std::optional<FileId> id_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return FileId{status.st_dev, status.st_ino};
}

std::string first_line(const fs::path& path) {
  std::ifstream stream(path);
  std::string line;
  std::getline(stream, line);
  return line;
}

/// Field 22 of /proc/PID/stat counts ticks since the machine began; the name before it may hold anything.
std::string started(int pid) {
  const std::string line = first_line(fmt::format("/proc/{}/stat", pid));
  std::istringstream fields(line.substr(std::min(line.rfind(')') + 1, line.size())));
  std::string field;
  for (int i = 3; i <= 22; ++i) fields >> field;
  std::ifstream machine("/proc/stat");
  std::int64_t begin = 0;
  for (std::string word; machine >> word;) {
    if (word == "btime") machine >> begin;
  }
  if (field.empty() || begin == 0) return {};
  const std::time_t time = begin + std::strtoll(field.c_str(), nullptr, 10) / ::sysconf(_SC_CLK_TCK);
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

class Users {
 public:
  explicit Users(const std::string& path) : file_(id_of(path)), log_index_(id_of(path + "-shm")) {}

  std::vector<FileUser> find() {
    if (!file_) return {};
    read_locks();
    read_descriptors();
    std::vector<FileUser> result;
    for (auto& [pid, user] : users_) {
      if (pid == ::getpid() || pid <= 0) continue;
      user.pid = pid;
      user.command = first_line(fmt::format("/proc/{}/comm", pid));
      user.since = started(pid);
      result.push_back(user);
    }
    return result;
  }

 private:
  /// "1: POSIX  ADVISORY  WRITE 4711 08:01:1234 1073741825 1073741825"
  void read_locks() {
    std::ifstream locks("/proc/locks");
    for (std::string line; std::getline(locks, line);) {
      std::istringstream words(line);
      std::string number, kind, advisory, access, place, begin, end;
      int pid = 0;
      words >> number >> kind >> advisory >> access >> pid >> place >> begin >> end;
      if (kind != "POSIX" && kind != "OFDLCK") continue;
      const std::size_t colon = place.rfind(':');
      if (colon == std::string::npos) continue;
      const ino_t inode = std::strtoull(place.c_str() + colon + 1, nullptr, 10);
      const std::uint64_t first = std::strtoull(begin.c_str(), nullptr, 10);
      const std::uint64_t last = end == "EOF" ? UINT64_MAX : std::strtoull(end.c_str(), nullptr, 10);
      note_lock(pid, inode, access == "WRITE", first, last);
    }
  }

  void note_lock(int pid, ino_t inode, bool write, std::uint64_t first, std::uint64_t last) {
    const auto covers = [&](std::uint64_t byte) { return first <= byte && byte <= last; };
    if (file_ && inode == file_->inode) {
      FileUser& user = users_[pid];
      user.writes = user.writes || (write && (covers(reserved_byte) || covers(shared_first)));
      user.excludes = user.excludes || (write && covers(shared_first));
    } else if (log_index_ && inode == log_index_->inode) {
      FileUser& user = users_[pid];
      user.writes = user.writes || (write && covers(log_write_byte));
    }
  }

  void read_descriptors() {
    std::error_code error;
    for (const auto& process : fs::directory_iterator("/proc", error)) {
      const std::string name = process.path().filename().string();
      const auto pid = base::number<int>(name);
      if (!pid) continue;
      std::error_code not_ours;
      for (const auto& descriptor : fs::directory_iterator(process.path() / "fd", not_ours)) {
        if (id_of(descriptor.path().string()) == file_) users_[*pid];
      }
    }
  }

  std::optional<FileId> file_;
  std::optional<FileId> log_index_;
  std::map<int, FileUser> users_;
};

}  // namespace

std::vector<FileUser> file_users(const std::string& path) {
  return Users(path).find();
}

std::string writers_of(const std::string& path) {
  std::string text;
  for (const FileUser& user : file_users(path)) {
    if (user.writes)
      text += fmt::format("{}pid {} ({}, running since {})", text.empty() ? "" : "; ", user.pid,
                          base::printable(user.command), user.since);
  }
  return text;
}

}  // namespace tradewind::sqlite
