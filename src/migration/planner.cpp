#include "migration/planner.hpp"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/mapped.hpp"
#include "base/text.hpp"
#include "migration/version.hpp"

namespace tradewind::migration {
namespace {

std::unordered_set<std::string_view> versions_of(const std::vector<Applied>& applied) {
  std::unordered_set<std::string_view> result;
  for (const Applied& row : applied) result.insert(row.version);
  return result;
}

/// What a person wrote, "3", "003" or "003_add_users", as a version that the files or the history know.
std::string resolve(const std::string& wanted, const Catalogue& catalogue,
                    const std::vector<Applied>& applied) {
  std::vector<std::string> known = base::mapped(catalogue.all(), &Migration::version);
  for (const Applied& row : applied) known.push_back(row.version);
  if (std::find(known.begin(), known.end(), wanted) != known.end()) return wanted;
  const bool number = !wanted.empty() && wanted.find_first_not_of("0123456789") == std::string::npos;
  for (const std::string& version : known) {
    if (number && number_of(version) == number_of(wanted)) return version;
  }
  const std::string near = base::nearest(wanted, known);
  throw Error(Code::unknown_version, fmt::format("there is no migration \"{}\"", base::printable(wanted)),
              near.empty() ? fmt::format("`tradewind status` lists what {} and the history hold",
                                         catalogue.description())
                           : fmt::format("did you mean {}?", near));
}

void refuse_changed(const Catalogue& catalogue, const Comparison& comparison) {
  if (comparison.changed.empty()) return;
  const std::vector<std::string> names = base::mapped(comparison.changed, &Applied::version);
  const Applied& first = *comparison.changed.front();
  const Migration& migration = *catalogue.find(first.version);
  throw Error(
      Code::checksum_mismatch,
      fmt::format("{} changed since {} applied: {}",
                  names.size() == 1 ? "a migration was" : base::counted(names.size(), "migration") + " were",
                  names.size() == 1 ? "it was" : "they were", base::listed(names)),
      fmt::format("put the file back as it was (its SHA-256 then: {}) and write a new migration for the "
                  "change; if the change is "
                  "harmless, `tradewind repair` accepts it. Nothing was run",
                  first.checksum))
      .at({.file = catalogue.files().label(*migration.up_file)});
}

void note_missing(const Comparison& comparison, std::vector<std::string>& notes) {
  if (comparison.missing.empty()) return;
  notes.push_back(fmt::format("applied, and there is no file: {} (a newer build's, or removed since)",
                              base::listed(base::mapped(comparison.missing, &Applied::version))));
}

void refuse_out_of_order(const Catalogue& catalogue, const std::vector<const Migration*>& pending,
                         const std::vector<Applied>& applied) {
  const Late found = late_of(catalogue, pending, applied);
  if (found.migrations.empty()) return;
  const std::vector<std::string> late = base::mapped(found.migrations, &Migration::version);
  const bool one = late.size() == 1;
  throw Error(
      Code::out_of_order,
      fmt::format("{} not applied, though {}, which comes after {}, is: {}",
                  one ? "a migration is" : base::counted(late.size(), "migration") + " are", found.newest,
                  one ? "it" : "them", base::listed(late)),
      fmt::format("give {} a higher number, or apply out of order with --allow-out-of-order. Nothing was run",
                  one ? "it" : "them"))
      .at({.file = catalogue.files().label(*found.migrations.front()->up_file)});
}

/// Those up to and including `last`, which may be applied and without a file.
void keep_up_to(const Catalogue& catalogue, const std::string& last, std::vector<const Migration*>& pending) {
  const Migration* end = catalogue.find(last);
  std::erase_if(pending, [&](const Migration* migration) {
    return end == nullptr ? version_less(last, migration->version) : migration > end;
  });
}

PlannedStep step(Direction direction, const Migration& migration) {
  return {direction, migration.version, migration.name, &migration};
}

void require_dependencies(const Migration& migration, const std::unordered_set<std::string_view>& there) {
  for (const std::string& dependency : migration.depends) {
    if (there.contains(dependency)) continue;
    throw Error(Code::unknown_dependency,
                fmt::format("{} depends on {}, which is not applied", migration.version, dependency),
                fmt::format("apply that first: `tradewind up --to {}`", dependency));
  }
}

Draft plan_only_up(const Catalogue& catalogue, const std::vector<Applied>& applied,
                   const std::string& wanted) {
  Draft draft;
  const std::string version = resolve(wanted, catalogue, applied);
  const auto there = versions_of(applied);
  if (there.contains(version)) {
    draft.notes.push_back(fmt::format("{} is applied already", version));
    return draft;
  }
  const Migration& migration = *catalogue.find(version);
  require_dependencies(migration, there);
  draft.steps.push_back(step(Direction::up, migration));
  return draft;
}

bool has_down(const Catalogue& catalogue, const Applied& row) {
  const Migration* migration = catalogue.find(row.version);
  return row.has_down || (migration != nullptr && migration->down_file != nullptr);
}

/// What of the history is to be reverted, newest first.
std::vector<const Applied*> rows_to_revert(const Catalogue& catalogue, const std::vector<Applied>& applied,
                                           const Target& target) {
  std::vector<const Applied*> newest_first;
  for (auto row = applied.rbegin(); row != applied.rend(); ++row) newest_first.push_back(&*row);
  const auto first = [&](std::size_t count) {
    newest_first.resize(std::min(count, newest_first.size()));
    return newest_first;
  };
  const auto index = [&](const std::string& version) {
    const auto found = std::find_if(newest_first.begin(), newest_first.end(),
                                    [&](const Applied* row) { return row->version == version; });
    return static_cast<std::size_t>(found - newest_first.begin());
  };
  if (target.all) return newest_first;
  if (target.only) {
    const std::size_t i = index(resolve(*target.only, catalogue, applied));
    return i < newest_first.size() ? std::vector<const Applied*>{newest_first[i]}
                                   : std::vector<const Applied*>{};
  }
  if (target.to) {
    if (target.to->find_first_not_of('0') == std::string::npos) return newest_first;
    const std::string version = resolve(*target.to, catalogue, applied);
    const std::size_t i = index(version);
    if (i == newest_first.size() && !newest_first.empty()) {
      throw Error(Code::unknown_version,
                  fmt::format("{} is not applied, so there is no way back to it", version),
                  "`tradewind status` lists what is applied");
    }
    return first(i);
  }
  if (target.batch) {
    const int batch =
        newest_first.empty()
            ? 0
            : (*std::max_element(newest_first.begin(), newest_first.end(), [](auto* a, auto* b) {
                return a->batch < b->batch;
              }))->batch;
    std::erase_if(newest_first, [&](const Applied* row) { return row->batch != batch; });
    return newest_first;
  }
  return first(target.count.value_or(1));
}

void refuse_dependents(const Catalogue& catalogue, const std::vector<Applied>& applied,
                       const std::vector<const Applied*>& reverted) {
  std::unordered_set<std::string_view> gone;
  for (const Applied* row : reverted) gone.insert(row->version);
  for (const Applied& row : applied) {
    const Migration* migration = catalogue.find(row.version);
    if (migration == nullptr || gone.contains(row.version)) continue;
    for (const std::string& dependency : migration->depends) {
      if (!gone.contains(dependency)) continue;
      throw Error(Code::out_of_order, fmt::format("{} depends on {} and would stay", row.version, dependency),
                  fmt::format("revert it first: `tradewind down --only {}`", row.version));
    }
  }
}

void require_downs(const Catalogue& catalogue, const std::vector<const Applied*>& rows) {
  std::vector<std::string> without;
  for (const Applied* row : rows) {
    if (!has_down(catalogue, *row)) without.push_back(row->version);
  }
  if (without.empty()) return;
  throw Error(Code::no_down,
              fmt::format("no down for {}: neither a file nor a copy in the history", base::listed(without)),
              fmt::format("write {}.down.sql, or restore a backup. Nothing was reverted", without.front()));
}

}  // namespace

Comparison compare(const Catalogue& catalogue, const std::vector<Applied>& applied) {
  Comparison result;
  const std::vector<Migration>& all = catalogue.all();
  std::vector<bool> there(all.size());
  for (std::size_t i = 0; i < applied.size(); ++i) {
    const Applied& row = applied[i];
    // Most histories are in the catalogue's order.
    const bool in_place = i < all.size() && all[i].version == row.version;
    const Migration* migration = in_place ? &all[i] : catalogue.find(row.version);
    if (migration == nullptr) {
      result.missing.push_back(&row);
      continue;
    }
    there[static_cast<std::size_t>(migration - all.data())] = true;
    if (migration->checksum != row.checksum) result.changed.push_back(&row);
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!there[i]) result.pending.push_back(&all[i]);
  }
  return result;
}

// `Depends` may put a lower number behind a higher one, so what counts is the catalogue's order, in which a
// migration without a file has the place of its number.
Late late_of(const Catalogue& catalogue, const std::vector<const Migration*>& pending,
             const std::vector<Applied>& applied) {
  Late late;
  if (pending.empty()) return late;
  const Migration* last = nullptr;
  std::string_view last_missing;
  for (const Applied& row : applied) {
    const Migration* migration = catalogue.find(row.version);
    if (migration != nullptr && (last == nullptr || last < migration)) last = migration;
    if (migration == nullptr && (last_missing.empty() || version_less(last_missing, row.version)))
      last_missing = row.version;
  }
  std::string_view highest;
  auto next = pending.begin();
  for (const Migration& migration : catalogue.all()) {
    if (highest.empty() || version_less(highest, migration.version)) highest = migration.version;
    if (next == pending.end() || *next != &migration) continue;
    ++next;
    const bool before_missing = !last_missing.empty() && version_less(highest, last_missing);
    if (before_missing || (last != nullptr && &migration < last)) {
      late.migrations.push_back(&migration);
      late.newest = last != nullptr && &migration < last ? last->version : std::string(last_missing);
    }
  }
  return late;
}

Draft plan_up(const Catalogue& catalogue, const std::vector<Applied>& applied, const Target& target) {
  const Comparison comparison = compare(catalogue, applied);
  refuse_changed(catalogue, comparison);
  if (catalogue.all().empty()) {
    throw Error(Code::source_empty, fmt::format("{} holds no migration", catalogue.description()),
                "make the first with `tradewind new NAME`, or check --dir: a directory with none in it is "
                "more often the wrong one");
  }
  if (target.only) return plan_only_up(catalogue, applied, *target.only);
  Draft draft;
  draft.notes = catalogue.notes();
  note_missing(comparison, draft.notes);
  std::vector<const Migration*> pending = comparison.pending;
  if (!target.allow_out_of_order) refuse_out_of_order(catalogue, pending, applied);
  if (target.to) {
    keep_up_to(catalogue, resolve(*target.to, catalogue, applied), pending);
  }
  if (target.count) pending.resize(std::min(*target.count, pending.size()));
  if (pending.empty()) return draft;
  auto there = versions_of(applied);
  for (const Migration* migration : pending) {
    require_dependencies(*migration, there);
    there.insert(migration->version);
    draft.steps.push_back(step(Direction::up, *migration));
  }
  return draft;
}

Draft plan_down(const Catalogue& catalogue, const std::vector<Applied>& applied, const Target& target) {
  const std::vector<const Applied*> rows = rows_to_revert(catalogue, applied, target);
  require_downs(catalogue, rows);
  refuse_dependents(catalogue, applied, rows);
  Draft draft;
  for (const Applied* row : rows)
    draft.steps.push_back({Direction::down, row->version, row->name, catalogue.find(row->version)});
  if (target.only && rows.empty()) draft.notes.push_back(fmt::format("{} is not applied", *target.only));
  return draft;
}

Draft plan_redo(const Catalogue& catalogue, const std::vector<Applied>& applied, std::size_t count) {
  Target target;
  target.count = count;
  Draft draft = plan_down(catalogue, applied, target);
  const std::size_t downs = draft.steps.size();
  for (std::size_t i = downs; i > 0; --i) {
    const PlannedStep& down = draft.steps[i - 1];
    if (down.migration == nullptr) {
      throw Error(Code::source_missing,
                  fmt::format("{} can't be applied again: its file is gone", down.version),
                  "put the file back, or use `tradewind down`");
    }
    draft.steps.push_back(step(Direction::up, *down.migration));
  }
  return draft;
}

Draft plan_baseline(const Catalogue& catalogue, const std::vector<Applied>& applied,
                    const std::string& version) {
  std::vector<const Migration*> pending = compare(catalogue, applied).pending;
  keep_up_to(catalogue, resolve(version, catalogue, applied), pending);
  Draft draft;
  for (const Migration* migration : pending) draft.steps.push_back(step(Direction::up, *migration));
  return draft;
}

}  // namespace tradewind::migration
