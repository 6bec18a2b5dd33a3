#include "ops/restore.hpp"

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/mapped.hpp"
#include "base/text.hpp"
#include "ops/backup_set.hpp"
#include "ops/copy_check.hpp"

namespace tradewind::ops {
namespace {

using Clock = std::chrono::steady_clock;

class Restore {
 public:
  Restore(const Backup& backup, const std::vector<Subject>& subjects, const RestoreOptions& options,
          std::string program)
      : backup_(backup),
        subjects_(subjects),
        options_(options),
        program_(std::move(program)),
        moment_(moment_now()) {}

  RestoreResult run() {
    const Clock::time_point begun = Clock::now();
    if (!backup_.problem.empty())
      throw Error(Code::bad_file,
                  fmt::format("the backup {} can't be used: {}", backup_.name, backup_.problem),
                  "use another one: `tradewind backups` lists them");
    for (const Subject& subject : subjects_) chosen_.push_back(&matching(subject));
    check_files(backup_, chosen_, options_);
    RestoreResult result;
    result.backup_before = back_up_what_is_there();
    load();
    refuse_to_go_on();
    result.databases = swap();
    result.elapsed_ms = std::chrono::duration<double, std::milli>(Clock::now() - begun).count();
    return result;
  }

 private:
  const BackupDatabase& matching(const Subject& subject) const {
    const BackupDatabase* found = held_by(backup_, subject, subjects_.size() == 1);
    if (found == nullptr)
      throw Error(Code::usage, fmt::format("the backup {} has no database {}", backup_.name, subject.name),
                  fmt::format("it holds {}: name one with --database",
                              base::listed(base::mapped(backup_.databases, &BackupDatabase::name))));
    refuse_another(subject, *found);
    return *found;
  }

  void refuse_another(const Subject& subject, const BackupDatabase& database) const {
    if (database.engine != subject.engine)
      throw Error(Code::usage,
                  fmt::format("the backup {} is of {}, and {} is {}", backup_.name, database.engine,
                              subject.name, subject.engine),
                  "a backup goes back to the engine that it came from");
    const std::string identity = subject.copier->identity(subject.settings);
    if (identity == database.identity || options_.elsewhere) return;
    throw Error(Code::usage,
                fmt::format("the backup {} is of the database {}, and this is {}: nothing was changed",
                            backup_.name, base::printable(database.identity), base::printable(identity)),
                "if you mean it, pass --elsewhere");
  }

  std::string back_up_what_is_there() const {
    if (options_.folder.empty()) return {};
    std::vector<Subject> present;
    for (const Subject& subject : subjects_) {
      if (subject.copier->exists(subject.settings)) present.push_back(subject);
    }
    if (present.empty()) return {};
    BackupOptions options;
    static_cast<CopySettings&>(options) = options_;
    options.folder = options_.folder;
    options.label = options_.label;
    options.reason = "before restore";
    try {
      return write_backup(present, options, program_).name;
    } catch (const LockTimeout&) {
      throw;
    } catch (const ConnectionError&) {
      throw;
    } catch (const Error& error) {
      throw Error(
          error.code(), fmt::format("what is there can't be backed up first: {}", error.message()),
          fmt::format(
              "{}{}if it is past saving, pass --no-backup: it is kept under another name all the same",
              error.hint(), error.hint().empty() ? "" : "; "));
    }
  }

  void load() {
    for (std::size_t i = 0; i < subjects_.size(); ++i) {
      const Subject& subject = subjects_[i];
      const BackupDatabase& wanted = *chosen_[i];
      database::CopyOptions options = copy_options(options_, wanted.name, "load");
      options.no_owner = options_.no_owner;
      replicas_.push_back(subject.copier->load(
          subject.settings, backup_.path,
          {.layout = wanted.layout, .tool = wanted.tool, .data = wanted.data, .settings = wanted.settings},
          options, moment_.compact));
      const Comparison comparison{.with_grants = !options_.no_owner,
                                  .hint = "use another backup; nothing was put into place"};
      notes_.push_back(
          compare(backup_, wanted, subject, replicas_.back()->connection(), options_, comparison));
    }
  }

  void refuse_to_go_on() const {
    if (options_.stop != nullptr && options_.stop->load())
      throw Error(Code::interrupted, "stopped on request, before anything was put into place");
  }

  std::vector<RestoredDatabase> swap() {
    std::vector<RestoredDatabase> done;
    for (std::size_t i = 0; i < subjects_.size(); ++i) {
      const Subject& subject = subjects_[i];
      try {
        const database::Swapped swapped = replicas_[i]->take_place(moment_.compact);
        done.push_back({subject.name, subject.settings.url.masked(), swapped.kept, notes_[i]});
        done.back().notes.insert(done.back().notes.end(), swapped.notes.begin(), swapped.notes.end());
      } catch (Error& error) {
        if (const std::string told = take_back(done); !told.empty())
          error.with_hint(fmt::format("{}{}{}", error.hint(), error.hint().empty() ? "" : "\n", told));
        throw;
      }
    }
    for (std::size_t i = 0; i < done.size(); ++i) {
      for (std::string& note : left_behind(subjects_[i])) done[i].notes.push_back(std::move(note));
    }
    return done;
  }

  /// The databases of a project belong together: all are restored, or none. Says what became of those that
  /// were exchanged already.
  std::string take_back(const std::vector<RestoredDatabase>& done) const {
    std::vector<std::string> told;
    told.reserve(done.size());
    for (std::size_t i = 0; i < done.size(); ++i) told.push_back(taken_back(subjects_[i], done[i]));
    return fmt::format("{}", fmt::join(told, "\n"));
  }

  std::string taken_back(const Subject& subject, const RestoredDatabase& done) const {
    if (done.kept.empty())
      return fmt::format("{} was not there before: what was restored stays in its place", subject.name);
    try {
      const auto swapped =
          subject.copier->kept(subject.settings, done.kept)->take_place(moment_.compact + "-undone");
      return fmt::format("{} is the old one again; the restored copy is called {} and can be removed",
                         subject.name, swapped.kept);
    } catch (const Error& error) {
      return fmt::format(
          "{} is the restored one, and the old one is called {}: it could not be put back ({}); "
          "`tradewind --database {} restore --bring-back {}` does",
          subject.name, done.kept, error.message(), subject.name, done.kept);
    }
  }

  const Backup& backup_;
  const std::vector<Subject>& subjects_;
  const RestoreOptions& options_;
  std::string program_;
  Moment moment_;
  std::vector<const BackupDatabase*> chosen_;
  std::vector<std::unique_ptr<database::Replica>> replicas_;
  std::vector<std::vector<std::string>> notes_;
};

}  // namespace

const BackupDatabase* held_by(const Backup& backup, const Subject& subject, bool alone) {
  const auto& all = backup.databases;
  const std::string identity = subject.copier->identity(subject.settings);
  auto found = std::find_if(all.begin(), all.end(), [&](const auto& d) { return d.identity == identity; });
  if (found == all.end())
    found = std::find_if(all.begin(), all.end(), [&](const auto& d) { return d.name == subject.name; });
  if (found == all.end() && all.size() == 1 && alone) found = all.begin();
  return found == all.end() ? nullptr : &*found;
}

RestoreResult restore_backup(const Backup& backup, const std::vector<Subject>& subjects,
                             const RestoreOptions& options, const std::string& program) {
  return Restore(backup, subjects, options, program).run();
}

RestoredDatabase bring_back(const Subject& subject, const std::string& kept) {
  const auto replica = subject.copier->kept(subject.settings, kept);
  const database::Swapped swapped = replica->take_place(moment_now().compact);
  RestoredDatabase result{subject.name, subject.settings.url.masked(), swapped.kept, {}};
  result.notes = swapped.notes;
  return result;
}

}  // namespace tradewind::ops
