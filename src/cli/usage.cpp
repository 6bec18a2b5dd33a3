#include "cli/usage.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <tradewind/project.hpp>

#include "base/mapped.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"

namespace tradewind::cli {
namespace {

/// What was typed, fit for a message; it may be a URL in the wrong place.
std::string typed(const std::string& text) {
  return base::printable(masked(text));
}

std::string see_help(const CLI::App& app) {
  return fmt::format("see {} --help", path_of(app));
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* level = &app; level != nullptr; level = level->get_parent()) {
    for (const CLI::Option* option : level->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  return names;
}

/// What other tools call it, and ours.
constexpr std::array<std::pair<std::string_view, std::string_view>, 9> of_other_tools{
    {{"--url", "--database"},
     {"--dsn", "--database"},
     {"--dbstring", "--database"},
     {"--db-uri", "--database"},
     {"--source", "--dir"},
     {"--path", "--dir"},
     {"--migrations-dir", "--dir"},
     {"--migrations-table", "--history-table"},
     {"--lock-timeout", "--wait"}}};

std::string meant_by(const std::string& option, const std::vector<std::string>& ours) {
  const auto* other = std::find_if(of_other_tools.begin(), of_other_tools.end(),
                                   [&](const auto& o) { return o.first == option; });
  if (other != of_other_tools.end() && std::find(ours.begin(), ours.end(), other->second) != ours.end())
    return std::string(other->second);
  return base::nearest(option, ours);
}

Error unknown_option(const CLI::App& selected, const std::string& argument) {
  const std::string option = argument.substr(0, argument.find('='));
  const std::string meant = meant_by(option, option_names(selected));
  return Error(Code::usage, fmt::format("{} has no option {}", path_of(selected), typed(option)),
               meant.empty() ? see_help(selected) : fmt::format("did you mean {}?", meant));
}

}  // namespace

Error unknown_command(const CLI::App& parent, const std::string& name) {
  const std::vector<std::string> names =
      parent.get_parent() == nullptr
          ? command_names()
          : base::mapped(visible_subcommands(parent), [](const CLI::App* sub) { return sub->get_name(); });
  const std::string meant = base::nearest(name, names);
  return Error(Code::usage, fmt::format("{} has no command \"{}\"", path_of(parent), typed(name)),
               meant.empty() ? see_help(parent) : fmt::format("did you mean {} {}?", path_of(parent), meant));
}

void refuse_unexpected(const CLI::App& root, const CLI::App& selected) {
  const std::vector<std::string> unexpected = root.remaining(true);
  if (unexpected.empty()) return;
  const std::string& first = unexpected.front();
  if (first.size() > 1 && first.front() == '-') throw unknown_option(selected, first);
  const bool has_commands = !visible_subcommands(selected).empty();
  if (has_commands) throw unknown_command(selected, first);
  throw Error(Code::usage, fmt::format("{} has no use for \"{}\"", path_of(selected), typed(first)),
              see_help(selected));
}

void refuse_options_as_values(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    const bool takes_value = !option->get_positional() && option->get_items_expected_max() > 0;
    if (!takes_value || option->results().empty()) continue;
    const std::string& value = option->results().front();
    if (!value.starts_with("--") || value.size() < 3) continue;
    throw Error(Code::usage,
                fmt::format("{} needs a value, and {} is an option", option->get_name(), typed(value)),
                see_help(app));
  }
}

Error usage_error(const CLI::ParseError& error, const CLI::App& selected) {
  const std::string what = error.what();
  const std::string option = what.substr(0, what.find(':'));
  if (error.get_name() == "ArgumentMismatch" && what.find("received") != std::string::npos) {
    return {Code::usage, fmt::format("{} is given more than once", option), see_help(selected)};
  }
  if (error.get_name() == "ArgumentMismatch") {
    return {Code::usage, fmt::format("{} needs a value", option), see_help(selected)};
  }
  return {Code::usage, typed(what), see_help(selected)};
}

std::optional<std::size_t> parse_count(const std::string& text, const std::string& command) {
  if (text.empty()) return std::nullopt;
  if (const auto count = base::number<std::size_t>(text); count.value_or(0) > 0) return count;
  throw Error(Code::usage, fmt::format("{} takes a number of migrations, not \"{}\"", command, typed(text)),
              fmt::format("for one version write: tradewind {} --only {}", command, typed(text)));
}

}  // namespace tradewind::cli
