#include "formats/sectioned_files.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/text.hpp"

namespace tradewind::formats {
namespace {

using migration::Files;

enum class Section { none, up, down };

struct Marker {
  Section begins = Section::none;
  bool no_transaction = false;
  bool substitution = false;
};

bool ends_word(std::string_view rest) {
  return rest.empty() || rest.front() == ' ' || rest.front() == '\t';
}

std::optional<Marker> goose_marker(std::string_view comment) {
  constexpr std::string_view mark = "+goose";
  if (!comment.starts_with(mark)) return std::nullopt;
  const std::string_view word = base::trimmed(comment.substr(mark.size()));
  if (word == "up") return Marker{.begins = Section::up};
  if (word == "down") return Marker{.begins = Section::down};
  return Marker{.begins = Section::none,
                .no_transaction = word == "no transaction",
                .substitution = word == "envsub on"};
}

std::optional<Marker> dbmate_marker(std::string_view comment) {
  const auto begins = [&](std::string_view mark) {
    return comment.starts_with(mark) && ends_word(comment.substr(mark.size()));
  };
  const bool up = begins("migrate:up");
  if (!up && !begins("migrate:down")) return std::nullopt;
  return Marker{.begins = up ? Section::up : Section::down,
                .no_transaction = comment.find("transaction:false") != std::string_view::npos};
}

/// Both tools want their markers at the front of the line.
std::optional<Marker> marker(std::string_view line) {
  if (!line.starts_with("--")) return std::nullopt;
  const std::string comment = base::lower(base::trimmed(line.substr(2)));
  if (auto found = goose_marker(comment)) return found;
  return dbmate_marker(comment);
}

struct Line {
  std::string_view text;  ///< without its end
  std::string_view end;
};

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    const std::size_t length = newline == std::string_view::npos ? text.size() : newline;
    lines.push_back({text.substr(0, length),
                     newline == std::string_view::npos ? std::string_view() : std::string_view("\n")});
    text.remove_prefix(std::min(text.size(), length + 1));
  }
  return lines;
}

bool is_sql(std::string_view line) {
  const std::string_view text = base::trimmed(line);
  return !text.empty() && !text.starts_with("--");
}

/// Only comments may stand before the first marker. Read as one text, a file with something there would be
/// applied with its down.
bool is_sectioned(std::string_view text, const std::string& label) {
  bool sql_before = false;
  std::size_t number = 0;
  for (const Line& line : lines_of(text)) {
    ++number;
    const auto found = marker(line.text);
    if (found && found->begins == Section::up && !sql_before) return true;
    if (found && found->begins != Section::none) {
      throw Error(Code::bad_file,
                  sql_before ? "SQL stands before the file's first section, in neither its up nor its down"
                             : "the file's first section is its down",
                  "begin the file with `-- +goose Up` or `-- migrate:up`; nothing was run")
          .at({.file = label, .line = number, .column = 1});
    }
    sql_before = sql_before || is_sql(line.text);
  }
  return false;
}

/// The lines of one direction; a file may have several sections of it.
std::string section(std::string_view text, Section wanted, const std::string& label) {
  std::string result;
  Section current = Section::none;
  std::size_t number = 0;
  for (const Line& line : lines_of(text)) {
    ++number;
    const auto found = marker(line.text);
    if (found && found->substitution) {
      throw Error(Code::unsupported,
                  "goose's ENVSUB puts environment variables into the SQL, which would make its checksum and "
                  "its plan untrue",
                  "write the values out, or keep the file with goose")
          .at({.file = label, .line = number, .column = 1});
    }
    if (found && found->begins != Section::none) current = found->begins;
    if (found) {
      const bool applies = found->begins == Section::none || found->begins == wanted;
      if (found->no_transaction && applies) result += "-- Transaction: off";
    } else if (current == wanted || current == Section::none) {
      result += line.text;
    }
    result += line.end;
  }
  return result;
}

constexpr std::string_view up_ending = ".up.sql";
constexpr std::string_view down_ending = ".down.sql";

struct Origin {
  std::string file;
  Section section;
};

class SectionedFiles : public Files {
 public:
  SectionedFiles(std::shared_ptr<const Files> files, std::vector<std::string> names,
                 std::unordered_map<std::string, Origin> sections)
      : files_(std::move(files)), names_(std::move(names)), sections_(std::move(sections)) {}

  const std::vector<std::string>& names() const override { return names_; }

  std::string read(const std::string& name) const override {
    const auto found = sections_.find(name);
    if (found == sections_.end()) return files_->read(name);
    return section(files_->read(found->second.file), found->second.section, label(name));
  }

  std::string label(const std::string& name) const override {
    const auto found = sections_.find(name);
    return files_->label(found == sections_.end() ? name : found->second.file);
  }

  std::string description() const override { return files_->description(); }

 private:
  std::shared_ptr<const Files> files_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, Origin> sections_;
};

bool may_be_sectioned(std::string_view name) {
  const bool native =
      name.ends_with(up_ending) || name.ends_with(down_ending) || name.ends_with(".verify.sql");
  return name.ends_with(".sql") && !native && name.front() >= '0' && name.front() <= '9';
}

bool has_sql(std::string_view text) {
  const std::vector<Line> lines = lines_of(text);
  return std::any_of(lines.begin(), lines.end(), [](const Line& line) { return is_sql(line.text); });
}

/// Passed over, it would be missing without a word.
void refuse_go(const Files& files, const std::string& name) {
  const bool numbered = name.front() >= '0' && name.front() <= '9';
  if (!numbered || !name.ends_with(".go") || name.ends_with("_test.go")) return;
  if (files.read(name).find("goose") == std::string::npos) return;
  throw Error(Code::unsupported,
              fmt::format("{} is a migration of goose in Go, which can't be run", base::printable(name)),
              "write it as SQL; or apply all up to it with goose, take those files away and begin here with "
              "`tradewind baseline`")
      .at({.file = files.label(name)});
}

/// The native names of a file's sections; none for a file without.
std::vector<std::pair<std::string, Origin>> sections_of(const Files& files, const std::string& name) {
  if (!may_be_sectioned(name)) return {};
  const std::string text = files.read(name);
  if (!is_sectioned(text, files.label(name))) return {};
  const std::string stem = name.substr(0, name.size() - std::string_view(".sql").size());
  std::vector<std::pair<std::string, Origin>> result;
  result.emplace_back(stem + std::string(up_ending), Origin{name, Section::up});
  if (has_sql(section(text, Section::down, files.label(name))))
    result.emplace_back(stem + std::string(down_ending), Origin{name, Section::down});
  return result;
}

}  // namespace

std::shared_ptr<const Files> with_sections(std::shared_ptr<const Files> files) {
  std::unordered_map<std::string, Origin> sections;
  std::unordered_set<std::string> sectioned;
  for (const std::string& name : files->names()) {
    refuse_go(*files, name);
    for (auto& one : sections_of(*files, name)) {
      sectioned.insert(name);
      sections.insert(std::move(one));
    }
  }
  if (sections.empty()) return files;
  std::vector<std::string> names;
  for (const std::string& name : files->names()) {
    if (!sectioned.contains(name)) names.push_back(name);
  }
  for (const auto& one : sections) names.push_back(one.first);
  return std::make_shared<SectionedFiles>(std::move(files), std::move(names), std::move(sections));
}

}  // namespace tradewind::formats
