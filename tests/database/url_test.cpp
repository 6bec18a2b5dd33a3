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
      "postgresql://user:my secret@host/db",
      "postgresql://user:my\tsecret\n\"secret'secret@host/db",
      "postgresql://user:@secret@host/db",
      "postgresql://user:p@secret@secret/x@host/db",
      "postgresql://host/db?password=my secret",
      "postgresql://host/db?password=my\"secret&x=y",
      "postgresql://host/db?password=my&secret",
      "postgresql://host/db?password=my=secret",
      "host=h password='it\\'s secret' dbname=d",
      "url = \"postgresql://user:my secret@host/db\"",
  };
  for (const char* text : hidden)
    EXPECT_EQ(mask_password(text).find("secret"), std::string::npos) << mask_password(text);
}

/// What libpq says of a password that is not encoded, in its words.
TEST(Conceal, a_password_and_every_part_of_one) {
  const struct {
    const char* url;
    const char* message;
  } cases[] = {
      {"postgresql://me:s3cr%zzet@h/d", "invalid percent-encoded token: \"s3cr%zzet\""},
      {"postgresql://me:s3cr%00et@h/d", "forbidden value %00 in percent-encoded value: \"s3cr%00et\""},
      {"postgresql://me:p@s3cr@h/d", "could not translate host name \"s3cr@h\" to address"},
      {"postgresql://me:p@s3cr/t@h/d", "could not translate host name \"s3cr\" to address"},
      {"postgresql://me:p@x,s3cr@h/d", "could not translate host name \"s3cr@h\" to address"},
      {"postgresql://me:p@s3%63r@h/d", "could not translate host name \"s3cr@h\" to address"},
      {"postgresql://me:s3cr/ss@h/d", "invalid integer value \"s3cr\" for connection option \"port\""},
      {"postgresql://me:p@[s3cr@h/d", "no matching \"]\" in URI: \"postgresql://me:p@[s3cr@h/d\""},
      {"postgresql://h/d?password=s3cr%zz", "invalid percent-encoded token: \"s3cr%zz\""},
      {"postgresql://h/d?password=p&s3cr", "missing key/value separator \"=\" in parameter: \"s3cr\""},
  };
  for (const auto& c : cases) {
    const std::string said = conceal(c.message, c.url);
    EXPECT_EQ(said.find("s3cr"), std::string::npos) << said;
    EXPECT_NE(said.find("***"), std::string::npos) << said;
  }
}

TEST(Conceal, leaves_the_rest_readable) {
  EXPECT_EQ(conceal("invalid integer value \"p\" for connection option \"port\"", "postgresql://me:p/x@h/d"),
            "invalid integer value \"***\" for connection option \"port\"");
  const char* plain = "password authentication failed for user \"postgres\"";
  EXPECT_EQ(conceal(plain, "postgresql://postgres:postgres@h/postgres"), plain);
}

TEST(MaskPassword, leaves_the_rest_readable) {
  EXPECT_EQ(mask_password("postgresql://user:secret@host:5432/db"), "postgresql://user:***@host:5432/db");
  EXPECT_EQ(mask_password("postgresql://user@host:5432/db"), "postgresql://user@host:5432/db");
  EXPECT_EQ(mask_password("postgresql:///db?host=/tmp&port=5432"), "postgresql:///db?host=/tmp&port=5432");
  EXPECT_EQ(mask_password("sqlite:data/app.db"), "sqlite:data/app.db");
}

}  // namespace
}  // namespace tradewind::database
