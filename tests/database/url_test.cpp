// Shows: I8, T6
#include "database/url.hpp"

#include <gtest/gtest.h>
#include <tradewind/error.hpp>

namespace tradewind::database {
namespace {

struct FileCase {
  const char* text;
  const char* path;
};

TEST(Url, of_a_file) {
  const FileCase cases[] = {
      {"sqlite:app.db", "app.db"},
      {"sqlite3:app.db", "app.db"},
      {"sqlite:///var/lib/app.db", "/var/lib/app.db"},
      {"sqlite:/var/lib/app.db", "/var/lib/app.db"},
      {"sqlite:app.db?journal_mode=wal&cache_size=100", "app.db"},
      {"sqlite::memory:", ":memory:"},
      {":memory:", ":memory:"},
      {"data/app.sqlite3", "data/app.sqlite3"},
      {"app.sqlite", "app.sqlite"},
      {"app.db?synchronous=off", "app.db"},
      {"sqlite:any name", "any name"},
  };
  for (const FileCase& c : cases) {
    const Url url = Url::parse(c.text);
    EXPECT_EQ(url.scheme, "sqlite") << c.text;
    EXPECT_EQ(url.path, c.path) << c.text;
  }
}

TEST(Url, options_of_a_file_are_decoded) {
  const Url url = Url::parse("sqlite:a.db?temp_store=memory&x=a%20b%3D");
  EXPECT_EQ(url.options,
            (std::vector<std::pair<std::string, std::string>>{{"temp_store", "memory"}, {"x", "a b="}}));
}

TEST(Url, of_a_server_is_libpqs) {
  for (const char* text :
       {"postgres://h/d", "postgresql://u:p@h1:1,h2:2/d?sslmode=require", "postgresql:///d?host=/tmp"}) {
    EXPECT_EQ(Url::parse(text).scheme, "postgresql") << text;
    EXPECT_EQ(Url::parse(text).text, text);
  }
}

TEST(Url, refuses_what_is_none) {
  for (const char* text :
       {"", "mysql://h/d", "app", "app.txt", "sqlite:", "sqlite:a.db?journal_mode", "http://x/y.json"}) {
    try {
      Url::parse(text);
      ADD_FAILURE() << "no error: " << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::configuration) << text;
      EXPECT_FALSE(error.hint().empty()) << text;
    }
  }
}

TEST(Url, an_error_does_not_show_a_password) {
  try {
    Url::parse("mysql://user:secret@host/db");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos) << error.what();
  }
}

TEST(MaskPassword, wherever_one_may_stand) {
  const char* hidden[] = {
      "postgresql://user:secret@host/db",
      "postgresql://user:sec:secret@host:5432/db?sslmode=require",
      "postgresql://user:p@ss/secret@host/db",
      "postgresql://host/db?user=u&password=secret&x=y",
      "could not connect to \"postgresql://u:secret@h/d\": no",
      "host=h password=secret dbname=d",
      "host=h password = secret dbname=d",
      "host=h password='a secret' dbname=d",
      "postgresql://host/db?PASSWORD=secret",
      "postgresql://host/db?passw%6Frd=secret",
  };
  for (const char* text : hidden)
    EXPECT_EQ(mask_password(text).find("secret"), std::string::npos) << mask_password(text);
}

TEST(MaskPassword, leaves_the_rest_readable) {
  EXPECT_EQ(mask_password("postgresql://user:secret@host:5432/db"), "postgresql://user:***@host:5432/db");
  EXPECT_EQ(mask_password("postgresql://user@host:5432/db"), "postgresql://user@host:5432/db");
  EXPECT_EQ(mask_password("postgresql:///db?host=/tmp&port=5432"), "postgresql:///db?host=/tmp&port=5432");
  EXPECT_EQ(mask_password("sqlite:data/app.db"), "sqlite:data/app.db");
}

}  // namespace
}  // namespace tradewind::database
