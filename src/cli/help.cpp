#include <cctype>

#include <fmt/format.h>

#include "cli/commands.hpp"

namespace tradewind::cli {
namespace {

constexpr std::size_t line_width = 100;
constexpr std::size_t left_column = 2;

using Entries = std::vector<std::pair<std::string, std::string>>;

std::size_t longest(const Entries& entries) {
  std::size_t longest = 0;
  for (const auto& [term, text] : entries) longest = std::max(longest, width(term));
  return longest;
}

/// A list of terms, each with its explanation beside it.
std::string definitions(const Entries& entries, std::size_t term_width, const Style& style) {
  const std::size_t column = left_column + term_width + 3;
  std::string result;
  for (const auto& [term, text] : entries) {
    const std::string gap(column - left_column - width(term), ' ');
    result += std::string(left_column, ' ') + style(Paint::bold, term) + gap +
              wrapped(text, line_width, column) + "\n";
  }
  return result;
}

std::string with_argument(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  std::string text = fmt::format("{}", fmt::join(names, ", "));
  if (option.get_snames().empty()) text = "    " + text;
  return option.get_items_expected_max() > 0 ? text + " " + option.get_type_name() : text;
}

std::string options_of(const CLI::App& app, const Style& style) {
  Entries entries;
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) entries.emplace_back(with_argument(*option), option->get_description());
  }
  return definitions(entries, longest(entries), style);
}

std::string heading(std::string_view text, const Style& style) {
  return fmt::format("\n{}\n", style(Paint::yellow, text));
}

std::string indented(std::string_view lines) {
  std::string result;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    result += fmt::format("  {}\n", line);
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
  }
  return result;
}

std::string subcommands_of(const Commands& commands, const CLI::App& app, const Style& style) {
  std::vector<std::pair<std::string, Entries>> groups;
  std::size_t column = 0;
  for (const CLI::App* sub : visible_subcommands(app)) {
    const Command& command = commands.command(*sub);
    if (groups.empty() || groups.back().first != command.group) groups.push_back({command.group, {}});
    const std::string term = command.name + (command.synopsis.empty() ? "" : " " + command.synopsis);
    groups.back().second.emplace_back(term, command.summary);
    column = std::max(column, width(term));
  }
  std::string result;
  for (const auto& [group, entries] : groups)
    result += heading(group, style) + definitions(entries, column, style);
  return result;
}

std::string as_sentence(std::string text) {
  text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
  return text + ".";
}

std::string arguments_of(const CLI::App& app, const Style& style) {
  Entries entries;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) entries.emplace_back(option->get_name(true), option->get_description());
  }
  if (entries.empty()) return {};
  return heading("Arguments", style) + definitions(entries, longest(entries), style);
}

std::string program_help(const Commands& commands, const Style& style) {
  const CLI::App& root = commands.root();
  return "Tradewind brings a trading system's database to the schema its code expects.\n\n"
         "Usage: tradewind [options] COMMAND [options]\n" +
         subcommands_of(commands, root, style) + heading("Options, before or after the command", style) +
         options_of(root, style) + heading("Which database", style) +
         indented(
             "--database, else DATABASE_URL, else DATABASE_TYPE with DB_HOST, DB_PORT, DB_USER, "
             "DB_PASSWORD,\n"
             "DB_NAME, DB_SSLMODE (a .env file is read), else tradewind.toml.\n"
             "URLs: postgresql://user@host/name, sqlite:PATH, sqlite::memory:, a path that ends in .db") +
         heading("Examples", style) +
         indented(
             "tradewind --database sqlite:titan.db --pack titan up\n"
             "tradewind init && tradewind new create_accounts && tradewind up\n"
             "DATABASE_URL=postgresql://localhost/app tradewind status --check") +
         heading("Exit status", style) +
         indented(
             "0 done or clean, 1 a check says no, 2 usage or configuration, 3 failed and the database is\n"
             "unchanged, 4 failed and partly applied, 5 worth retrying, 70 a bug of tradewind's own") +
         heading("Also understood", style) +
         indented(
             "migrate, upgrade (up); rollback (down --batch); downgrade (down, of all by default);\n"
             "make (new); --migration V (--only V)");
}

std::string command_help(const Commands& commands, const CLI::App& app, const Style& style) {
  const Command& command = commands.command(app);
  std::string usage = path_of(app) + (command.synopsis.empty() ? "" : " " + command.synopsis);
  std::string text = fmt::format("Usage: {} [options]\n\n{}\n", usage, as_sentence(command.summary));
  if (!command.details.empty()) text += "\n" + command.details + "\n";
  text += subcommands_of(commands, app, style) + arguments_of(app, style);
  text += heading("Options", style) + options_of(app, style);
  if (!command.examples.empty()) text += heading("Examples", style) + indented(command.examples);
  return text + "\nOptions for every command: tradewind help\n";
}

}  // namespace

std::string help_text(const Commands& commands, const CLI::App& app, const Style& style) {
  return app.get_parent() == nullptr ? program_help(commands, style) : command_help(commands, app, style);
}

void add_help(Commands& commands) {
  auto path = std::make_shared<std::vector<std::string>>();
  CLI::App& app = commands.add({
      .name = "help",
      .synopsis = "[COMMAND]",
      .group = "More",
      .summary = "this help, or a command's",
      .details = {},
      .examples = "tradewind help up",
      .action =
          [path, &commands](Context& context) {
            const std::string text = help_text(commands, commands.at(*path), context.output.out_style());
            context.document["help"] = text;
            context.output.product(text);
            return 0;
          },
  });
  app.add_option("COMMAND", *path, "the command");
}

}  // namespace tradewind::cli
