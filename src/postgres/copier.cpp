#include "postgres/copier.hpp"

#include <future>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/text.hpp"
#include "postgres/connection.hpp"
#include "postgres/database_settings.hpp"
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

/// A session whose every query sees the same moment, which pg_dump is made to see too.
class Moment {
 public:
  explicit Moment(const OpenSettings& source) : connection_(open(source)) {
    connection_->query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    for (const char* text :
         {"SET LOCAL statement_timeout = 0", "SET LOCAL idle_in_transaction_session_timeout = 0"})
      connection_->query(text);
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
  std::vector<std::string> arguments = {program.path,
                                        "--no-password",
                                        "--no-sync",
                                        "--verbose",
                                        "--lock-wait-timeout=60s",
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

base::ChildOutcome dump(const ServerProgram& program, Moment& moment, const OpenSettings& source,
                        const fs::path& to, const CopyOptions& options, bool with_zstd,
                        const std::function<void(Connection&)>& look) {
  const std::uint64_t tables = moment.connection().query(own_tables).size();
  DumpProgress progress(options.progress, tables);
  std::atomic<bool> stop{false};
  base::ChildProcess child{.arguments = dump_arguments(program, moment.snapshot(), to, options, with_zstd),
                           .environment = child_environment(moment.handle(), PQdb(moment.handle())),
                           .on_line = [&](std::string_view line) { progress.line(line); },
                           .on_tick =
                               [&] {
                                 if (source.stopping()) stop = true;
                               },
                           .stop = &stop};
  auto outcome = std::async(std::launch::async, [&] { return base::run(child); });
  try {
    look(moment.connection());
  } catch (...) {
    stop = true;
    outcome.wait();
    throw;
  }
  return outcome.get();
}

class PostgresCopier : public database::Copier {
 public:
  CopyFacts save(const OpenSettings& source, const fs::path& folder, const std::string& name,
                 const CopyOptions& options, const std::function<void(Connection&)>& look) const override {
    Moment moment(source);
    const ServerProgram program = find_program("pg_dump", moment.major(), options.programs);
    CopyFacts facts{.layout = options.plain_sql ? "sql" : "directory",
                    .tool = fmt::format("{} {}", program.name, program.version),
                    .data = name + (options.plain_sql ? ".sql" : ".dump"),
                    .settings = database_settings(moment.connection())};
    const fs::path to = folder / facts.data;
    const bool with_zstd = program.major >= 16 && options.compression > 0;
    base::ChildOutcome outcome = dump(program, moment, source, to, options, with_zstd, look);
    const bool no_zstd = outcome.status != 0 && with_zstd && outcome.error.find("ZSTD") != std::string::npos;
    if (no_zstd) {
      fs::remove_all(to);
      outcome = dump(program, moment, source, to, options, false, look);
    }
    refuse_failure(program, outcome);
    return facts;
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
};

}  // namespace

const database::Copier& copier() {
  static const PostgresCopier instance;
  return instance;
}

}  // namespace tradewind::postgres
