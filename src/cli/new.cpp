#include <ctime>

#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/new_file.hpp"

namespace tradewind::cli {
namespace {

constexpr std::size_t timestamp_digits = 14;
constexpr std::size_t default_width = 3;

struct NewOptions {
  std::vector<std::string> words;
  std::string description;
  bool timestamp = false;
  bool verify = false;
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}

/// "AddUser tracking!" as add_user_tracking.
std::string snake_case(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool after_small =
        i > 0 && !is_capital(text[i - 1]) && (is_letter(text[i - 1]) || is_digit(text[i - 1]));
    const bool boundary = is_capital(c) && after_small;
    const bool kept = is_letter(c) || is_digit(c);
    if ((boundary || !kept) && !result.empty() && result.back() != '_') result += '_';
    if (kept) result += c;
  }
  while (result.ends_with('_')) result.pop_back();
  return base::lower(result);
}

std::string_view without_zeros(std::string_view digits) {
  const std::size_t first = digits.find_first_not_of('0');
  return first == std::string_view::npos ? digits.substr(digits.size()) : digits.substr(first);
}

/// Numbers of any length.
bool is_less(std::string_view a, std::string_view b) {
  a = without_zeros(a);
  b = without_zeros(b);
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

std::string incremented(std::string digits) {
  for (std::size_t i = digits.size(); i-- > 0;) {
    if (digits[i] != '9') {
      ++digits[i];
      return digits;
    }
    digits[i] = '0';
  }
  return "1" + digits;
}

/// The highest number in use, as it is written there; empty for none.
std::string highest_number(const std::filesystem::path& folder) {
  std::string highest;
  std::error_code error;
  if (!std::filesystem::exists(folder, error)) return highest;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const auto digits =
        static_cast<std::size_t>(std::find_if_not(name.begin(), name.end(), is_digit) - name.begin());
    if (digits == 0 || !name.ends_with(".sql")) continue;
    if (highest.empty() || is_less(highest, name.substr(0, digits))) highest = name.substr(0, digits);
  }
  return highest;
}

std::string utc(const char* format) {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, format, &parts)};
}

std::string next_number(const std::filesystem::path& folder, bool timestamp) {
  const std::string highest = highest_number(folder);
  if (timestamp || highest.size() == timestamp_digits) {
    const std::string now = utc("%Y%m%d%H%M%S");
    return is_less(highest, now) ? now : incremented(highest);
  }
  return incremented(highest.empty() ? std::string(default_width, '0') : highest);
}

std::string sentence(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  if (name.front() >= 'a' && name.front() <= 'z') name.front() = static_cast<char>(name.front() - 'a' + 'A');
  return name;
}

std::string header(const std::string& version, const std::string& description) {
  return fmt::format("-- Migration: {}\n-- Description: {}\n-- Created: {}\n\n", version, description,
                     utc("%Y-%m-%d"));
}

int make(Context& context, const NewOptions& options) {
  const std::string name = snake_case(fmt::format("{}", fmt::join(options.words, " ")));
  if (name.empty()) {
    throw Error(Code::usage,
                options.words.empty() ? "new needs a name" : "the name needs a letter or a digit",
                "what the migration does, such as: tradewind new add_user_tracking");
  }
  if (options.description.find_first_of("\r\n") != std::string::npos) {
    throw Error(Code::usage, "the description must be one line");
  }
  const std::filesystem::path folder = migrations_directory(context.globals.project, context.environment());
  const std::string version = next_number(folder, options.timestamp) + "_" + name;
  const std::string does = options.description.empty() ? sentence(name) : options.description;
  std::vector<std::pair<std::string, std::string>> files = {{".up.sql", does},
                                                            {".down.sql", "Undo: " + does}};
  if (options.verify) files.emplace_back(".verify.sql", "Check: " + does);
  context.document["files"] = Json::array();
  for (const auto& [ending, description] : files) {
    const std::filesystem::path path = folder / (version + ending);
    if (!write_new(path, header(version, description))) {
      throw Error(Code::duplicate_version, fmt::format("{} is there already", path.string()), "run it again");
    }
    context.document["files"].push_back(path.string());
    context.output.product(path.string() + "\n");
  }
  return 0;
}

void add_as(Commands& commands, const char* name, const char* group) {
  auto options = std::make_shared<NewOptions>();
  CLI::App& app = commands.add({
      .name = name,
      .synopsis = "NAME...",
      .group = group,
      .summary = "the next migration's files, numbered as the others are",
      .details = "The number goes on from the directory's highest one: a sequence keeps its width, a\n"
                 "14-digit timestamp is the time in UTC. Prints the paths.",
      .examples = "tradewind new add_user_tracking\ntradewind new add index on trades --verify",
      .action = [options](Context& context) { return make(context, *options); },
  });
  app.add_option("NAME", options->words, "what it does, in a few words");
  app.add_option("--description", options->description, "a sentence for the files' header")
      ->type_name("TEXT");
  app.add_flag("--timestamp", options->timestamp, "number by the time, also in an empty directory");
  app.add_flag("--verify", options->verify, "a verify script too");
}

}  // namespace

void add_new(Commands& commands) {
  add_as(commands, "new", "Start");
  add_as(commands, "make", "");
}

}  // namespace tradewind::cli
