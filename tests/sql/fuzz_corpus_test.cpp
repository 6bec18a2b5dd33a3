// What the fuzzer looks for, on its seeds and on this folder's corpus.
#include "../../fuzz/split_properties.hpp"
#include "corpus.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

namespace tradewind::test {
namespace {

std::vector<std::string> scripts() {
  std::vector<std::string> result;
  const auto seeds = std::filesystem::path(TRADEWIND_SOURCE_DIR) / "fuzz" / "corpus" / "split";
  for (const auto& entry : std::filesystem::directory_iterator(seeds))
    result.push_back(read_file(entry.path()));
  for (const char* engine : {"postgres", "sqlite"}) {
    for (const auto& path : corpus(engine)) result.push_back(read_file(path));
  }
  return result;
}

TEST(FuzzCorpus, keeps_the_properties_of_split) {
  for (const std::string& script : scripts()) {
    EXPECT_EQ(fuzz::split_problem(sql::postgres_grammar(), script), "") << script;
    EXPECT_EQ(fuzz::split_problem(sql::sqlite_grammar(), script), "") << script;
  }
}

/// Each script cut anywhere is refused with a place or split soundly.
TEST(FuzzCorpus, keeps_them_wherever_a_script_is_cut) {
  for (const std::string& script : scripts()) {
    for (std::size_t length = 0; length < script.size(); length += 1 + script.size() / 200) {
      const std::string_view cut = std::string_view(script).substr(0, length);
      ASSERT_EQ(fuzz::split_problem(sql::postgres_grammar(), cut), "") << cut;
      ASSERT_EQ(fuzz::split_problem(sql::sqlite_grammar(), cut), "") << cut;
    }
  }
}

}  // namespace
}  // namespace tradewind::test
