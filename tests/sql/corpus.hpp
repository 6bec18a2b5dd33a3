#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace tradewind::test {

/// The scripts below tests/sql/corpus/ENGINE, in the order of their names.
inline std::vector<std::filesystem::path> corpus(const std::string& engine) {
  std::vector<std::filesystem::path> files;
  const auto folder = std::filesystem::path(TRADEWIND_SOURCE_DIR) / "tests" / "sql" / "corpus" / engine;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

inline std::string with_carriage_returns(const std::string& text) {
  std::string result;
  for (const char c : text) result += c == '\n' ? "\r\n" : std::string(1, c);
  return result;
}

}  // namespace tradewind::test
