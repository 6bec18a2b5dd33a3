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
  const fs::path real = fs::weakly_canonical(fs::absolute(path), failed);
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

/// A second name of the file itself; false where the file system has none.
bool gave_second_name(const fs::path& path, const fs::path& second) {
  if (::link(path.c_str(), second.c_str()) == 0) return true;
  const bool no_links = errno == EPERM || errno == EOPNOTSUPP || errno == EMLINK;
  if (!no_links) base::fail_on_file("keep", path, errno);
  return false;
}

bool is_past_saving(const Error& error) {
  const int code = base::number<int>(error.sqlstate()).value_or(0) & 0xFF;
  return code == SQLITE_NOTADB || code == SQLITE_CORRUPT;
}

/// Names in the place's folder that begin with the file's and this.
std::vector<std::string> names_beside(const fs::path& place, std::string_view ending) {
  const std::string front = place.filename().string() + std::string(ending);
  std::vector<std::string> names;
  std::error_code ignored;
  const fs::path folder = place.parent_path().empty() ? fs::path(".") : place.parent_path();
  for (fs::directory_iterator entry(folder, ignored), end; entry != end; entry.increment(ignored)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with(front)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// What a restore that was killed right before the exchange has left: they look like a file that was kept,
/// and are the one in use.
std::vector<std::string> second_names(const fs::path& place) {
  std::vector<std::string> names = names_beside(place, ".before-");
  std::erase_if(names, [&](const std::string& name) {
    std::error_code failed;
    return !fs::equivalent(place, place.parent_path() / name, failed) || failed ||
           fs::is_symlink(place.parent_path() / name, failed);
  });
  return names;
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
    std::error_code ignored;
    for (const std::string& name : second_names(place_)) fs::remove(place_.parent_path() / name, ignored);
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
    std::optional<FileLock> lock = locked(swapped);
    like(place_, path_);
    if (!gave_second_name(place_, kept)) copy(lock, kept);
    base::sync_folder(place_.parent_path());
    if (lock) {
      lock->moved();
      std::error_code ignored;
      fs::remove(companion(place_, "-wal"), ignored);
    } else {
      set_companions_aside(kept);
    }
    base::rename_durably(path_, place_);
    lock.reset();
    tell_of_others(kept, swapped);
  }

  std::optional<FileLock> locked(database::Swapped& swapped) const {
    std::optional<FileLock> lock;
    try {
      lock.emplace(place_);
      if (!lock->is_wal() && ::geteuid() != 0)
        swapped.notes.emplace_back(
            "programs of other users that had the old file open can't be seen: they would go on with it");
    } catch (const LockTimeout&) {
      throw;
    } catch (Error& error) {
      if (!is_past_saving(error)) {
        error.with_hint(
            fmt::format("nothing was put into place; {}",
                        error.hint().empty() ? "see that the file can be read and written" : error.hint()));
        throw;
      }
      if (const auto others = holders(place_); !others.empty())
        throw LockTimeout(
            Code::lock_timeout,
            fmt::format("{} is open in {}", base::printable(place_.string()), base::listed(others)),
            "stop it, then run the same command again");
      swapped.notes.push_back(
          fmt::format("the old file could not be opened ({}) and is kept as it is", error.message()));
    }
    return lock;
  }

  void copy(std::optional<FileLock>& lock, const fs::path& kept) const {
    if (!lock) {
      base::copy_durably(place_, kept, nullptr, {});
      return;
    }
    lock->copy_to(kept);
    base::sync_file(kept);
    like(place_, kept);
  }

  /// Who opened the file in the last moment has it under its new name.
  void tell_of_others(const fs::path& kept, database::Swapped& swapped) const {
    if (const auto others = holders(kept); !others.empty())
      swapped.notes.push_back(
          fmt::format("{} has the old file open, and would go on with it: stop it", base::listed(others)));
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
  std::vector<std::string> names = names_beside(place, ".restoring-");
  std::erase_if(names, [&](const std::string& name) {
    const bool companion_of_it =
        name.ends_with("-wal") || name.ends_with("-shm") || name.ends_with("-journal");
    return companion_of_it || !holders(place.parent_path() / name).empty();
  });
  for (std::string& name : second_names(place)) names.push_back(std::move(name));
  return names;
}

}  // namespace tradewind::sqlite
