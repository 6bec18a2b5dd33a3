#include "postgres/copier.hpp"

#include <atomic>
#include <future>
#include <limits>
#include <thread>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/text.hpp"
#include "postgres/connection.hpp"
#include "postgres/database_settings.hpp"
#include "postgres/handle.hpp"
#include "postgres/programs.hpp"
#include "postgres/replica.hpp"

namespace tradewind::postgres {
namespace {

namespace fs = std::filesystem;
using database::Connection;
using database::CopyFacts;
using database::CopyOptions;
using database::OpenSettings;

constexpr std::string_view own_tables =
    "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_class c"
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname !~ '^pg_'"
    " AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d"
    " WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e') ORDER BY 1";

/// Counts what pg_dump says it is at.
class DumpProgress {
 public:
  DumpProgress(const database::CopyProgress& told, std::uint64_t total) : told_(told), total_(total) {}

  void line(std::string_view text) {
    constexpr std::string_view marks[] = {"dumping contents of table ", "processing data for table "};
    for (const std::string_view mark : marks) {
      const std::size_t at = text.find(mark);
      if (at == std::string_view::npos) continue;
      what_ = base::trimmed(text.substr(at + mark.size()));
      ++done_;
    }
    if (told_) told_(what_, std::min(done_, total_), total_);
  }

 private:
  const database::CopyProgress& told_;
  std::uint64_t total_;
  std::uint64_t done_ = 0;
  std::string what_;
};

/// 0 would be for ever.
std::int64_t patience_ms(std::chrono::milliseconds patience) {
  return std::clamp<std::int64_t>(patience.count(), 1, std::numeric_limits<std::int32_t>::max());
}

/// A session whose every query sees the same moment, which pg_dump is made to see too.
class Moment {
 public:
  /// Locks are waited for so long; then LockTimeout. `halt` ends its queries.
  Moment(OpenSettings source, std::chrono::milliseconds patience, const std::atomic<bool>& halt) {
    source.stop = &halt;
    connection_ = open(source);
    connection_->query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    for (const char* text :
         {"SET LOCAL statement_timeout = 0", "SET LOCAL idle_in_transaction_session_timeout = 0"})
      connection_->query(text);
    connection_->query(fmt::format("SET LOCAL lock_timeout = {}", patience_ms(patience)));
    snapshot_ = connection_->query("SELECT pg_export_snapshot()").text(0, 0);
  }
  Connection& connection() { return *connection_; }
  PGconn* handle() { return static_cast<PGconn*>(connection_->native_handle()); }
  const std::string& snapshot() const { return snapshot_; }
  int major() { return PQserverVersion(handle()) / 10000; }

 private:
  std::unique_ptr<Connection> connection_;
  std::string snapshot_;
};

std::vector<std::string> dump_arguments(const ServerProgram& program, const std::string& snapshot,
                                        const fs::path& to, const CopyOptions& options, bool with_zstd) {
  std::vector<std::string> arguments = {
      program.path,
      "--no-password",
      "--no-sync",
      "--verbose",
      fmt::format("--lock-wait-timeout={}ms", patience_ms(options.patience)),
      "--snapshot=" + snapshot,
      "--file=" + to.string()};
  if (options.plain_sql) {
    arguments.emplace_back("--format=plain");
    return arguments;
  }
  arguments.emplace_back("--format=directory");
  arguments.push_back(fmt::format("--jobs={}", std::max(1U, options.jobs)));
  arguments.push_back(with_zstd ? fmt::format("--compress=zstd:{}", options.compression)
                                : fmt::format("--compress={}", options.compression));
  return arguments;
}

/// pg_dump and our own look at the same moment, side by side: what ends one early ends the other.
class Dump {
 public:
  Dump(const OpenSettings& source, const CopyOptions& options)
      : source_(source),
        options_(options),
        moment_(source, options.patience, halt_),
        program_(find_program("pg_dump", {.server = moment_.major()}, options.programs)) {}

  /// Throws what `look` throws, unless pg_dump failed before.
  base::ChildOutcome write(const fs::path& to, bool with_zstd, const std::function<void(Connection&)>& look) {
    const std::uint64_t tables = moment_.connection().query(own_tables).size();
    DumpProgress progress(options_.progress, tables);
    base::ChildProcess child{
        .arguments = dump_arguments(program_, moment_.snapshot(), to, options_, with_zstd),
        .environment = child_environment(moment_.handle(), PQdb(moment_.handle())),
        .on_line = [&](std::string_view line) { progress.line(line); },
        .on_tick = [&] { heed(); },
        .stop = &halt_};
    auto outcome = std::async(std::launch::async, [&] { return run(child); });
    try {
      look(moment_.connection());
      looked_ = true;
    } catch (...) {
      looked_ = true;
      const bool failed_before = halt_ && !source_.stopping();
      halt_ = true;
      base::ChildOutcome ended = outcome.get();
      if (failed_before) return ended;
      throw;
    }
    return outcome.get();
  }
  const ServerProgram& program() const { return program_; }
  std::vector<std::string> settings() { return database_settings(moment_.connection()); }

 private:
  void heed() {
    if (source_.stopping()) halt_ = true;
  }

  base::ChildOutcome run(const base::ChildProcess& child) {
    base::ChildOutcome outcome = base::run(child);
    if (outcome.status != 0) halt_ = true;
    while (!looked_) {
      heed();
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return outcome;
  }

  const OpenSettings& source_;
  const CopyOptions& options_;
  std::atomic<bool> halt_{false};
  std::atomic<bool> looked_{false};
  Moment moment_;
  ServerProgram program_;
};

/// Who has locked a table against readers; empty if nobody has.
std::string lockers(const OpenSettings& source) try {
  const auto connection = open(source);
  const database::Rows rows = connection->query(
      "SELECT DISTINCT format('pid %s (%s) has locked %s: %s', a.pid, a.usename, l.relation::regclass, "
      "left(a.query, 100)) FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid "
      "WHERE l.granted AND l.mode = 'AccessExclusiveLock' AND l.locktype = 'relation' AND l.database = "
      "(SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()) ORDER BY 1 LIMIT 5");
  std::string text;
  for (std::size_t i = 0; i < rows.size(); ++i)
    text += (i == 0 ? "" : "\n") + base::printable(rows.text(i, 0));
  return text;
} catch (const Error&) {
  return {};
}

class PostgresCopier : public database::Copier {
 public:
  CopyFacts save(const OpenSettings& source, const fs::path& folder, const std::string& name,
                 const CopyOptions& options, const std::function<void(Connection&)>& look) const override {
    try {
      return dumped(source, folder, name, options, look);
    } catch (LockTimeout& error) {
      if (const std::string who = lockers(source); !who.empty())
        error.with_hint(fmt::format("{}{}{}", error.hint(), error.hint().empty() ? "" : "\n", who));
      throw;
    }
  }

  std::unique_ptr<database::Replica> load(const OpenSettings& target, const fs::path& folder,
                                          const CopyFacts& facts, const CopyOptions& options,
                                          std::string_view moment) const override {
    return load_replica(target, folder, facts, options, moment);
  }
  std::unique_ptr<database::Replica> kept(const OpenSettings& target,
                                          const std::string& name) const override {
    return kept_replica(target, name);
  }
  bool exists(const OpenSettings& target) const override { return database_exists(target); }
  std::string name_of(const OpenSettings& target) const override { return database_name(target); }
  std::string identity(const OpenSettings& target) const override { return database_identity(target); }
  std::vector<std::string> left_behind(const OpenSettings& target) const override {
    return unfinished_replicas(target);
  }
  std::string_view tables() const override { return own_tables; }
  std::string_view flaws() const override { return {}; }
  // An index that the copy has was built while it was made: none of them can be invalid.
  std::string_view damage() const override { return {}; }
  std::string_view size() const override { return "SELECT pg_database_size(current_database())"; }

 private:
  static CopyFacts dumped(const OpenSettings& source, const fs::path& folder, const std::string& name,
                          const CopyOptions& options, const std::function<void(Connection&)>& look) {
    auto dump = std::make_unique<Dump>(source, options);
    const ServerProgram program = dump->program();
    CopyFacts facts{.layout = options.plain_sql ? "sql" : "directory",
                    .tool = fmt::format("{} {}", program.name, program.version),
                    .data = name + (options.plain_sql ? ".sql" : ".dump"),
                    .settings = dump->settings()};
    const fs::path to = folder / facts.data;
    const bool with_zstd = program.major >= 16 && options.compression > 0;
    base::ChildOutcome outcome = dump->write(to, with_zstd, look);
    const bool no_zstd = outcome.status != 0 && with_zstd && outcome.error.find("ZSTD") != std::string::npos;
    if (no_zstd) {
      fs::remove_all(to);
      // The moment ended with the program.
      dump = std::make_unique<Dump>(source, options);
      facts.settings = dump->settings();
      outcome = dump->write(to, false, look);
    }
    refuse_failure(program, outcome);
    return facts;
  }
};

}  // namespace

const database::Copier& copier() {
  static const PostgresCopier instance;
  return instance;
}

}  // namespace tradewind::postgres
