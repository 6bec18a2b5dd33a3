#include <algorithm>
#include <cstdint>
#include <thread>
#include <unordered_map>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/mapped.hpp"
#include "base/text.hpp"
#include "migration/migration.hpp"
#include "migration/version.hpp"
#include "sql/header.hpp"

namespace tradewind::migration {
namespace {

enum class Part { up, down, verify };

struct Name {
  std::string_view version;
  std::string_view number;  ///< of the version
  Part part = Part::up;
};

/// Takes `ending`, in lower case, off the name, however the name spells it.
bool take_off(std::string_view& name, std::string_view ending) {
  const auto same = [](char a, char b) { return a == b || (a >= 'A' && a <= 'Z' && a - 'A' + 'a' == b); };
  if (name.size() < ending.size() ||
      !std::equal(ending.rbegin(), ending.rend(), name.rbegin(), [&](char b, char a) { return same(a, b); }))
    return false;
  name.remove_suffix(ending.size());
  return true;
}

/// "003_x.down.sql" -> {003_x, down}; none for what is no .sql file.
std::optional<Name> parse_name(std::string_view file) {
  if (file.starts_with('.') || !take_off(file, ".sql")) return std::nullopt;
  const Part part = take_off(file, ".down")     ? Part::down
                    : take_off(file, ".verify") ? Part::verify
                                                : Part::up;
  if (part == Part::up) take_off(file, ".up");
  return Name{file, number_of(file), part};
}

bool is_clean(std::string_view text) {
  const bool control = std::any_of(text.begin(), text.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  return !control && !base::invalid_utf8(text);
}

const std::string*& file_of(Migration& migration, Part part) {
  return part == Part::up     ? migration.up_file
         : part == Part::down ? migration.down_file
                              : migration.verify_file;
}

[[noreturn]] void duplicate(const Files& files, const std::string& first, const std::string& second) {
  throw Error(Code::duplicate_version,
              fmt::format("two migrations have one number: {} and {}", base::printable(first),
                          base::printable(second)),
              "give one of them another number; nothing was run")
      .at({.file = files.label(second)});
}

/// A name beside its first eight bytes as a number, which are all that most comparisons need.
struct SortedName {
  explicit SortedName(const std::string& text) : name(&text) {
    for (std::size_t i = 0; i < sizeof start; ++i)
      start = start << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
  }
  bool operator<(const SortedName& other) const {
    return start != other.start ? start < other.start : *name < *other.name;
  }

  std::uint64_t start = 0;
  const std::string* name;
};

struct NamedFile {
  Name name;
  const std::string* file;
};

/// The files that are migrations' by their names, in the order of migrations.
std::vector<NamedFile> named_files(const Files& files, std::vector<std::string>& notes) {
  std::vector<SortedName> sorted(files.names().begin(), files.names().end());
  std::sort(sorted.begin(), sorted.end());
  std::vector<NamedFile> result;
  result.reserve(sorted.size());
  for (const auto& [start, file] : sorted) {
    const std::optional<Name> name = parse_name(*file);
    if (!name) continue;
    if (!is_clean(*file)) {
      throw Error(Code::bad_name,
                  fmt::format("the file name \"{}\" holds characters that can't be in a version",
                              base::printable(*file)),
                  "rename it: letters, digits, _ and - after the number");
    }
    if (name->number.empty()) {
      notes.push_back(
          fmt::format("{} is passed over: its name does not begin with a number", base::printable(*file)));
      continue;
    }
    result.push_back({*name, file});
  }
  const auto before = [](const NamedFile& a, const NamedFile& b) {
    const int numbers = compare_numbers(a.name.number, b.name.number);
    return numbers != 0 ? numbers < 0 : a.name.version < b.name.version;
  };
  if (!std::is_sorted(result.begin(), result.end(), before))
    std::stable_sort(result.begin(), result.end(), before);
  return result;
}

/// The migrations as their files' names say.
std::vector<Migration> group(const Files& files, std::vector<std::string>& notes) {
  const std::vector<NamedFile> named = named_files(files, notes);
  std::vector<Migration> migrations;
  migrations.reserve(named.size());
  for (const auto& [name, file] : named) {
    if (migrations.empty() || migrations.back().version != name.version)
      migrations.emplace_back().version = name.version;
    const std::string*& slot = file_of(migrations.back(), name.part);
    if (slot != nullptr) duplicate(files, *slot, *file);
    slot = file;
  }
  return migrations;
}

const std::string& some_file(const Migration& migration) {
  return migration.up_file != nullptr     ? *migration.up_file
         : migration.down_file != nullptr ? *migration.down_file
                                          : *migration.verify_file;
}

void check_numbers(const Files& files, const std::vector<Migration>& migrations) {
  for (std::size_t i = 1; i < migrations.size(); ++i) {
    const Migration& a = migrations[i - 1];
    const Migration& b = migrations[i];
    if (number_of(a.version) == number_of(b.version)) duplicate(files, some_file(a), some_file(b));
  }
  for (const Migration& migration : migrations) {
    if (migration.up_file != nullptr) continue;
    const std::string& lone = some_file(migration);
    throw Error(Code::bad_file,
                fmt::format("{} has no up: there is no {}.up.sql", base::printable(lone),
                            base::printable(migration.version)),
                "add the up file, or remove this one")
        .at({.file = files.label(lone)});
  }
}

struct Loaded {
  std::vector<std::string> notes;
  std::exception_ptr failed;
};

void load_header(const Files& files, Migration& migration, std::vector<std::string>& notes) {
  const std::string text = read_text(files, *migration.up_file);
  migration.checksum = checksum(text);
  migration.name = name_of(migration.version);
  try {
    const sql::Header header = sql::read_header(text);
    migration.description = header.description.value_or("");
    migration.depends = header.depends;
    migration.transaction = header.transaction;
    for (const sql::Misspelling& wrong : header.misspellings) {
      notes.push_back(fmt::format("{}:{}: unknown header key \"{}\": did you mean \"{}\"?",
                                  files.label(*migration.up_file), wrong.line, wrong.key, wrong.suggestion));
    }
  } catch (Error& error) {
    Location at = error.location();
    at.file = files.label(*migration.up_file);
    error.at(std::move(at));
    throw;
  }
}

Loaded load_range(const Files& files, std::span<Migration> migrations) {
  Loaded loaded;
  try {
    for (Migration& migration : migrations) load_header(files, migration, loaded.notes);
  } catch (...) {
    loaded.failed = std::current_exception();
  }
  return loaded;
}

/// Two threads from a few hundred files on: opening them is most of the time of a run with nothing to do.
void load_headers(const Files& files, std::vector<Migration>& migrations, std::vector<std::string>& notes) {
  const std::size_t half = migrations.size() < 200 ? migrations.size() : migrations.size() / 2;
  const std::span<Migration> all(migrations);
  Loaded second;
  std::thread other;
  if (half < migrations.size()) other = std::thread([&] { second = load_range(files, all.subspan(half)); });
  Loaded first = load_range(files, all.first(half));
  if (other.joinable()) other.join();
  for (Loaded* loaded : {&first, &second}) {
    if (loaded->failed) std::rethrow_exception(loaded->failed);
    notes.insert(notes.end(), loaded->notes.begin(), loaded->notes.end());
  }
}

/// Puts dependencies in front of what depends on them, keeping the order by number otherwise.
class Sorter {
 public:
  Sorter(const Files& files, std::vector<Migration> migrations)
      : files_(files), migrations_(std::move(migrations)) {}

  std::vector<Migration> sorted() {
    if (std::all_of(migrations_.begin(), migrations_.end(),
                    [](const Migration& one) { return one.depends.empty(); }))
      return std::move(migrations_);
    index();
    state_.assign(migrations_.size(), 0);
    for (std::size_t i = 0; i < migrations_.size(); ++i) visit(i);
    return base::mapped(order_, [&](std::size_t i) { return std::move(migrations_[i]); });
  }

 private:
  void index() {
    for (std::size_t i = 0; i < migrations_.size(); ++i) {
      index_[migrations_[i].version] = i;
      index_.try_emplace(std::string(number_of(migrations_[i].version)), i);
    }
  }

  void visit(std::size_t i) {
    if (state_[i] == 2) return;
    path_.push_back(migrations_[i].version);
    if (state_[i] == 1) fail_with_circle();
    state_[i] = 1;
    for (std::string& dependency : migrations_[i].depends) {
      const std::size_t target = find(migrations_[i], dependency);
      dependency = migrations_[target].version;
      visit(target);
    }
    state_[i] = 2;
    order_.push_back(i);
    path_.pop_back();
  }

  std::size_t find(const Migration& dependent, const std::string& wanted) const {
    auto found = index_.find(wanted);
    if (found == index_.end() && !number_of(wanted).empty() &&
        wanted.find_first_not_of("0123456789") == std::string::npos) {
      found = index_.find(std::string(number_of(wanted)));
    }
    if (found != index_.end()) return found->second;
    const std::string near = base::nearest(wanted, base::mapped(migrations_, &Migration::version));
    throw Error(
        Code::unknown_dependency,
        fmt::format("{} depends on \"{}\", which is not there", dependent.version, base::printable(wanted)),
        near.empty() ? "add the migration, or take it out of the `Depends:` line"
                     : fmt::format("did you mean {}?", near))
        .at({.file = files_.label(*dependent.up_file)});
  }

  [[noreturn]] void fail_with_circle() const {
    const auto first = std::find(path_.begin(), path_.end(), path_.back());
    throw Error(Code::dependency_cycle,
                fmt::format("migrations depend on each other: {}", fmt::join(first, path_.end(), " -> ")),
                "take one of these out of its `Depends:` line");
  }

  const Files& files_;
  std::vector<Migration> migrations_;
  std::unordered_map<std::string, std::size_t> index_;
  std::vector<int> state_;
  std::vector<std::size_t> order_;
  std::vector<std::string> path_;
};

/// A number that is left out in a sequence (001, 003) is worth a word; timestamps have no sequence.
void note_gaps(const std::vector<Migration>& migrations, std::vector<std::string>& notes) {
  for (std::size_t i = 1; i < migrations.size(); ++i) {
    const std::string_view a = number_of(migrations[i - 1].version);
    const std::string_view b = number_of(migrations[i].version);
    if (b.size() > 6) return;
    if (base::number<long>(b) > base::number<long>(a).value_or(0) + 1) {
      notes.push_back(fmt::format("the numbers have a gap between {} and {}: is a file missing?",
                                  migrations[i - 1].version, migrations[i].version));
    }
  }
}

}  // namespace

Catalogue Catalogue::read(std::shared_ptr<const Files> files) {
  Catalogue catalogue;
  catalogue.files_ = std::move(files);
  std::vector<Migration> migrations = group(*catalogue.files_, catalogue.notes_);
  check_numbers(*catalogue.files_, migrations);
  load_headers(*catalogue.files_, migrations, catalogue.notes_);
  note_gaps(migrations, catalogue.notes_);
  catalogue.migrations_ = Sorter(*catalogue.files_, std::move(migrations)).sorted();
  const auto before = [](const Migration* a, const Migration* b) {
    return version_less(a->version, b->version);
  };
  std::vector<const Migration*>& index = catalogue.by_version_;
  index = base::mapped(catalogue.migrations_, [](const Migration& one) { return &one; });
  if (!std::is_sorted(index.begin(), index.end(), before)) std::sort(index.begin(), index.end(), before);
  return catalogue;
}

const Migration* Catalogue::find(std::string_view version) const {
  const auto found = std::lower_bound(
      by_version_.begin(), by_version_.end(), version,
      [](const Migration* one, std::string_view wanted) { return version_less(one->version, wanted); });
  return found == by_version_.end() || (*found)->version != version ? nullptr : *found;
}

}  // namespace tradewind::migration
