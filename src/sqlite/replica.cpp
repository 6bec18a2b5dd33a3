#include "sqlite/replica.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/durable_files.hpp"
#include "base/text.hpp"
#include "sqlite/connection.hpp"
#include "sqlite/dump.hpp"
#include "sqlite/file_lock.hpp"
#include "sqlite/handle.hpp"

namespace tradewind::sqlite {
namespace {

namespace fs = std::filesystem;
using database::Connection;
using database::OpenSettings;

constexpr const char* companions[] = {"-wal", "-journal", "-shm"};

fs::path companion(const fs::path& path, std::string_view ending) {
  return path.string() + std::string(ending);
}

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

void remove_all_of(const fs::path& path) {
  std::error_code ignored;
  fs::remove(path, ignored);
  for (const char* ending : companions) fs::remove(companion(path, ending), ignored);
}

/// The file itself: a link to it stays a link.
fs::path real_path(const fs::path& path) {
  std::error_code failed;
  const fs::path real = fs::weakly_canonical(path, failed);
  return failed ? path : real;
}

void like(const fs::path& old, const fs::path& fresh) {
  struct stat info {};
  if (::stat(old.c_str(), &info) != 0) return;
  if (::chmod(fresh.c_str(), info.st_mode & 07777) != 0)
    base::fail_on_file("set the rights of", fresh, errno);
  const bool same_owner = info.st_uid == ::geteuid() && info.st_gid == ::getegid();
  if (!same_owner && ::chown(fresh.c_str(), info.st_uid, info.st_gid) != 0 && ::geteuid() == 0)
    base::fail_on_file("give away", fresh, errno);
}

void give_second_name(const fs::path& path, const fs::path& second) {
  if (::link(path.c_str(), second.c_str()) == 0) return;
  const bool no_links = errno == EPERM || errno == EOPNOTSUPP || errno == EMLINK;
  if (!no_links) base::fail_on_file("keep", path, errno);
  base::copy_durably(path, second, nullptr, {});
}

class SqliteReplica : public database::Replica {
 public:
  SqliteReplica(OpenSettings target, fs::path path, bool removed_in_the_end)
      : target_(std::move(target)),
        place_(real_path(target_.url.path)),
        path_(std::move(path)),
        ours_(removed_in_the_end) {}
  ~SqliteReplica() override {
    connection_.reset();
    if (ours_) remove_all_of(path_);
  }

  Connection& connection() override {
    if (connection_ == nullptr) {
      OpenSettings settings = target_;
      settings.url = {
          .scheme = "sqlite", .text = "sqlite:" + path_.string(), .path = path_.string(), .options = {}};
      settings.pragmas.clear();
      settings.create = false;
      settings.read_only = false;
      connection_ = open(settings);
    }
    return *connection_;
  }
  std::string name() const override { return path_.filename().string(); }

  database::Swapped take_place(std::string_view moment) override {
    connection_.reset();
    settle();
    database::Swapped swapped;
    const fs::path kept = free_name(fmt::format(".before-{}", moment));
    if (is_there(place_)) {
      swapped.kept = kept.filename().string();
      replace(kept, swapped);
    } else {
      set_companions_aside(kept);
      base::rename_durably(path_, place_);
    }
    ours_ = false;
    return swapped;
  }

 private:
  /// A second one within a second has a number.
  fs::path free_name(const std::string& suffix) const {
    fs::path name = companion(place_, suffix);
    for (int number = 2; is_there(name); ++number)
      name = companion(place_, fmt::format("{}-{}", suffix, number));
    return name;
  }

  /// All of it in the one file, and that on the disk.
  void settle() {
    connection();
    connection_.reset();
    std::error_code ignored;
    if (is_there(companion(path_, "-wal")) && fs::file_size(companion(path_, "-wal"), ignored) > 0)
      throw LockTimeout(Code::lock_timeout, fmt::format("{} is in use", base::printable(path_.string())),
                        "wait until nobody works on it, then try again");
    base::sync_file(path_);
  }

  void replace(const fs::path& kept, database::Swapped& swapped) {
    std::optional<FileLock> lock;
    try {
      lock.emplace(place_);
    } catch (const LockTimeout&) {
      throw;
    } catch (const Error& error) {
      if (const auto others = holders(place_); !others.empty())
        throw LockTimeout(
            Code::lock_timeout,
            fmt::format("{} is open in {}", base::printable(place_.string()), base::listed(others)),
            "stop it, then run the same command again");
      swapped.notes =
          fmt::format("the old file could not be opened ({}) and is kept as it is", error.message());
    }
    like(place_, path_);
    give_second_name(place_, kept);
    base::sync_folder(place_.parent_path());
    if (!lock) set_companions_aside(kept);
    base::rename_durably(path_, place_);
    if (lock) lock->moved_to(kept);
  }

  /// A log that is not of the file beside it would be played into it.
  void set_companions_aside(const fs::path& kept) const {
    for (const char* ending : companions) {
      const fs::path one = companion(place_, ending);
      if (is_there(one)) base::rename_durably(one, companion(kept, ending));
    }
  }

  OpenSettings target_;
  fs::path place_;
  fs::path path_;
  std::unique_ptr<Connection> connection_;
  bool ours_;
};

/// Made without a journal: it is thrown away if it does not come to its end.
void import(const fs::path& data, const fs::path& to, const database::CopyFacts& facts,
            const database::CopyOptions& options, const std::atomic<bool>* stop) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(
      to.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE, nullptr);
  const Handle handle(raw);
  if (code != SQLITE_OK) fail(raw, fmt::format("can't write {}", base::printable(to.string())));
  execute(raw, "PRAGMA synchronous = OFF");
  run_sql_file(raw, data, options.progress, stop);
  for (const std::string& text : facts.settings) execute(raw, text);
}

}  // namespace

std::unique_ptr<database::Replica> load_replica(const OpenSettings& target, const fs::path& folder,
                                                const database::CopyFacts& facts,
                                                const database::CopyOptions& options,
                                                std::string_view moment) {
  const fs::path place = real_path(target.url.path);
  if (!place.parent_path().empty()) base::make_folders(place.parent_path());
  const fs::path path = companion(place, fmt::format(".restoring-{}-{}", moment, ::getpid()));
  auto replica = std::make_unique<SqliteReplica>(target, path, true);
  const fs::path data = folder / facts.data;
  if (facts.layout == "sql") {
    import(data, path, facts, options, target.stop);
  } else {
    const std::uint64_t total = base::size_on_disk(data);
    base::copy_durably(data, path, target.stop, [&](std::uint64_t done) {
      if (options.progress) options.progress("bytes", done, total);
    });
  }
  return replica;
}

std::unique_ptr<database::Replica> kept_replica(const OpenSettings& target, const std::string& name) {
  const fs::path place = real_path(target.url.path);
  const fs::path given(name);
  const fs::path path = given.has_parent_path() ? given : place.parent_path() / given;
  std::error_code ignored;
  const bool is_beside = fs::equivalent(path.parent_path(), place.parent_path(), ignored);
  if (!is_beside || !path.filename().string().starts_with(place.filename().string() + ".before-"))
    throw Error(Code::usage,
                fmt::format("{} is nothing that a restore of {} has kept: nothing was changed",
                            base::printable(name), base::printable(place.filename().string())),
                fmt::format("what was kept is called {}.before-..., beside it",
                            base::printable(place.filename().string())));
  if (!is_there(path))
    throw Error(Code::no_such_database, fmt::format("there is no file {}", base::printable(path.string())),
                "ls shows those beside the database");
  return std::make_unique<SqliteReplica>(target, path, false);
}

std::vector<std::string> unfinished_replicas(const OpenSettings& target) {
  const fs::path place = real_path(target.url.path);
  const std::string front = place.filename().string() + ".restoring-";
  std::vector<std::string> names;
  std::error_code ignored;
  const fs::path folder = place.parent_path().empty() ? fs::path(".") : place.parent_path();
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    const bool companion_of_it =
        name.ends_with("-wal") || name.ends_with("-shm") || name.ends_with("-journal");
    if (name.starts_with(front) && !companion_of_it && holders(entry.path()).empty()) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace tradewind::sqlite
