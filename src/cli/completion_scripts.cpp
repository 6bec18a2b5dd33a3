#include <fmt/format.h>

#include "cli/completion.hpp"

namespace tradewind::cli {
namespace {

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, " "));
}

std::string in_single_quotes(std::string_view text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

/// The words typed so far, without options, as far as they are commands: in `path`.
std::string path_case(const std::vector<CompletedCommand>& commands, const char* word) {
  std::string patterns;
  for (const CompletedCommand& command : commands) {
    if (command.path.empty()) continue;
    patterns += fmt::format("{}\"{}\"", patterns.empty() ? "" : "|", command.path);
  }
  return fmt::format(
      "    case \"${{command:+$command }}{0}\" in\n      {1}) command=\"${{command:+$command }}{0}\" ;;\n    "
      "esac\n",
      word, patterns);
}

std::string bash_value(const CompletedOption& option) {
  if (option.value == "DIR") return "compgen -d -- \"$current\"";
  if (option.value == "FILE" || option.value == "URL|NAME") return "compgen -f -- \"$current\"";
  return fmt::format("compgen -W {} -- \"$current\"", in_single_quotes(joined(choices_of(option.value))));
}

std::vector<std::string> names_of(const std::vector<CompletedOption>& options) {
  std::vector<std::string> names;
  for (const CompletedOption& option : options)
    names.insert(names.end(), option.names.begin(), option.names.end());
  return names;
}

/// For zsh's _describe: 'name:description'.
std::string described(std::string_view name, std::string_view description) {
  std::string text(name);
  text += ':';
  for (const char c : description) text += c == ':' ? std::string("\\:") : std::string(1, c);
  return in_single_quotes(text);
}

std::string summary_of(const std::vector<CompletedCommand>& commands, const std::string& path) {
  const auto found =
      std::find_if(commands.begin(), commands.end(), [&](const auto& c) { return c.path == path; });
  return found == commands.end() ? std::string() : found->summary;
}

std::string below(const CompletedCommand& command, const std::string& name) {
  return command.path.empty() ? name : command.path + " " + name;
}

/// fish asks whether these words were typed.
std::string fish_condition(const CompletedCommand& command) {
  if (command.path.empty()) return "__fish_use_subcommand";
  std::string condition;
  std::string path = command.path;
  for (std::size_t space = 0; space != std::string::npos; path.erase(0, space + 1)) {
    space = path.find(' ');
    condition += fmt::format("{}__fish_seen_subcommand_from {}", condition.empty() ? "" : "; and ",
                             path.substr(0, space));
    if (space == std::string::npos) break;
  }
  if (command.below.empty()) return condition;
  return fmt::format("{}; and not __fish_seen_subcommand_from {}", condition, joined(command.below));
}

std::string fish_option(const CompletedOption& option, const std::string& condition) {
  std::string line = "complete -c tradewind";
  if (!condition.empty()) line += " -n " + in_single_quotes(condition);
  for (const std::string& name : option.names) {
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  if (option.value == "DIR")
    line += " -x -a '(__fish_complete_directories)'";
  else if (option.value == "FILE" || option.value == "URL|NAME")
    line += " -r -F";
  else if (!option.value.empty())
    line += " -x -a " + in_single_quotes(joined(choices_of(option.value)));
  return line + " -d " + in_single_quotes(option.description) + "\n";
}

}  // namespace

std::string bash_completion(const std::vector<CompletedCommand>& commands) {
  std::string values;
  std::string words;
  for (const CompletedCommand& command : commands) {
    for (const CompletedOption& option : command.options) {
      if (option.value.empty()) continue;
      values +=
          fmt::format("    \"{} {}\") COMPREPLY=($({})); return ;;\n", command.path,
                      fmt::join(option.names, fmt::format("\"|\"{} ", command.path)), bash_value(option));
    }
    std::vector<std::string> next = command.below;
    next.insert(next.end(), command.choices.begin(), command.choices.end());
    words += fmt::format("    \"{}\") words={} options={} ;;\n", command.path, in_single_quotes(joined(next)),
                         in_single_quotes(joined(names_of(command.options))));
  }
  return "# bash completion for tradewind\n_tradewind() {\n"
         "  local current=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
         "  local command=\"\" word words options\n"
         "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n" +
         path_case(commands, "$word") + "  done\n  case \"$command $before\" in\n" + values +
         "  esac\n  case \" $before\" in\n" + values + "  esac\n  case \"$command\" in\n" + words +
         "  esac\n" +
         fmt::format("  [[ $current == -* ]] && words=\"$options {}\"\n",
                     joined(names_of(commands.front().options))) +
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n}\ncomplete -F _tradewind tradewind\n";
}

std::string zsh_completion(const std::vector<CompletedCommand>& commands) {
  std::string cases;
  for (const CompletedCommand& command : commands) {
    std::string words;
    for (const std::string& name : command.below) {
      words += " " + described(name, summary_of(commands, below(command, name)));
    }
    for (const std::string& choice : command.choices) words += " " + in_single_quotes(choice);
    std::string options;
    for (const CompletedOption& option : command.options) {
      for (const std::string& name : option.names) options += " " + described(name, option.description);
    }
    cases += fmt::format("    \"{}\") next=({}) options+=({}) ;;\n", command.path, words, options);
  }
  std::string global;
  for (const CompletedOption& option : commands.front().options) {
    for (const std::string& name : option.names) global += " " + described(name, option.description);
  }
  return "#compdef tradewind\n_tradewind() {\n  local command=\"\" word\n  local -a next options\n"
         "  for word in \"${(@)words[2,CURRENT-1]}\"; do\n" +
         path_case(commands, "$word") + "  done\n" +
         "  case \"${words[CURRENT-1]}\" in\n    --dir) _files -/; return ;;\n    --config|--database) "
         "_files; return ;;\n" +
         fmt::format("    --pack) compadd -- {}; return ;;\n  esac\n", joined(choices_of("PACK"))) +
         fmt::format("  options=({})\n", global) + "  case \"$command\" in\n" + cases + "  esac\n" +
         "  if [[ $PREFIX == -* ]]; then\n    _describe -o option options\n"
         "  else\n    _describe word next\n  fi\n}\n"
         "if [[ \"${funcstack[1]}\" == _tradewind ]]; then\n  _tradewind \"$@\"\nelse\n  compdef _tradewind "
         "tradewind\nfi\n";
}

std::string fish_completion(const std::vector<CompletedCommand>& commands) {
  std::string script = "# fish completion for tradewind\ncomplete -c tradewind -f\n";
  for (const CompletedCommand& command : commands) {
    const std::string condition = fish_condition(command);
    for (const std::string& name : command.below) {
      script += fmt::format("complete -c tradewind -n {} -a {} -d {}\n", in_single_quotes(condition), name,
                            in_single_quotes(summary_of(commands, below(command, name))));
    }
    if (!command.choices.empty()) {
      script += fmt::format("complete -c tradewind -n {} -a {}\n", in_single_quotes(condition),
                            in_single_quotes(joined(command.choices)));
    }
    for (const CompletedOption& option : command.options) {
      script += fish_option(option, command.path.empty() ? "" : condition);
    }
  }
  return script;
}

}  // namespace tradewind::cli
