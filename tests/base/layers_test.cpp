// The folders are the architecture: what each may include stands in layers.txt.
#include "support/layers.hpp"

#include <gtest/gtest.h>

#include "support/cpp_text.hpp"
#include "support/temp_dir.hpp"

namespace tradewind::test {
namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

const fs::path source_root = TRADEWIND_SOURCE_DIR;

std::string joined(const Lines& lines) {
  std::string result = "\n";
  for (const auto& line : lines) result += "  " + line + "\n";
  return result;
}

TEST(Layers, are_kept) {
  const auto layers = parse_layers(read_file(source_root / "layers.txt"));
  EXPECT_GE(layers.order.size(), 14U);
  const auto violations = layer_violations(source_root, layers);
  EXPECT_TRUE(violations.empty()) << joined(violations);
}

TEST(Layers, list_every_folder_that_is_there) {
  const auto layers = parse_layers(read_file(source_root / "layers.txt"));
  for (const auto& entry : fs::directory_iterator(source_root / "src")) {
    EXPECT_TRUE(layers.allowed.contains("src/" + entry.path().filename().string())) << entry.path();
  }
}

TEST(Layers, of_the_core_name_no_engine) {
  const auto found = engine_names(source_root, {"src/base", "src/database", "src/migration", "src/formats",
                                                "src/safety", "src/ops", "src/store"});
  EXPECT_TRUE(found.empty()) << joined(found);
}

TEST(Files, are_under_400_lines) {
  const auto found = long_files(source_root, 400);
  EXPECT_TRUE(found.empty()) << joined(found);
}

constexpr const char* rules =
    "# comment\n"
    "layer include/api :\n"
    "layer src/low  : include/api\n"
    "layer src/high : include/api src/low\n"
    "foreign driver.h : src/low\n"
    "foreign boost/   : src/high\n";

class LayerCheck : public ::testing::Test {
 protected:
  LayerCheck() {
    tree_.write("include/api/api.hpp", "#include <string>\n");
    tree_.write("src/low/low.hpp", "#include <api/api.hpp>\n#include \"driver.h\"\n");
    tree_.write("src/low/low.cpp", "#include \"low/low.hpp\"\n#include \"low.hpp\"\n");
    tree_.write("src/high/high.cpp", "#include \"low/low.hpp\"\n#include <boost/asio.hpp>\n");
  }
  Lines violations() const { return layer_violations(tree_.path(), parse_layers(rules)); }

  TempDir tree_;
};

TEST_F(LayerCheck, accepts_what_the_rules_allow) {
  EXPECT_EQ(violations(), Lines{});
}

TEST_F(LayerCheck, finds_an_include_upwards) {
  tree_.write("src/high/high.hpp", "");
  tree_.write("src/low/bad.cpp", "\n  #  include \"high/high.hpp\"\n");
  EXPECT_EQ(violations(),
            Lines{"src/low/bad.cpp:2: includes src/high/high.hpp, but src/low may not include src/high"});
}

TEST_F(LayerCheck, finds_an_include_by_a_relative_path_or_in_brackets) {
  tree_.write("src/high/high.hpp", "");
  tree_.write("src/low/bad.cpp", "#include \"../high/high.hpp\"\n#include <high/high.hpp>\n");
  EXPECT_EQ(violations().size(), 2U);
}

TEST_F(LayerCheck, finds_private_headers_in_public_ones) {
  tree_.write("include/api/bad.hpp", "#include \"low/low.hpp\"\n");
  EXPECT_EQ(
      violations(),
      Lines{"include/api/bad.hpp:1: includes src/low/low.hpp, but include/api may not include src/low"});
}

TEST_F(LayerCheck, finds_foreign_headers_outside_their_folders) {
  tree_.write("src/high/bad.cpp", "#include <driver.h>\n");
  tree_.write("src/low/bad.cpp", "#include <boost/beast.hpp>\n");
  EXPECT_EQ(violations(), (Lines{"src/high/bad.cpp:1: includes driver.h, foreign to src/high",
                                 "src/low/bad.cpp:1: includes boost/beast.hpp, foreign to src/low"}));
}

TEST_F(LayerCheck, finds_folders_and_headers_in_no_layer) {
  tree_.write("src/new/file.cpp", "");
  tree_.write("src/loose.cpp", "");
  tree_.write("src/high/bad.cpp", "#include \"nowhere.hpp\"\n");
  EXPECT_EQ(violations(), (Lines{"src/high/bad.cpp:1: includes nowhere.hpp, which is in no layer",
                                 "src/loose.cpp:1: is in no layer of layers.txt",
                                 "src/new/file.cpp:1: is in no layer of layers.txt"}));
}

TEST_F(LayerCheck, ignores_comments_and_raw_strings) {
  tree_.write("src/low/fine.cpp",
              "// #include <boost/a.hpp>\n/*\n#include <boost/a.hpp>\n*/\n"
              "auto t = R\"x(\n#include <boost/a.hpp>\n)x\";\n");
  EXPECT_EQ(violations(), Lines{});
}

TEST_F(LayerCheck, finds_engines_named_in_code) {
  tree_.write(
      "src/low/engine.cpp",
      "// sqlite is fine here\nauto a = \"sqlite\";\nbool IsPostgreSQL();\nauto b = name == \"sqlite3\";\n"
      "auto c = 1'000; auto d = '\"'; auto e = \"postgres\";\n");
  EXPECT_EQ(engine_names(tree_.path(), {"src/low"}),
            (Lines{"src/low/engine.cpp:3: IsPostgreSQL", "src/low/engine.cpp:4: == \"sqlite3\""}));
}

TEST_F(LayerCheck, finds_long_files) {
  tree_.write("src/low/long.cpp", std::string(10, '\n'));
  EXPECT_EQ(long_files(tree_.path(), 10), Lines{"src/low/long.cpp: 10 lines"});
}

TEST(LayerRules, must_point_upwards_and_be_rules) {
  EXPECT_THROW(parse_layers("layer a : b\nlayer b :\n"), std::runtime_error);
  EXPECT_THROW(parse_layers("layer a :\nforeign x.h : b\n"), std::runtime_error);
  EXPECT_THROW(parse_layers("layers a :\n"), std::runtime_error);
}

}  // namespace
}  // namespace tradewind::test
