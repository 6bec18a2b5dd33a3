#include "cli/completion.hpp"

#include <fmt/format.h>

#include "base/mapped.hpp"
#include "base/text.hpp"

namespace tradewind::cli {
namespace {

std::vector<CompletedOption> options_of(const CLI::App& app) {
  std::vector<CompletedOption> options;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) continue;
    CompletedOption completed;
    for (const std::string& name : option->get_lnames()) completed.names.push_back("--" + name);
    for (const std::string& name : option->get_snames()) completed.names.push_back("-" + name);
    if (option->get_items_expected_max() > 0) completed.value = option->get_type_name();
    completed.description = option->get_description();
    options.push_back(std::move(completed));
  }
  return options;
}

void collect(const Commands& commands, const CLI::App& app, const std::string& path,
             std::vector<CompletedCommand>& result) {
  const Command& command = commands.command(app);
  CompletedCommand completed{path, command.summary, {}, {}, options_of(app)};
  for (const CLI::App* sub : visible_subcommands(app)) completed.below.push_back(sub->get_name());
  for (std::string argument = command.synopsis; !argument.empty();) {
    const std::string word = argument.substr(0, argument.find(' '));
    argument.erase(0, std::min(argument.size(), word.size() + 1));
    const std::size_t bracket = word.starts_with('[') ? 1 : 0;
    for (std::string& choice : choices_of(word.substr(bracket, word.size() - 2 * bracket))) {
      completed.choices.push_back(std::move(choice));
    }
  }
  result.push_back(std::move(completed));
  for (const CLI::App* sub : visible_subcommands(app)) {
    collect(commands, *sub, path.empty() ? sub->get_name() : path + " " + sub->get_name(), result);
  }
}

int complete(Context& context, const Commands& commands, const std::string& shell) {
  const std::vector<CompletedCommand> all = completed_commands(commands);
  std::string script;
  if (shell == "bash") {
    script = bash_completion(all);
  } else if (shell == "zsh") {
    script = zsh_completion(all);
  } else if (shell == "fish") {
    script = fish_completion(all);
  } else {
    throw Error(Code::usage,
                shell.empty() ? "for which shell?"
                              : fmt::format("there is no completion for \"{}\"", base::printable(shell)),
                "bash, zsh or fish, such as: source <(tradewind completion bash)");
  }
  context.document["shell"] = shell;
  context.document["script"] = script;
  context.output.product(script);
  return 0;
}

}  // namespace

std::vector<std::string> choices_of(const std::string& value) {
  if (value == "PACK") return base::mapped(packs(), &PackInfo::name);
  std::vector<std::string> choices;
  if (value == "PART") {
    for (const MaintenanceTask task : maintenance_tasks) choices.emplace_back(name(task));
    return choices;
  }
  if (value.find('|') == std::string::npos) return choices;
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  for (std::size_t begin = 0; begin <= value.size();) {
    const std::size_t end = std::min(value.find('|', begin), value.size());
    std::string choice = value.substr(begin, end - begin);
    // In capitals it stands for something.
    if (std::none_of(choice.begin(), choice.end(), is_capital)) choices.push_back(std::move(choice));
    begin = end + 1;
  }
  return choices;
}

std::vector<CompletedCommand> completed_commands(const Commands& commands) {
  std::vector<CompletedCommand> result;
  collect(commands, commands.root(), "", result);
  // help takes the commands themselves.
  const auto help =
      std::find_if(result.begin(), result.end(), [](const auto& c) { return c.path == "help"; });
  if (help != result.end()) help->choices = result.front().below;
  return result;
}

void add_completion(Commands& commands) {
  auto shell = std::make_shared<std::string>();
  CLI::App& app = commands.add({
      .name = "completion",
      .synopsis = "bash|zsh|fish",
      .group = "More",
      .summary = "a script that completes tradewind's commands and options",
      .details = {},
      .examples = "source <(tradewind completion bash)\n"
                  "tradewind completion zsh > \"${fpath[1]}/_tradewind\"\n"
                  "tradewind completion fish > ~/.config/fish/completions/tradewind.fish",
      .action = [shell, &commands](Context& context) { return complete(context, commands, *shell); },
  });
  app.add_option("SHELL", *shell, "the shell");
}

}  // namespace tradewind::cli
