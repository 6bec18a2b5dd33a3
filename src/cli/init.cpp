#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/each_database.hpp"
#include "cli/new_file.hpp"
#include "cli/pack_layout.hpp"

namespace tradewind::cli {
namespace {

constexpr std::string_view environment_example =
    "# Copy to .env and fill in. Keep .env out of version control: it is for this machine, and holds "
    "passwords.\n"
    "\n"
    "# One URL ...\n"
    "# DATABASE_URL=postgresql://user:password@localhost:5432/app\n"
    "# DATABASE_URL=sqlite:app.db\n"
    "\n"
    "# ... or its parts.\n"
    "# DATABASE_TYPE=postgresql\n"
    "# DB_HOST=localhost\n"
    "# DB_PORT=5432\n"
    "# DB_USER=\n"
    "# DB_PASSWORD=\n"
    "# DB_NAME=app\n"
    "# DB_SSLMODE=prefer\n"
    "\n"
    "# Put before the file name of each SQLite database in tradewind.toml: a set of files of its own.\n"
    "# DB_PATH_PREFIX=test_\n";

bool is_set(const Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found != environment.end() && !found->second.empty();
}

std::string toml_text(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return fmt::format("\"{}\"", result);
}

class NewProject {
 public:
  NewProject(Context& context) : context_(context), options_(context.globals.project) {
    context_.document["files"] = Json::array();
    context_.document["kept"] = Json::array();
    if (!options_.pack.empty()) pack_ = pack_info(options_.pack);
    find_database();
  }

  int make() {
    refuse_to_mix();
    write(options_.config.empty() ? "tradewind.toml" : options_.config, project_file());
    make_migrations_folder();
    write_pack();
    write(".env.example", environment_example);
    say_what_next();
    return 0;
  }

 private:
  std::string directory() const { return options_.directory.empty() ? "migrations" : options_.directory; }

  /// The URL that the project begins with, and its engine. A password stays in the environment.
  void find_database() {
    const Environment& environment = context_.environment();
    const bool in_environment = is_set(environment, "DATABASE_URL") || is_set(environment, "DATABASE_TYPE") ||
                                is_set(environment, "DB_NAME");
    const bool sqlite =
        !pack_ || std::find(pack_->engines.begin(), pack_->engines.end(), "sqlite") != pack_->engines.end();
    engine_ = sqlite ? "sqlite" : "postgresql";
    url_ = sqlite ? fmt::format("sqlite:{}.db", pack_ ? pack_->name : "app") : "${DATABASE_URL}";
    if (options_.database.empty() && !in_environment) return;
    ProjectOptions only_database;
    only_database.database = options_.database;
    const ProjectDatabase database = resolve_project(only_database, environment).front();
    engine_ = pack_ ? engine_named(*pack_, database.engine) : database.engine;
    const bool secret = masked(database.url) != database.url;
    url_ = options_.database.empty() || secret ? "${DATABASE_URL}" : database.url;
  }

  std::string project_file() const {
    const std::string text =
        "# This project's databases and migrations; docs/configuration.md explains every key.\n"
        "# An option of the command line comes first, then the environment (DATABASE_URL, .env), then this "
        "file.\n\n";
    if (!pack_ || pack_->databases.empty())
      return text + fmt::format("url = {}\ndir = {}\n", toml_text(url_), toml_text(directory()));
    return text + fmt::format("{}", fmt::join(tables_of(*pack_), "\n"));
  }

  std::vector<std::string> tables_of(const PackInfo& pack) const {
    std::vector<std::string> tables;
    tables.reserve(pack.databases.size());
    for (std::size_t i = 0; i < pack.databases.size(); ++i) {
      const std::string& name = pack.databases[i];
      tables.push_back(fmt::format("[database.{}]\nurl = {}\ndir = {}\n", name,
                                   toml_text("sqlite:" + pack.files[i]),
                                   toml_text(fmt::format("{}/{}", directory(), name))));
    }
    if (!pack.ledger.empty()) {
      tables.push_back(
          fmt::format("# What ran, in all databases: table migration_history.\n[ledger]\npath = {}\n",
                      toml_text(pack.ledger)));
    }
    if (!pack.pragmas.empty()) {
      tables.emplace_back("# Of every connection to a SQLite database.\n[sqlite]\n");
      for (const auto& [pragma, value] : pack.pragmas)
        tables.back() += fmt::format("{} = {}\n", pragma, toml_text(value));
    }
    return tables;
  }

  /// A pack's migrations among others would be two sequences in one.
  void refuse_to_mix() const {
    std::error_code error;
    if (!pack_ || !std::filesystem::is_directory(directory(), error)) return;
    const std::vector<PackFile> files = pack_files(pack_->name);
    for (const auto& entry : std::filesystem::directory_iterator(directory())) {
      const std::string name = entry.path().filename().string();
      const auto is_it = [&](const PackFile& file) { return place_of(*pack_, file).rest == name; };
      if (!name.ends_with(".sql") || std::any_of(files.begin(), files.end(), is_it)) continue;
      throw Error(Code::usage,
                  fmt::format("{}/ holds other migrations already, such as {}", directory(), clean(name)),
                  "give the pack a directory of its own with --dir");
    }
  }

  void make_migrations_folder() {
    std::error_code error;
    if (std::filesystem::is_directory(directory(), error)) return note(false, directory() + "/");
    make_folder(directory());
    note(true, directory() + "/");
  }

  void write_pack() {
    if (!pack_) return;
    for (const PackFile& file : pack_files(pack_->name)) {
      const PackPlace place = place_of(*pack_, file);
      if (place.engine != engine_) continue;
      const std::filesystem::path rest(place.rest);
      if (place.migration)
        write((std::filesystem::path(directory()) / place.database / rest).string(), file.text);
      const std::string part = place.migration ? "" : rest.begin()->string();
      if (part == "seed")
        write((std::filesystem::path("seeds") / place.database / rest.filename()).string(), file.text);
      if (part == "roles")
        write((std::filesystem::path(part) / place.database / rest.filename()).string(), file.text);
    }
  }

  void write(const std::string& path, std::string_view text) { note(write_new(path, text), path); }

  void note(bool written, const std::string& path) {
    context_.document[written ? "files" : "kept"].push_back(path);
    context_.output.say(written ? fmt::format("wrote {}\n", path)
                                : fmt::format("kept  {}, which is there\n", path));
  }

  void say_what_next() {
    std::string text = "\nnext:\n";
    if (url_.starts_with("${"))
      text += "  set DATABASE_URL                in the environment, or in .env (see .env.example)\n";
    if (!pack_)
      text += "  tradewind new create_accounts   makes the first migration's files, for you to fill in\n";
    text += "  tradewind plan                  shows what would be done\n";
    text += "  tradewind up                    does it\n";
    context_.output.say(text);
  }

  Context& context_;
  const ProjectOptions& options_;
  std::optional<PackInfo> pack_;
  std::string engine_;
  std::string url_;
};

int make_history(Context& context) {
  constexpr Access recording{Deed::records, false, true};
  return on_each_database(context, recording, [&](Visit& visit) {
    visit.migrator.create_history();
    visit.entry["history_table"] = visit.database.history_table;
    context.output.say(
        fmt::format("{}: the history is there, in {}\n", visit.label, clean(visit.database.history_table)));
    return 0;
  });
}

}  // namespace

void add_init(Commands& commands) {
  auto history = std::make_shared<bool>(false);
  CLI::App& app = commands.add({
      .name = "init",
      .synopsis = {},
      .group = "Start",
      .summary = "a new project here: tradewind.toml, migrations/, .env.example",
      .details =
          "Nothing that is there is overwritten. With --pack the pack's migrations for the database's\n"
          "engine are written to migrations/, to be changed.",
      .examples = "tradewind init\ntradewind init --pack titan --database postgresql://localhost/titan\n"
                  "tradewind init --history",
      .action =
          [history](Context& context) {
            return *history ? make_history(context) : NewProject(context).make();
          },
  });
  app.add_flag("--history", *history, "only make the history's tables, in the database");
}

}  // namespace tradewind::cli
