#pragma once

#include <string>

#include "cli/commands.hpp"

namespace tradewind::cli {

/// What a shell needs to know of one command.
struct CompletedOption {
  std::vector<std::string> names;  ///< "--to", "-q"
  std::string value;               ///< "V", "DIR", "up|down"; empty for a flag
  std::string description;
};

struct CompletedCommand {
  std::string path;  ///< "pack show"; empty for the program itself
  std::string summary;
  std::vector<std::string> below;    ///< commands that can follow
  std::vector<std::string> choices;  ///< words that can follow
  std::vector<CompletedOption> options;
};

/// The program and all its visible commands.
std::vector<CompletedCommand> completed_commands(const Commands& commands);
/// The words that an option's value or an argument may be, if they are a list.
std::vector<std::string> choices_of(const std::string& value);

std::string bash_completion(const std::vector<CompletedCommand>& commands);
std::string zsh_completion(const std::vector<CompletedCommand>& commands);
std::string fish_completion(const std::vector<CompletedCommand>& commands);

}  // namespace tradewind::cli
