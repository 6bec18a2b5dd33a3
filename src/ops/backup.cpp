#include "ops/backup.hpp"

#include <unistd.h>

#include <future>
#include <thread>

#include <fmt/format.h>
#include <tradewind/error.hpp>
#include <tradewind/schema.hpp>

#include "base/durable_files.hpp"
#include "base/files.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "migration/history.hpp"
#include "ops/backup_set.hpp"
#include "ops/copy_check.hpp"

namespace tradewind::ops {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

/// Fit for a file's name.
std::string file_name(std::string_view text) {
  std::string result;
  for (const char c : text) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
    result += plain ? c : '_';
  }
  while (result.starts_with('.')) result.erase(0, 1);
  return result.empty() ? "database" : result.substr(0, 100);
}

/// "positions" for positions.db.
std::string own_name(const Subject& subject) {
  const std::string called = subject.copier->name_of(subject.settings);
  return subject.settings.url.path.empty() ? called : fs::path(called).stem().string();
}

void note_history(BackupDatabase& database, database::Connection& connection) {
  migration::History history(connection, database.history_table);
  try {
    history.find();
  } catch (const Error&) {
    // Another tool's history is data like any other.
    return;
  }
  const auto applied = history.applied();
  database.applied = applied.size();
  if (!applied.empty()) database.history_head = applied.back().version;
}

/// A folder that becomes a backup, or goes.
class Unfinished {
 public:
  Unfinished(const fs::path& folder, const std::string& name)
      : path_(folder / fmt::format("{}{}-{}", unfinished_front, name, ::getpid())) {
    base::make_private_folder(path_);
    lock_.emplace(path_);
  }
  ~Unfinished() {
    std::error_code ignored;
    if (!finished_) fs::remove_all(path_, ignored);
  }
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;

  const fs::path& path() const { return path_; }

  /// A second one within a second has a number.
  fs::path finish(const fs::path& folder, const std::string& name) {
    fs::path to = folder / name;
    std::error_code ignored;
    for (int number = 2; fs::exists(to, ignored); ++number) to = folder / fmt::format("{}-{}", name, number);
    base::rename_durably(path_, to);
    finished_ = true;
    return to;
  }

 private:
  fs::path path_;
  std::optional<base::FolderLock> lock_;
  bool finished_ = false;
};

/// Flushes a file to the disk and hashes it, while something else goes on: the disk and the processor work at
/// once.
class Digest {
 public:
  Digest(fs::path path, const std::atomic<bool>* stop, std::function<void(std::uint64_t)> told)
      : path_(std::move(path)),
        flushed_(std::async(std::launch::async, [this] { base::sync_file(path_); })),
        hash_(std::async(std::launch::async, [this, stop, told = std::move(told)] {
          return base::sha256_of_file(path_, stop, told);
        })) {}
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;

  const fs::path& path() const { return path_; }
  std::string finish() {
    std::string hash = hash_.get();
    flushed_.get();
    return hash;
  }

 private:
  fs::path path_;
  std::future<void> flushed_;
  std::future<std::string> hash_;
};

class Writer {
 public:
  Writer(const std::vector<Subject>& subjects, const BackupOptions& options, std::string program)
      : subjects_(subjects), options_(options), begun_(Clock::now()), moment_(moment_now()) {
    backup_.label = file_name(options.label.empty() ? own_name(subjects.front()) : options.label);
    backup_.created_at = moment_.iso;
    backup_.created_by = base::user_at_host();
    backup_.reason = options.reason;
    backup_.program = std::move(program);
  }

  Backup write() {
    make_folder();
    const std::string name = fmt::format("{}_{}", moment_.compact, backup_.label);
    Unfinished folder(options_.folder, name);
    backup_.path = folder.path();
    for (const Subject& subject : subjects_) backup_.databases.push_back(save(subject));
    if (options_.verify) verify();
    backup_.verified = options_.verify;
    backup_.elapsed_ms = milliseconds_since(begun_);
    backup_.name = name;
    base::write_durably(folder.path() / "metadata.json", to_json(backup_));
    backup_.path = folder.finish(options_.folder, name);
    backup_.name = backup_.path.filename().string();
    for (const Subject& subject : subjects_) {
      for (std::string& note : left_behind(subject)) backup_.notes.push_back(std::move(note));
    }
    return backup_;
  }

 private:
  /// A backup holds what the database holds: it is for its user alone.
  void make_folder() {
    if (fs::is_directory(options_.folder)) return;
    base::make_folders(options_.folder);
    fs::permissions(options_.folder, fs::perms::owner_all);
  }

  std::string free_name(const Subject& subject) const {
    const std::string name = file_name(subject.name);
    const auto is_it = [&](const BackupDatabase& other) { return other.schema == name + ".schema.json"; };
    const bool taken = std::any_of(backup_.databases.begin(), backup_.databases.end(), is_it);
    return taken ? fmt::format("{}-{}", name, backup_.databases.size() + 1) : name;
  }

  BackupDatabase save(const Subject& subject) {
    const Clock::time_point begun = Clock::now();
    const std::string name = free_name(subject);
    BackupDatabase database;
    database.name = subject.name;
    database.called = subject.copier->name_of(subject.settings);
    database.url = subject.settings.url.masked();
    database.identity = subject.copier->identity(subject.settings);
    database.engine = subject.engine;
    database.history_table = subject.history_table;
    database.schema = name + ".schema.json";
    database::CopyOptions options = copy_options(options_, subject.name, "copy");
    options.plain_sql = options_.plain_sql;
    options.compression = options_.compression;
    std::unique_ptr<Digest> early;
    options.complete = [&](const fs::path& data) {
      early = std::make_unique<Digest>(data, options_.stop, told_of(subject.name, data));
    };
    const database::CopyFacts facts =
        subject.copier->save(subject.settings, backup_.path, name, options,
                             [&](database::Connection& connection) { look(subject, connection, database); });
    database.tool = facts.tool;
    database.layout = facts.layout;
    database.data = facts.data;
    database.settings = facts.settings;
    note_files(database, early.get());
    database.elapsed_ms = milliseconds_since(begun);
    return database;
  }

  void look(const Subject& subject, database::Connection& connection, BackupDatabase& database) {
    database.server_version = connection.server_version();
    database.size = static_cast<std::uint64_t>(connection.query(subject.copier->size()).integer(0, 0));
    note_history(database, connection);
    database.tables = counted_tables(subject, connection);
    // It takes as long as the copy; where the copy is the file itself, the checksum says as much.
    if (options_.verify || options_.plain_sql) database.flaws = flaws_of(subject, connection);
    const std::string schema = subject.schema(connection);
    database.fingerprint = base::sha256(schema);
    base::write_durably(backup_.path / database.schema, schema);
  }

  static void flush(const std::vector<fs::path>& paths, const fs::path& data) {
    for (const fs::path& path : paths) base::sync_file(path);
    if (fs::is_directory(data)) base::sync_folder(data);
  }

  std::function<void(std::uint64_t)> told_of(const std::string& database, const fs::path& path) const {
    if (!options_.progress) return {};
    return [told = options_.progress, database, path](std::uint64_t done) {
      told({database, "checksums", path.filename().string(), done, fs::file_size(path)});
    };
  }

  void note_files(BackupDatabase& database, Digest* early) {
    std::vector<fs::path> paths = {backup_.path / database.schema};
    const fs::path data = backup_.path / database.data;
    if (fs::is_directory(data)) {
      for (const auto& entry : fs::recursive_directory_iterator(data)) {
        if (entry.is_regular_file()) paths.push_back(entry.path());
      }
    } else {
      paths.push_back(data);
    }
    std::sort(paths.begin(), paths.end());
    // The disk and the processor work at once.
    auto flushed = std::async(std::launch::async, [&] { flush(paths, data); });
    for (const fs::path& path : paths) {
      const bool is_done = early != nullptr && early->path() == path;
      std::string hash =
          is_done ? early->finish() : base::sha256_of_file(path, options_.stop, told_of(database.name, path));
      database.files.push_back(
          {path.lexically_relative(backup_.path).string(), fs::file_size(path), std::move(hash)});
    }
    flushed.get();
  }

  void verify() {
    for (std::size_t i = 0; i < subjects_.size(); ++i) {
      const BackupDatabase& wanted = backup_.databases[i];
      database::OpenSettings scratch = subjects_[i].settings;
      // A file is restored within the backup's folder, a server's database beside its own.
      if (!scratch.url.path.empty()) scratch.url.path = (backup_.path / (wanted.name + ".verify")).string();
      const auto replica = subjects_[i].copier->load(
          scratch, backup_.path,
          {.layout = wanted.layout, .tool = wanted.tool, .data = wanted.data, .settings = wanted.settings},
          copy_options(options_, wanted.name, "load"), moment_.compact);
      const Comparison comparison{
          .hint = "no backup was kept, and the database is as it was: see what differs, then try again"};
      for (std::string& note :
           compare(backup_, wanted, subjects_[i], replica->connection(), options_, comparison))
        backup_.notes.push_back(fmt::format("{}: {}", wanted.name, note));
    }
  }

  const std::vector<Subject>& subjects_;
  const BackupOptions& options_;
  Clock::time_point begun_;
  Moment moment_;
  Backup backup_;
};

}  // namespace

database::CopyOptions copy_options(const CopySettings& settings, const std::string& database,
                                   const std::string& phase) {
  database::CopyOptions options;
  options.jobs = settings.jobs > 0 ? settings.jobs : std::clamp(std::thread::hardware_concurrency(), 1U, 4U);
  options.programs = settings.programs;
  options.patience = settings.patience;
  if (settings.progress) {
    options.progress = [told = settings.progress, database, phase](std::string_view what, std::uint64_t done,
                                                                   std::uint64_t total) {
      told({database, phase, std::string(what), done, total});
    };
  }
  return options;
}

Backup write_backup(const std::vector<Subject>& subjects, const BackupOptions& options,
                    const std::string& program) {
  return Writer(subjects, options, program).write();
}

}  // namespace tradewind::ops
