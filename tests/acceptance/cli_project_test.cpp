// Which databases a project has, and where their migrations come from.
#include <gtest/gtest.h>
#include <tradewind/tradewind.hpp>

#include "support/temp_dir.hpp"

namespace tradewind::test {
namespace {

class Project : public ::testing::Test {
 protected:
  Project() { options.working_directory = folder.path(); }

  std::vector<ProjectDatabase> resolve() const { return resolve_project(options, environment); }
  ProjectDatabase one() const {
    const auto all = resolve();
    EXPECT_EQ(all.size(), 1U);
    return all.at(0);
  }
  Error refusal() const {
    try {
      resolve();
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "nothing was refused";
    return {Code::internal, "nothing"};
  }
  void toml(std::string_view text) const { folder.write("tradewind.toml", text); }
  std::string in_folder(std::string_view name) const { return (folder / name).string(); }

  TempDir folder;
  ProjectOptions options;
  Environment environment;
};

TEST_F(Project, takes_the_flag_before_the_environment_before_the_file) {
  toml("url = \"sqlite:/of/file.db\"\n");
  EXPECT_EQ(one().url, "sqlite:/of/file.db");
  environment["DATABASE_TYPE"] = "postgres";
  environment["DB_NAME"] = "parts";
  EXPECT_EQ(one().url, "postgresql:///parts");
  environment["DATABASE_URL"] = "postgresql://host/whole";
  EXPECT_EQ(one().url, "postgresql://host/whole");
  options.database = "sqlite:/of/flag.db";
  EXPECT_EQ(one().url, "sqlite:/of/flag.db");
  EXPECT_EQ(one().name, "default");
  EXPECT_EQ(one().engine, "sqlite");
}

TEST_F(Project, needs_no_file_with_a_url) {
  options.database = "postgres://me@host/db";
  EXPECT_EQ(one().engine, "postgresql");
  EXPECT_EQ(one().source.description(), in_folder("migrations"));
  EXPECT_EQ(one().history_table, "schema_migrations");
  options.pack = "titan";
  EXPECT_EQ(one().source.description(), "pack titan");
}

TEST_F(Project, without_a_database_says_how_to_name_one) {
  EXPECT_EQ(refusal().code(), Code::configuration);
  EXPECT_NE(refusal().hint().find("--database"), std::string::npos);
  EXPECT_NE(refusal().hint().find("DATABASE_URL"), std::string::npos);
}

TEST_F(Project, has_its_databases_in_the_order_of_the_file) {
  toml(
      "history_table = \"log\"\n[database.zeta]\nurl = \"sqlite:/z.db\"\n[database.alpha]\nurl = \"/a.db\"\n"
      "dir = \"/of/alpha\"\nhistory_table = \"other\"\n[database.mid]\nurl = \"postgres://h/m\"\npack = "
      "\"titan\"\n");
  const auto all = resolve();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].name + all[1].name + all[2].name, "zetaalphamid");
  EXPECT_EQ(all[0].source.description(), in_folder("migrations"));
  EXPECT_EQ(all[0].history_table, "log");
  EXPECT_EQ(all[1].source.description(), "/of/alpha");
  EXPECT_EQ(all[1].history_table, "other");
  EXPECT_EQ(all[2].source.description(), "pack titan");
}

TEST_F(Project, picks_one_database_by_its_name) {
  toml("[database.positions]\nurl = \"sqlite:/p.db\"\n[database.trading]\nurl = \"sqlite:/t.db\"\n");
  options.database = "trading";
  EXPECT_EQ(one().url, "sqlite:/t.db");
  options.database = "tradng";
  EXPECT_EQ(refusal().hint(), "did you mean \"trading\"?");
  options.database = "other";
  EXPECT_NE(refusal().hint().find("positions and trading"), std::string::npos);
}

TEST_F(Project, refuses_a_file_that_contradicts_itself) {
  toml("url = \"a.db\"\n[database.b]\nurl = \"b.db\"\n");
  EXPECT_EQ(refusal().location().line, 1U);
  toml("url = \"a.db\"\ndir = \"m\"\npack = \"titan\"\n");
  EXPECT_EQ(refusal().location().line, 3U);
  toml("[database.b]\ndir = \"m\"\n");
  EXPECT_STREQ(refusal().message(), "database \"b\" has no url");
}

TEST_F(Project, points_at_a_mistake_in_the_file) {
  toml("# project\nulr = \"a.db\"\n");
  const Error unknown = refusal();
  EXPECT_STREQ(unknown.message(), "unknown key \"ulr\"");
  EXPECT_EQ(unknown.hint(), "did you mean \"url\"?");
  EXPECT_EQ(unknown.location().file, in_folder("tradewind.toml"));
  EXPECT_EQ(unknown.location().line, 2U);
  EXPECT_EQ(unknown.location().column, 1U);
  EXPECT_EQ(unknown.excerpt(), "ulr = \"a.db\"");
  toml("# project\nurl = = 2\n");
  EXPECT_EQ(refusal().location().line, 2U);
  toml("[database.b]\nurl = 3\n");
  EXPECT_EQ(refusal().location().column, 7U);
  toml("[database.b]\nurl = \"sqlite:b.db\"\ndri = \"m\"\n");
  EXPECT_EQ(refusal().hint(), "did you mean \"dir\"?");
  toml("url = \"b\"\n");
  EXPECT_EQ(refusal().location().line, 1U);
}

TEST_F(Project, shows_no_password_of_the_file) {
  toml("url = \"postgresql://me:s3cret@host/db\n");
  const Error error = refusal();
  EXPECT_EQ((error.excerpt() + error.message() + error.hint()).find("s3cret"), std::string::npos);
}

TEST_F(Project, wants_the_file_that_it_was_told_of) {
  options.config = "other.toml";
  EXPECT_EQ(refusal().code(), Code::configuration);
  folder.write("other.toml", "url = \"sqlite:/o.db\"\n");
  EXPECT_EQ(one().url, "sqlite:/o.db");
}

TEST_F(Project, finds_a_files_paths_beside_the_file) {
  folder.write("sub/p.toml", "url = \"sqlite:data/x.db?busy_timeout=5\"\ndir = \"../m\"\n");
  options.config = "sub/p.toml";
  EXPECT_EQ(one().url, "sqlite:" + in_folder("sub/data/x.db") + "?busy_timeout=5");
  EXPECT_EQ(one().source.description(), in_folder("m"));
}

TEST_F(Project, fills_in_variables_of_the_urls_it_uses) {
  toml("[database.a]\nurl = \"postgres://${USER_A}:${PASSWORD_A}@h/a\"\n[database.b]\nurl = \"${URL_B}\"\n");
  environment["USER_A"] = "me";
  environment["PASSWORD_A"] = "pw";
  options.database = "a";
  EXPECT_EQ(one().url, "postgres://me:pw@h/a");
  options.database = "b";
  EXPECT_STREQ(refusal().message(), "the environment variable URL_B is not set");
  EXPECT_EQ(refusal().location().line, 4U);
}

TEST_F(Project, encodes_what_it_fills_in_for_a_user_or_a_password) {
  environment = {{"U", "a@b"}, {"P", " 100% @/:#?\n"}, {"H", "h1,h2"}, {"D", "d"}};
  toml("url = \"postgres://${U}:x${P}@${H}/${D}\"\n");
  EXPECT_EQ(one().url, "postgres://a%40b:x%20100%25%20%40%2F%3A%23%3F@h1,h2/d");
  toml("url = \"postgres://${H}/${D}?user=me&password=${P}&application_name=${D}\"\n");
  EXPECT_EQ(one().url, "postgres://h1,h2/d?user=me&password=%20100%25%20%40%2F%3A%23%3F&application_name=d");
}

TEST_F(Project, puts_DB_PATH_PREFIX_before_the_names_of_its_files) {
  toml(
      "[database.a]\nurl = \"sqlite:/data/a.db\"\n[database.b]\nurl = \"/data/b.db?x=1\"\n"
      "[database.c]\nurl = \"postgres://h/c\"\n[database.d]\nurl = \"sqlite::memory:\"\n");
  environment["DB_PATH_PREFIX"] = "test_";
  const auto all = resolve();
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[0].url, "sqlite:/data/test_a.db");
  EXPECT_EQ(all[1].url, "/data/test_b.db?x=1");
  EXPECT_EQ(all[2].url, "postgres://h/c");
  EXPECT_EQ(all[3].url, "sqlite::memory:");
  options.database = "sqlite:/of/flag.db";
  EXPECT_EQ(one().url, "sqlite:/of/flag.db");
}

// T6, R9
TEST_F(Project, makes_a_url_of_the_parts) {
  environment = {{"DATABASE_TYPE", "postgresql"},
                 {"DB_HOST", "db.example"},
                 {"DB_PORT", "5433"},
                 {"DB_USER", "a/b"},
                 {"DB_PASSWORD", "p@s:s/w?rd %"},
                 {"DB_NAME", "tr ades"},
                 {"DB_SSLMODE", "require"}};
  EXPECT_EQ(one().url,
            "postgresql://a%2Fb:p%40s%3As%2Fw%3Frd%20%25@db.example:5433/tr%20ades?sslmode=require");
  EXPECT_EQ(masked(one().url).find("p%40s"), std::string::npos);
  environment = {{"DB_NAME", "x"}, {"DB_HOST", "/var/run/postgresql"}};
  EXPECT_EQ(one().url, "postgresql:///x?host=%2Fvar%2Frun%2Fpostgresql");
  environment = {{"DB_NAME", "x"}, {"DB_HOST", "a,b"}, {"DB_PORT", "1,2"}};
  EXPECT_EQ(one().url, "postgresql:///x?host=a%2Cb&port=1%2C2");
}

// T6
TEST_F(Project, understands_how_sqlite_is_named_in_the_environment) {
  environment = {{"DATABASE_TYPE", "sqlite3"}, {"DATABASE_URL", "/data/titan"}};
  EXPECT_EQ(one().url, "sqlite:/data/titan");
  environment = {{"DATABASE_URL", "/titan_execution.db"}};
  EXPECT_EQ(one().engine, "sqlite");
  environment = {{"DATABASE_TYPE", "sqlite"}};
  EXPECT_NE(refusal().hint().find("DATABASE_URL"), std::string::npos);
}

TEST_F(Project, refuses_what_the_environment_can_not_mean) {
  environment = {{"DATABASE_TYPE", "postgers"}};
  EXPECT_EQ(refusal().hint(), "did you mean \"postgres\"?");
  environment = {{"DATABASE_TYPE", "mysql"}};
  EXPECT_NE(std::string(refusal().message()).find("mysql"), std::string::npos);
  environment = {{"DATABASE_TYPE", "postgres"}, {"DB_PORT", "54x"}};
  EXPECT_STREQ(refusal().message(), "DB_PORT is \"54x\", which is no port");
  environment = {{"DATABASE_URL", "somewhere"}};
  EXPECT_EQ(refusal().code(), Code::configuration);
}

TEST_F(Project, has_a_directory_for_new_migrations) {
  EXPECT_EQ(migrations_directory(options, environment), in_folder("migrations"));
  toml("dir = \"sql\"\n");
  EXPECT_EQ(migrations_directory(options, environment), in_folder("sql"));
  toml("[database.a]\nurl = \"a.db\"\ndir = \"a\"\n[database.b]\nurl = \"b.db\"\ndir = \"b\"\n");
  EXPECT_THROW(migrations_directory(options, environment), Error);
  options.database = "b";
  EXPECT_EQ(migrations_directory(options, environment), in_folder("b"));
  options.directory = "mine";
  EXPECT_EQ(migrations_directory(options, environment), in_folder("mine"));
  options.directory.clear();
  toml("[database.b]\nurl = \"b.db\"\npack = \"titan\"\n");
  EXPECT_THROW(migrations_directory(options, environment), Error);
}

TEST_F(Project, finds_a_packs_databases_by_their_names) {
  toml("pack = \"catalyst\"\n[database.positions]\nurl = \"/p.db\"\n[database.trading]\nurl = \"/t.db\"\n");
  EXPECT_EQ(resolve().size(), 2U);
  toml("pack = \"catalyst\"\n[database.postions]\nurl = \"/p.db\"\n");
  EXPECT_NE(std::string(refusal().message()).find("positions"), std::string::npos);
  toml("[database.mine]\nurl = \"/p.db\"\npack = \"catalyst/positions\"\n");
  EXPECT_EQ(one().name, "mine");
}

class DotEnv : public ::testing::Test {
 protected:
  Environment read(std::string_view text) const {
    folder.write(".env", text);
    return environment(folder.path());
  }
  Error refusal(std::string_view text) const {
    try {
      read(text);
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "accepted: " << text;
    return {Code::internal, "nothing"};
  }
  TempDir folder;
};

TEST_F(DotEnv, gives_names_and_values) {
  const Environment found = read(
      "\xEF\xBB\xBF# comment\r\nTW_A=plain\r\nexport TW_B = spaced value # comment\n  TW_C='single "
      "#\\n$x'\nTW_D=\"double\\n\\\"q\\\" "
      "$HOME\"\nTW_E=\nTW_F=a#b\nexport TW_G\n\nTW_H=\"two\nlines\" # end\nTW_I=last");
  EXPECT_EQ(found.at("TW_A"), "plain");
  EXPECT_EQ(found.at("TW_B"), "spaced value");
  EXPECT_EQ(found.at("TW_C"), "single #\\n$x");
  EXPECT_EQ(found.at("TW_D"), "double\n\"q\" $HOME");
  EXPECT_EQ(found.at("TW_E"), "");
  EXPECT_EQ(found.at("TW_F"), "a#b");
  EXPECT_EQ(found.count("TW_G"), 0U);
  EXPECT_EQ(found.at("TW_H"), "two\nlines");
  EXPECT_EQ(found.at("TW_I"), "last");
}

TEST_F(DotEnv, never_overrides_the_environment) {
  const std::string path = environment(folder.path()).at("PATH");
  EXPECT_EQ(read("PATH=elsewhere\n").at("PATH"), path);
}

// I8
TEST_F(DotEnv, points_at_mistakes_without_showing_the_line) {
  const Error open = refusal("A=1\nDB_PASSWORD=\"s3cret\n");
  EXPECT_STREQ(open.message(), "the quote is not closed");
  EXPECT_EQ(open.location().line, 2U);
  EXPECT_EQ(open.location().column, 13U);
  EXPECT_EQ(open.excerpt(), "");
  EXPECT_EQ(refusal("A 1\n").location().column, 3U);
  EXPECT_EQ(refusal("1A=1\n").location().line, 1U);
  EXPECT_EQ(refusal("A='x' y\n").location().column, 7U);
}

TEST_F(DotEnv, of_a_folder_is_another_programs) {
  std::filesystem::create_directory(folder / ".env");
  EXPECT_FALSE(environment(folder.path()).empty());
}

TEST(Masked, hides_passwords_only) {
  EXPECT_EQ(masked("postgresql://me:pw@host/db"), "postgresql://me:***@host/db");
  EXPECT_EQ(masked("postgresql://me@host:5432/db"), "postgresql://me@host:5432/db");
  EXPECT_EQ(masked("sqlite:data/x.db"), "sqlite:data/x.db");
  EXPECT_EQ(masked("postgresql:///db?password=pw&sslmode=require"),
            "postgresql:///db?password=***&sslmode=require");
}

}  // namespace
}  // namespace tradewind::test
