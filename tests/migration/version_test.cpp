#include "migration/version.hpp"

#include <gtest/gtest.h>

#include <tradewind/error.hpp>

#include "files_in_memory.hpp"

namespace tradewind::migration {
namespace {

TEST(Version, compares_numbers_of_any_length) {
  const std::vector<std::pair<const char*, const char*>> ordered = {
      {"2", "10"},
      {"9_x", "010_x"},
      {"001_a", "001_b"},
      {"0_x", "1"},
      {"20250101000001_a", "99999999999999999999_b"},
      {"18446744073709551615_max", "18446744073709551616_more"},
  };
  for (const auto& [less, greater] : ordered) {
    EXPECT_TRUE(version_less(less, greater)) << less << " " << greater;
    EXPECT_FALSE(version_less(greater, less)) << less << " " << greater;
  }
  EXPECT_FALSE(version_less("001_a", "001_a"));
}

TEST(Version, number_has_no_leading_zeros) {
  EXPECT_EQ(number_of("003_x"), "3");
  EXPECT_EQ(number_of("000"), "0");
  EXPECT_EQ(number_of("x_1"), "");
  EXPECT_EQ(number_of(""), "");
}

TEST(Version, name_is_the_rest_in_words) {
  EXPECT_EQ(name_of("003_add_user_tracking"), "add user tracking");
  EXPECT_EQ(name_of("3-fix.it"), "fix.it");
  EXPECT_EQ(name_of("20250101"), "20250101");
}

TEST(Checksum, reads_crlf_as_lf_and_nothing_else) {
  EXPECT_EQ(checksum("a\r\nb\r\n"), checksum("a\nb\n"));
  EXPECT_EQ(checksum("\r\n"), checksum("\n"));
  EXPECT_NE(checksum("a\rb"), checksum("a\nb"));
  EXPECT_NE(checksum("a\r\r\nb"), checksum("a\nb"));
  EXPECT_NE(checksum("a \nb"), checksum("a\nb"));
  EXPECT_EQ(checksum(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(checksum("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(ReadText, drops_a_mark_and_refuses_what_is_no_text) {
  const FilesInMemory files({{"mark", "\xEF\xBB\xBFSELECT 1"},
                             {"nul", std::string("a\nb\0", 4)},
                             {"latin", "a\n\xC3\xA9\xE9"},
                             {"surrogate", "\xED\xA0\x80"},
                             {"overlong", "\xC0\xAF"}});
  EXPECT_EQ(read_text(files, "mark"), "SELECT 1");
  const auto place = [&](const std::string& name) -> std::pair<std::size_t, std::size_t> {
    try {
      read_text(files, name);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::bad_file);
      EXPECT_EQ(error.location().file, "dir/" + name);
      return {error.location().line, error.location().column};
    }
    return {0, 0};
  };
  EXPECT_EQ(place("nul"), (std::pair<std::size_t, std::size_t>{2, 2}));
  EXPECT_EQ(place("latin"), (std::pair<std::size_t, std::size_t>{2, 2}));
  EXPECT_EQ(place("surrogate"), (std::pair<std::size_t, std::size_t>{1, 1}));
  EXPECT_EQ(place("overlong"), (std::pair<std::size_t, std::size_t>{1, 1}));
}

}  // namespace
}  // namespace tradewind::migration
