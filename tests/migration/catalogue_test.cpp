#include <gtest/gtest.h>
#include <tradewind/error.hpp>

#include "files_in_memory.hpp"

namespace tradewind::migration {
namespace {

using Words = std::vector<std::string>;

/// The error that reading these files ends with.
Error error_of(std::vector<NamedText> files) {
  try {
    catalogue(std::move(files));
  } catch (const Error& error) {
    return error;
  }
  return {Code::internal, "no error"};
}

TEST(Catalogue, takes_up_down_and_verify_of_a_version_together) {
  const Catalogue read = catalogue({{"001_a.verify.sql", "SELECT 3"},
                                    {"001_a.down.sql", "SELECT 2"},
                                    {"001_a.up.sql", "-- Description: first\nSELECT 1"},
                                    {"2.sql", "SELECT 1"},
                                    {"README.md", "no"},
                                    {".003_hidden.sql", "no"}});
  ASSERT_EQ(versions_of(read.all()), (Words{"001_a", "2"}));
  const Migration& first = *read.find("001_a");
  EXPECT_EQ(*first.up_file, "001_a.up.sql");
  EXPECT_EQ(*first.down_file, "001_a.down.sql");
  EXPECT_EQ(*first.verify_file, "001_a.verify.sql");
  EXPECT_EQ(first.description, "first");
  EXPECT_EQ(first.name, "a");
  EXPECT_EQ(first.checksum.size(), 64U);
  EXPECT_EQ(read.find("2")->down_file, nullptr);
  EXPECT_EQ(read.find("3"), nullptr);
  EXPECT_TRUE(read.notes().empty());
}

TEST(Catalogue, sorts_by_number_then_by_dependency) {
  EXPECT_EQ(versions_of(catalogue_of({"10_c", "9_b", "1_a"}).all()), (Words{"1_a", "9_b", "10_c"}));
  const Catalogue read = catalogue({{"1_a.sql", "-- Depends: 3_c, 2\nSELECT 1"},
                                    {"2_b.sql", "SELECT 1"},
                                    {"3_c.sql", "-- Depends: 002\nSELECT 1"},
                                    {"4_d.sql", "SELECT 1"}});
  EXPECT_EQ(versions_of(read.all()), (Words{"2_b", "3_c", "1_a", "4_d"}));
  EXPECT_EQ(read.find("1_a")->depends, (Words{"3_c", "2_b"})) << "in full";
}

TEST(Catalogue, refuses_what_can_not_be) {
  EXPECT_EQ(error_of({{"1_a.sql", "x"}, {"01_b.sql", "x"}}).code(), Code::duplicate_version);
  EXPECT_EQ(error_of({{"1_a.sql", "x"}, {"1_a.up.sql", "x"}}).code(), Code::duplicate_version);
  EXPECT_EQ(error_of({{"1_a.UP.sql", "x"}, {"1_a.up.sql", "x"}}).code(), Code::duplicate_version);
  EXPECT_EQ(error_of({{"1_a.down.sql", "x"}}).code(), Code::bad_file);
  EXPECT_EQ(error_of({{"1_a.verify.sql", "x"}}).code(), Code::bad_file);
  EXPECT_EQ(error_of({{"1_\t.sql", "x"}}).code(), Code::bad_name);
  EXPECT_EQ(error_of({{"1_a.sql", "-- Depends: 1_a\nx"}}).code(), Code::dependency_cycle);
  EXPECT_EQ(error_of({{"1_a.sql", "-- Depends: 2\nx"}}).code(), Code::unknown_dependency);
  EXPECT_EQ(error_of({{"1_a.sql", "-- Transaction: perhaps\nx"}}).location().file, "dir/1_a.sql");
}

TEST(Catalogue, remarks_what_is_odd) {
  const Catalogue read =
      catalogue({{"001_a.sql", "-- Dscription: x\nSELECT 1"}, {"004_d.sql", "SELECT 1"}, {"other.sql", "x"}});
  ASSERT_EQ(read.notes().size(), 3U);
  EXPECT_EQ(catalogue_of({"20250101000001_a", "20250301000001_b"}).notes(), Words{})
      << "timestamps have no gaps";
  EXPECT_EQ(catalogue_of({"001_a", "002_b", "20250301000001_c"}).notes(), Words{});
}

// Two threads read from a few hundred files on.
TEST(Catalogue, of_many_files_is_in_order_and_fails_at_the_first) {
  std::vector<NamedText> files;
  for (int i = 1000; i > 0; --i)
    files.emplace_back(std::to_string(i) + "_m.up.sql", "SELECT " + std::to_string(i));
  const Catalogue read = catalogue(files);
  ASSERT_EQ(read.all().size(), 1000U);
  for (std::size_t i = 0; i < 1000; ++i) {
    EXPECT_EQ(read.all()[i].version, std::to_string(i + 1) + "_m");
    EXPECT_EQ(read.all()[i].checksum, checksum("SELECT " + std::to_string(i + 1)));
  }
  for (auto& [name, text] : files) {
    if (name == "900_m.up.sql" || name == "300_m.up.sql") text = "\xFF";
  }
  EXPECT_EQ(error_of(files).location().file, "dir/300_m.up.sql");
}

// The Sorter follows chains of dependencies; a long one must not exhaust the stack.
TEST(Catalogue, follows_a_long_chain_of_dependencies) {
  std::vector<NamedText> files;
  for (int i = 1; i <= 5000; ++i) {
    const std::string depends = i < 5000 ? "-- Depends: " + std::to_string(i + 1) + "\n" : "";
    files.emplace_back(std::to_string(i) + "_m.up.sql", depends + "SELECT 1");
  }
  const Catalogue read = catalogue(std::move(files));
  EXPECT_EQ(read.all().front().version, "5000_m");
  EXPECT_EQ(read.all().back().version, "1_m");
}

}  // namespace
}  // namespace tradewind::migration
