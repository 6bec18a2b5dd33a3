/// A project's folder for one database of each engine, with its policy in tradewind.toml.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/engines.hpp"
#include "support/postgres_cluster.hpp"
#include "support/program.hpp"
#include "support/temp_dir.hpp"

namespace tradewind::test {

using Json = nlohmann::ordered_json;
using Words = std::vector<std::string>;

/// Servers from the npm registry come without most of their programs.
inline bool has_program(const std::string& name) {
  return std::filesystem::exists(PostgresCluster::shared().bin() / name);
}

class OperationsFolder {
 public:
  explicit OperationsFolder(const TestDatabase& database) : url_(database.url) {}

  /// tradewind.toml: the database, and this after it.
  void configure(const std::string& text, const std::string& top = {}) const {
    folder.write("tradewind.toml", "url = \"" + url_ + "\"\n" + top + "\n" + text);
  }
  Outcome run(const Words& arguments, RunOptions options = {}) const {
    options.cwd = folder.path();
    return run_tradewind(arguments, options);
  }
  RunOptions here() const {
    RunOptions options;
    options.cwd = folder.path();
    return options;
  }
  /// What --json says of the one database.
  Json one(Words arguments, int exit_status = 0) const {
    arguments.emplace_back("--json");
    const Outcome outcome = run(arguments);
    EXPECT_EQ(outcome.exit_status, exit_status) << outcome;
    const Json document = Json::parse(outcome.out, nullptr, false);
    EXPECT_FALSE(document.is_discarded()) << outcome;
    return document.at("databases").at(0);
  }

  TempDir folder;

 private:
  std::string url_;
};

/// Of a list, the elements whose member has the value.
inline std::vector<Json> with(const Json& list, const char* key, const std::string& value) {
  std::vector<Json> found;
  for (const Json& element : list) {
    if (element.at(key) == value) found.push_back(element);
  }
  return found;
}

inline ::testing::AssertionResult contains(const std::string& text, std::string_view part) {
  if (text.find(part) != std::string::npos) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "no \"" << part << "\" in: " << text;
}

}  // namespace tradewind::test
