#include <set>

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/each_database.hpp"
#include "cli/table.hpp"

namespace tradewind::cli {
namespace {

std::set<std::string_view> versions_of(const std::vector<AppliedMigration>& migrations) {
  std::set<std::string_view> versions;
  for (const auto& migration : migrations) versions.insert(migration.version);
  return versions;
}

class StatusTable {
 public:
  explicit StatusTable(const Status& status)
      : status_(status), changed_(versions_of(status.changed)), missing_(versions_of(status.missing)) {
    for (const FailedMigration& failed : status.failed) failed_.insert(failed.version);
  }

  std::string text(const Style& style) {
    for (const AppliedMigration& migration : status_.applied) add(migration);
    for (const FailedMigration& failed : status_.failed)
      table_.add({{clean(failed.version)}, {"failed", Paint::red}});
    for (const PendingMigration& pending : status_.pending) {
      if (failed_.contains(pending.version)) continue;
      table_.add({{clean(pending.version)}, {"pending", Paint::yellow}});
    }
    std::string result = table_.empty() ? std::string() : table_.text(style);
    for (const FailedMigration& failed : status_.failed) {
      result += fmt::format("  {} {}\n", style(Paint::red, "failed:"), reason(failed));
    }
    return result;
  }

 private:
  static std::string reason(const FailedMigration& failed) {
    const bool named = failed.error.starts_with(failed.version);
    return clean(named ? failed.error : fmt::format("{}: {}", failed.version, failed.error));
  }

  void add(const AppliedMigration& migration) {
    Cell state{"applied", Paint::green};
    if (changed_.contains(migration.version)) state = {"changed", Paint::red};
    if (missing_.contains(migration.version)) state = {"missing", Paint::red};
    table_.add({{clean(migration.version)},
                state,
                {clean(readable_time(migration.applied_at))},
                {std::to_string(migration.batch)},
                {duration(migration.execution_time_ms), Paint::dim}});
  }

  const Status& status_;
  std::set<std::string_view> changed_;
  std::set<std::string_view> missing_;
  std::set<std::string_view> failed_;
  Table table_{{"VERSION", "STATE", "APPLIED (UTC)", ">BATCH", ">TIME"}};
};

std::string summary(const Status& status) {
  if (status.applied.empty() && status.pending.empty() && status.failed.empty())
    return "nothing applied, nothing pending";
  std::vector<std::string> parts;
  const auto add = [&](std::size_t count, std::string_view what) {
    if (count > 0) parts.push_back(fmt::format("{} {}", count, what));
  };
  parts.push_back(status.applied.empty() ? "nothing applied"
                                         : fmt::format("{} applied", status.applied.size()));
  add(status.pending.size(), "pending");
  add(status.changed.size(), "changed since");
  add(status.missing.size(), status.missing.size() == 1 ? "without its file" : "without their files");
  add(status.failed.size(), "failed");
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string advice(const Status& status) {
  if (!status.changed.empty())
    return "next: put the changed files back, or accept them with tradewind repair";
  if (!status.missing.empty())
    return "next: put the missing files back, or revert them with tradewind down --only V";
  if (!status.failed.empty()) return "next: mend what failed, then tradewind up";
  if (!status.pending.empty()) return "next: tradewind plan shows what is pending, tradewind up applies it";
  return {};
}

int status(Context& context, bool check) {
  return on_each_database(context, looking, [&](Visit& visit) {
    const Status status = visit.migrator.status();
    add_status(visit.entry, status);
    const std::string next = advice(status);
    std::string text = visit.first ? "" : "\n";
    text += StatusTable(status).text(context.output.out_style());
    text += fmt::format("{}: {}\n{}{}", visit.title, summary(status), next, next.empty() ? "" : "\n");
    if (!context.globals.quiet) context.output.product(text);
    return check && !status.clean() ? 1 : 0;
  });
}

}  // namespace

void add_status(Commands& commands) {
  auto check = std::make_shared<bool>(false);
  CLI::App& app = commands.add({
      .name = "status",
      .synopsis = {},
      .group = "Look",
      .summary = "what is applied, pending, changed, missing and failed",
      .details = "Reads only: on an empty database it makes no table.",
      .examples = "tradewind status\ntradewind status --check --quiet || echo not up to date",
      .action = [check](Context& context) { return status(context, *check); },
  });
  app.add_flag("--check", *check, "exit 1 unless all is applied and unchanged");
}

}  // namespace tradewind::cli
