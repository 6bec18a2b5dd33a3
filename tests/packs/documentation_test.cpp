// docs/packs are what the databases themselves say; `pack show` and Markdown snapshots are right. Shows C3
// (the three databases are documented by name) and I5 (descriptions come from the headers).
#include <cstdlib>
#include <fstream>
#include <set>
#include <tradewind/tradewind.hpp>

#include "acceptance/cli_folder.hpp"
#include "support/engines.hpp"

namespace tradewind::test {
namespace {

namespace fs = std::filesystem;

const fs::path pages = fs::path(TRADEWIND_SOURCE_DIR) / "docs/packs";

/// A pack's database on one engine, after `up`.
struct Made {
  std::string title;  ///< of its part of the page
  std::string engine;
  std::string database;
};

std::vector<Made> databases_of(const PackInfo& pack) {
  std::vector<Made> made;
  for (const std::string& engine : pack.engines) {
    const std::string name = engine == postgresql_engine ? "PostgreSQL" : "SQLite";
    for (const std::string& database : pack.databases) made.push_back({database, engine, database});
    if (pack.databases.empty()) made.push_back({name, engine, ""});
  }
  return made;
}

std::string introduction(const PackInfo& pack, const Json& shown) {
  std::string text = "# " + pack.title + "\n\n" + pack.description + "\n\n";
  const std::string with =
      pack.databases.empty() ? "--database URL --pack " + pack.name : "--pack " + pack.name;
  text += "```sh\ntradewind " + with + " up\n";
  if (!shown["seeds"].empty()) text += "tradewind " + with + " seed\n";
  if (!shown["roles"].empty()) text += "tradewind " + with + " seed roles\n";
  text += "```\n\n| migration | |\n|---|---|\n";
  std::set<std::string> told;
  for (const Json& migration : shown["migrations"]) {
    const std::string version = migration["version"];
    if (told.insert(version).second)
      text += "| `" + version + "` | " + migration["description"].get<std::string>() + " |\n";
  }
  return text + "\n";
}

std::string page_of(const std::string& name) {
  const PackInfo pack = pack_info(name);
  const Folder folder;
  std::string text = introduction(pack, folder.json({"pack", "show", name})["pack"]);
  for (const Made& made : databases_of(pack)) {
    const auto database = make_database(made.engine);
    const Source source = Source::pack(name, made.database);
    Database opened = init_database(database->url, source);
    text += to_markdown(read_schema(opened),
                        {.title = made.title, .level = 2, .comments = comments_in_text(source, opened)}) +
            "\n";
  }
  return text + "<!-- written by ./dev docs --write -->\n";
}

class PackPage : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Of, PackPage, ::testing::Values("titan", "intelligence", "catalyst", "iftb", "rtx"),
                         [](const auto& pack) { return pack.param; });

/// With TRADEWIND_WRITE_DOCS in the environment it writes the page first: ./dev docs --write.
TEST_P(PackPage, is_what_the_database_says) {
  const std::string text = page_of(GetParam());
  const fs::path path = pages / (GetParam() + ".md");
  if (std::getenv("TRADEWIND_WRITE_DOCS") != nullptr) {
    fs::create_directories(pages);
    std::ofstream(path) << text;
  }
  ASSERT_TRUE(fs::exists(path));
  // Not EXPECT_EQ: the whole of both pages helps nobody.
  EXPECT_TRUE(text == read_file(path)) << path.filename() << " is not current: ./dev docs --write writes it";
}

TEST_P(PackPage, explains_every_table_and_view) {
  const PackInfo pack = pack_info(GetParam());
  for (const Made& made : databases_of(pack)) {
    const auto database = make_database(made.engine);
    const Source source = Source::pack(GetParam(), made.database);
    Database opened = init_database(database->url, source);
    const auto in_text = comments_in_text(source, opened);
    for (const SchemaObject& object : read_schema(opened).objects) {
      if (object.kind != "table" && object.kind != "view" && object.kind != "materialized view") continue;
      const auto has_comment = [](const SchemaProperty& p) { return p.name == "comment"; };
      const bool commented = std::any_of(object.properties.begin(), object.properties.end(), has_comment) ||
                             in_text.contains(object.kind + " " + object.name);
      EXPECT_TRUE(commented) << made.title << ": " << object.kind << " " << object.name;
    }
  }
}

/// What `pack show` reads from the files is what the files make.
TEST_P(PackPage, and_pack_show_agree_with_the_schema) {
  const PackInfo pack = pack_info(GetParam());
  const Folder folder;
  const Json shown = folder.json({"pack", "show", GetParam()})["pack"];
  for (const Made& made : databases_of(pack)) {
    const auto database = make_database(made.engine);
    Database opened = init_database(database->url, Source::pack(GetParam(), made.database));
    std::map<std::string, std::size_t> found;
    for (const SchemaObject& object : read_schema(opened).objects) {
      const auto is_partition = [](const SchemaProperty& p) { return p.name == "partition of"; };
      if (std::any_of(object.properties.begin(), object.properties.end(), is_partition)) continue;
      if (object.of.find("audit_log_") != std::string::npos) continue;
      ++found[object.kind == "materialized view" ? "view" : object.kind];
    }
    std::map<std::string, std::size_t> told;
    for (const Json& migration : shown["migrations"]) {
      const Json& counts = migration["counts"];
      const std::string of = migration["database"].is_null() ? "" : migration["database"].get<std::string>();
      if (migration["engine"] != made.engine || of != made.database) continue;
      told["table"] += counts["tables"].get<std::size_t>();
      told["index"] += counts["indexes"].get<std::size_t>();
      told["view"] += counts["views"].get<std::size_t>();
      told["function"] += counts["functions"].get<std::size_t>();
      told["trigger"] += counts["triggers"].get<std::size_t>();
    }
    for (const auto& [kind, count] : told) EXPECT_EQ(count, found[kind]) << made.title << ": " << kind;
  }
}

TEST(PackShow, tells_tables_with_comments_seeds_roles_and_how_to_start) {
  const Folder folder;
  const std::string rtx = folder.run({"pack", "show", "rtx"}).out;
  EXPECT_TRUE(contains(rtx, "42 tables, 223 indexes, 6 functions, 44 triggers"));
  EXPECT_TRUE(contains(rtx, "      users                       People and systems that sign in"));
  EXPECT_TRUE(contains(rtx, "  010_test_data   Test users, instruments"));
  EXPECT_TRUE(contains(rtx, "tradewind --database URL --pack rtx seed roles"));
  const std::string catalyst = folder.run({"pack", "show", "catalyst"}).out;
  EXPECT_TRUE(contains(catalyst, "  ml_training   data/ml_training.db\n"));
  EXPECT_TRUE(contains(catalyst, "data/migrations.db"));
}

class Markdown : public OnEachEngine {
 protected:
  Markdown() {
    folder.write(
        "migrations/001_a.up.sql",
        "-- Who trades.\nCREATE TABLE traders (\n    id integer PRIMARY KEY,  -- their number\n    name "
        "text NOT NULL DEFAULT 'a|b -- c', -- with | in it\n    CONSTRAINT ck CHECK (name <> '')\n);\n"
        "-- What was traded,\n-- by whom.\nCREATE TABLE trades (\n    id integer PRIMARY KEY,\n    trader "
        "integer NOT NULL REFERENCES traders (id),\n    broker integer REFERENCES traders (id)\n);\n"
        "CREATE UNIQUE INDEX by_trader ON trades (trader, id);\n"
        "-- The names alone.\nCREATE VIEW names AS SELECT name FROM traders;\n");
    folder.run({"up", "--database", database.url});
  }
  std::string snapshot() {
    return folder.run({"snapshot", "--format", "markdown", "--database", database.url}).out;
  }
  Folder folder;
};
TRADEWIND_ON_EACH_ENGINE(Markdown);

TEST_P(Markdown, has_a_diagram_tables_indexes_views_and_comments) {
  const std::string page = snapshot();
  const std::string type = database.is_postgresql() ? "integer" : "INTEGER";
  EXPECT_TRUE(contains(page, "2 tables, 1 view and 1 index."));
  EXPECT_TRUE(contains(page, "    traders ||--o{ trades : \"trader\"\n"));
  EXPECT_TRUE(contains(page, "    traders |o--o{ trades : \"broker\"\n"));
  EXPECT_TRUE(contains(page, "        " + type + " trader FK\n"));
  EXPECT_TRUE(contains(page, "### trades\n\nWhat was traded, by whom.\n"));
  EXPECT_TRUE(contains(page, "| `id` | " + type + " | no |  | their number |"));
  EXPECT_TRUE(contains(page, "with \\| in it |"));
  EXPECT_TRUE(contains(page, "(trader, id)` |"));
  EXPECT_TRUE(contains(page, "### names\n\nThe names alone.\n"));
  EXPECT_TRUE(lacks(page, "public."));
  EXPECT_TRUE(lacks(page, "schema_migration"));
}

TEST_P(Markdown, is_written_to_a_file_and_replaces_only_its_like) {
  const Words write = {"snapshot", "docs.md", "--database", database.url};
  EXPECT_EQ(folder.run(write).exit_status, 0);
  EXPECT_TRUE(contains(folder.read("docs.md"), "```mermaid"));
  EXPECT_EQ(folder.run(write).exit_status, 0);
  folder.write("docs.md", "# My own words\n");
  EXPECT_EQ(folder.run(write).exit_status, 2);
  EXPECT_EQ(folder.read("docs.md"), "# My own words\n");
}

TEST_P(Markdown, needs_no_migrations) {
  const Folder elsewhere;
  const Outcome page = elsewhere.run({"snapshot", "--format", "markdown", "--database", database.url});
  EXPECT_EQ(page.exit_status, 0) << page;
  EXPECT_TRUE(contains(page.out, "### traders"));
}

}  // namespace
}  // namespace tradewind::test
