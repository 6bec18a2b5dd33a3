/// The commands: each of them has a file that registers it here.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cli/context.hpp"

namespace tradewind::cli {

/// Runs a command; gives the exit status. Throws Error.
using Action = std::function<int(Context&)>;

struct Command {
  std::string name;
  std::string synopsis;  ///< its arguments, as "[N]" or "bash|zsh|fish"; completion reads the choices from it
  std::string group;     ///< of the help; empty for one that is understood but not shown
  std::string summary;   ///< one line
  std::string details;   ///< more, for its own help; may be empty
  std::string examples;  ///< a line each
  Action action;
};

class Commands {
 public:
  explicit Commands(Globals& globals);

  /// The option parser's side of the new command, to add options to. Valid as long as this object.
  CLI::App& add(Command command);
  CLI::App& add_below(CLI::App& parent, Command command);

  /// Throws Error{usage} with a suggestion. `args` without the program's name.
  void parse(const std::vector<std::string>& args);

  bool help_wanted() const { return help_wanted_; }
  bool version_wanted() const { return version_wanted_; }
  /// The command that was given, or the root for none.
  const CLI::App& selected() const;
  /// The command at this path; throws Error{usage} for one there is none of.
  const CLI::App& at(const std::vector<std::string>& path) const;
  const Command& command(const CLI::App& app) const { return commands_.at(&app); }
  const CLI::App& root() const { return root_; }

 private:
  CLI::App& register_command(CLI::App& parent, Command command);
  void add_global_options(Globals& globals);

  CLI::App root_;
  bool help_wanted_ = false;
  bool version_wanted_ = false;
  std::map<const CLI::App*, Command> commands_;
};

/// All of them, in the order of the help.
void add_all(Commands& commands);
/// Those that `args` may mean, or all if that can't be told: registering one takes longer than parsing its
/// options.
void add_needed(Commands& commands, const std::vector<std::string>& args);
/// Of every command of the program, registered or not.
std::vector<std::string> command_names();

void add_init(Commands& commands);
void add_setup(Commands& commands);
void add_new(Commands& commands);
void add_status(Commands& commands);
void add_plan(Commands& commands);
void add_up(Commands& commands);
void add_down(Commands& commands);
void add_redo(Commands& commands);
void add_verify(Commands& commands);
void add_snapshot(Commands& commands);
void add_diff(Commands& commands);
void add_repair(Commands& commands);
void add_baseline(Commands& commands);
void add_journal(Commands& commands);
void add_seed(Commands& commands);
void add_serve(Commands& commands);
void add_backup(Commands& commands);
void add_backups(Commands& commands);
void add_restore(Commands& commands);
void add_maintain(Commands& commands);
void add_doctor(Commands& commands);
void add_pack(Commands& commands);
void add_completion(Commands& commands);
void add_version(Commands& commands);
void add_help(Commands& commands);
int show_version(Context& context);

/// What can stand after `app`: visible subcommands.
std::vector<const CLI::App*> visible_subcommands(const CLI::App& app);
/// "tradewind pack show".
std::string path_of(const CLI::App& app);

/// The help of the program or of one command.
std::string help_text(const Commands& commands, const CLI::App& app, const Style& style);

}  // namespace tradewind::cli
