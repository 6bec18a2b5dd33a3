// What the documentation says of links, options, error codes and requirements is so.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <tradewind/error.hpp>

#include "support/program.hpp"
#include "support/temp_dir.hpp"

namespace tradewind::test {
namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;
using Names = std::set<std::string>;

const fs::path source_root = TRADEWIND_SOURCE_DIR;

Lines lines_of(const std::string& text) {
  Lines lines(1);
  for (const char c : text) {
    if (c == '\n') {
      lines.emplace_back();
    } else {
      lines.back() += c;
    }
  }
  return lines;
}

std::vector<fs::path> files_below(const fs::path& folder, const std::string& extension) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
  return files;
}

std::vector<fs::path> pages() {
  std::vector<fs::path> all = files_below(source_root / "docs", ".md");
  for (const auto& entry : fs::directory_iterator(source_root)) {
    if (entry.path().extension() == ".md") all.push_back(entry.path());
  }
  return all;
}

std::vector<std::smatch> matches(const std::string& text, const std::regex& pattern) {
  return {std::sregex_iterator(text.begin(), text.end(), pattern), std::sregex_iterator()};
}
/// A match points into the text.
std::vector<std::smatch> matches(std::string&& text, const std::regex& pattern) = delete;

bool is_fence(const std::string& line) {
  return line.starts_with("```");
}

/// A heading as the link to it is written: "Exit status" is #exit-status.
std::string anchor(const std::string& heading) {
  std::string result;
  for (const char c : heading) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-') {
      result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (c == ' ') {
      result += '-';
    }
  }
  return result;
}

Names anchors_of(const fs::path& page) {
  Names anchors;
  bool in_code = false;
  for (const std::string& line : lines_of(read_file(page))) {
    if (is_fence(line)) in_code = !in_code;
    if (in_code || !line.starts_with('#')) continue;
    anchors.insert(anchor(line.substr(line.find_first_not_of("# "))));
  }
  return anchors;
}

std::string broken(const fs::path& page, const std::string& link) {
  if (link.find("://") != std::string::npos || link.starts_with("mailto:")) return {};
  const std::size_t hash = std::min(link.find('#'), link.size());
  const fs::path target = hash == 0 ? page : page.parent_path() / link.substr(0, hash);
  if (!fs::exists(target)) return "no file " + link;
  if (hash == link.size()) return {};
  return anchors_of(target).contains(link.substr(hash + 1)) ? std::string() : "no heading " + link;
}

TEST(Docs, have_no_broken_link) {
  static const std::regex link(R"(\]\(([^)\s]+)\))");
  std::size_t found = 0;
  for (const fs::path& page : pages()) {
    const std::string text = read_file(page);
    for (const std::smatch& match : matches(text, link)) {
      ++found;
      const std::string wrong = broken(page, match[1]);
      EXPECT_TRUE(wrong.empty()) << fs::relative(page, source_root) << ": " << wrong;
    }
  }
  EXPECT_GT(found, 20U);
}

TEST(Docs, are_all_linked_to) {
  Names linked;
  static const std::regex link(R"(\]\(([^)\s#]+))");
  for (const fs::path& page : pages()) {
    const std::string text = read_file(page);
    for (const std::smatch& match : matches(text, link)) {
      linked.insert((page.parent_path() / match[1].str()).lexically_normal().string());
    }
  }
  for (const fs::path& page : files_below(source_root / "docs", ".md")) {
    EXPECT_TRUE(linked.contains(page.string())) << page << " is linked to from no page";
  }
}

/// What `tradewind help` and the help of every command name.
struct Program {
  Names commands;
  Names options;

  Program() {
    const std::string help = run_tradewind({"help"}).out;
    static const std::regex command(R"(\n  ([a-z]+) [^\n]*   )");
    const std::string below = help.substr(0, help.find("\nOptions"));
    for (const std::smatch& match : matches(below, command)) commands.insert(match[1]);
    add_options(help);
    for (const std::string& name : commands) add_options(run_tradewind({"help", name}).out);
    for (const char* name : {"list", "show", "export"})
      add_options(run_tradewind({"help", "pack", name}).out);
    // The words of other tools.
    for (const char* name : {"migrate", "upgrade", "downgrade", "rollback", "make"}) commands.insert(name);
  }

 private:
  void add_options(const std::string& help) {
    static const std::regex option(R"((--[a-z][a-z-]*))");
    for (const std::smatch& match : matches(help, option)) options.insert(match[1]);
  }
};

/// The shell commands of a page that call `program`: from its name to the end of the command.
Lines calls(const std::string& page, const std::string& program) {
  const std::regex call("(?:^|[\\s`$(])" + program + R"(((?: +[^\s|&;`#>)]+)+))");
  Lines found;
  bool in_code = false;
  for (const std::string& line : lines_of(page)) {
    if (is_fence(line)) in_code = !in_code;
    static const std::regex span("`[^`]+`");
    Lines codes;
    if (in_code) codes.push_back(line);
    if (!in_code) {
      for (const std::smatch& match : matches(line, span)) codes.push_back(match[0]);
    }
    for (const std::string& code : codes) {
      for (const std::smatch& match : matches(code, call)) found.push_back(match[1]);
    }
  }
  return found;
}

void expect_known(const Lines& found, const Names& options, const fs::path& page) {
  static const std::regex option(R"(( |^)(--[a-z][a-z-]*))");
  for (const std::string& text : found) {
    for (const std::smatch& match : matches(text, option)) {
      EXPECT_TRUE(options.contains(match[2]))
          << page.filename() << ": no option " << match[2] << " in:" << text;
    }
  }
}

TEST(Docs, show_options_and_commands_that_exist) {
  const Program program;
  ASSERT_GT(program.commands.size(), 12U);
  ASSERT_GT(program.options.size(), 20U);
  static const std::regex first_word("^ +([a-z]+)(?: |$)");
  std::size_t found = 0;
  for (const fs::path& page : pages()) {
    const Lines shown = calls(read_file(page), "tradewind");
    found += shown.size();
    expect_known(shown, program.options, page);
    for (const std::string& call : shown) {
      std::smatch word;
      if (!std::regex_search(call, word, first_word)) continue;
      EXPECT_TRUE(program.commands.contains(word[1])) << page.filename() << ": no command: tradewind" << call;
    }
  }
  EXPECT_GT(found, 20U);
}

std::string help_of_dev() {
  const std::string script = read_file(source_root / "dev");
  return script.substr(0, script.find("\nTEXT\n"));
}

/// An option that stands alone in the text, `--atomic`, is the program's, or ./dev's.
TEST(Docs, name_options_that_exist) {
  Names options = Program().options;
  const std::string help = help_of_dev();
  static const std::regex option(R"((--[a-z][a-z-]*))");
  for (const std::smatch& match : matches(help, option)) options.insert(match[1]);
  static const std::regex alone("`(--[a-z][a-z-]*)[^`]*`");
  for (const fs::path& page : pages()) {
    const std::string text = read_file(page);
    for (const std::smatch& match : matches(text, alone)) {
      EXPECT_TRUE(options.contains(match[1])) << page.filename() << ": no option " << match[1];
    }
  }
}

TEST(Docs, show_commands_of_dev_that_exist) {
  const std::string help = help_of_dev();
  static const std::regex listed(R"(\n  ([a-z]+) )");
  Names commands;
  for (const std::smatch& match : matches(help, listed)) commands.insert(match[1]);
  ASSERT_GT(commands.size(), 8U);
  static const std::regex first_word("^ +([a-z]+)");
  for (const fs::path& page : pages()) {
    for (const std::string& call : calls(read_file(page), R"(\./dev)")) {
      std::smatch word;
      ASSERT_TRUE(std::regex_search(call, word, first_word)) << page << call;
      EXPECT_TRUE(commands.contains(word[1])) << page.filename() << ": no command: ./dev" << call;
    }
  }
}

/// The cells of a table's row, trimmed; empty for a line that is none.
Lines cells(const std::string& line) {
  Lines result;
  if (!line.starts_with("| ")) return result;
  static const std::regex cell(R"(\| ([^|]*))");
  for (const std::smatch& match : matches(line, cell)) {
    std::string text = match[1];
    text.erase(text.find_last_not_of(' ') + 1);
    result.push_back(text);
  }
  if (!result.empty() && result.back().empty()) result.pop_back();
  return result;
}

TEST(Docs, explain_every_error_code) {
  std::map<std::string, std::string> status_of;
  for (const std::string& line : lines_of(read_file(source_root / "docs/errors.md"))) {
    const Lines row = cells(line);
    if (row.size() != 4 || !row[0].starts_with('`')) continue;
    EXPECT_TRUE(status_of.emplace(row[0], row[1]).second) << row[0] << " stands there twice";
    EXPECT_FALSE(row[2].empty() || row[3].empty()) << line;
  }
  Names codes;
  for (int number = 0; number <= static_cast<int>(Code::internal); ++number) {
    const Code code = static_cast<Code>(number);
    const std::string shown = "`" + std::string(name(code)) + "`";
    EXPECT_TRUE(codes.insert(shown).second) << shown << " is the name of two codes";
    ASSERT_TRUE(status_of.contains(shown)) << shown << " is not in docs/errors.md";
    EXPECT_EQ(status_of[shown], std::to_string(exit_status(code))) << shown;
  }
  EXPECT_EQ(status_of.size(), codes.size()) << "docs/errors.md has a code that does not exist";
}

/// "Suite.test" of every test in the tree, with the text of its file.
std::map<std::string, std::string> tests_in_tree() {
  std::map<std::string, std::string> tests;
  static const std::regex test(R"(\bTEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\))");
  for (const fs::path& file : files_below(source_root / "tests", ".cpp")) {
    const std::string text = read_file(file);
    for (const std::smatch& match : matches(text, test)) tests[match[1].str() + "." + match[2].str()] = text;
  }
  return tests;
}

Names requirement_ids() {
  Names ids;
  const std::map<std::string, int> groups = {{"T", 9}, {"I", 8}, {"C", 9}, {"F", 10}, {"R", 10}};
  for (const auto& [group, count] : groups) {
    for (int number = 1; number <= count; ++number) ids.insert(group + std::to_string(number));
  }
  return ids;
}

bool names_id(const std::string& text, const std::string& id) {
  return std::regex_search(text, std::regex("\\b" + id + "\\b"));
}

/// A test as a requirement names it: `Suite.test`, or a script's path.
void expect_shows(const std::string& shown_by, const std::string& id,
                  const std::map<std::string, std::string>& tests) {
  if (shown_by.find('/') != std::string::npos) {
    ASSERT_TRUE(fs::exists(source_root / shown_by)) << id << ": no file " << shown_by;
    EXPECT_TRUE(names_id(read_file(source_root / shown_by), id)) << shown_by << " does not name " << id;
    return;
  }
  ASSERT_TRUE(tests.contains(shown_by)) << id << ": no test " << shown_by;
  EXPECT_TRUE(names_id(tests.at(shown_by), id)) << "the file of " << shown_by << " does not name " << id;
}

TEST(Docs, name_a_test_for_each_requirement) {
  const auto tests = tests_in_tree();
  const Names known = requirement_ids();
  Names ids;
  static const std::regex span("`([^`]+)`");
  for (const std::string& line : lines_of(read_file(source_root / "docs/requirements.md"))) {
    const Lines row = cells(line);
    if (row.size() != 3 || !known.contains(row[0])) continue;
    EXPECT_TRUE(ids.insert(row[0]).second) << row[0] << " stands there twice";
    const auto shown_by = matches(row[2], span);
    EXPECT_TRUE(!shown_by.empty() || row[2].starts_with("not yet shown")) << line;
    for (const std::smatch& match : shown_by) expect_shows(match[1], row[0], tests);
  }
  EXPECT_EQ(ids, known);
}

}  // namespace
}  // namespace tradewind::test
