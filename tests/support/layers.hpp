#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tradewind::test {

/// The rules of a layers.txt.
struct Layers {
  std::vector<std::string> order;                        ///< folders, top to bottom
  std::map<std::string, std::set<std::string>> allowed;  ///< folder: the folders it may include
  std::map<std::string, std::set<std::string>>
      confined;  ///< foreign header, or its folder with a slash: the folders
};

/// Throws std::runtime_error for a line that is no rule, or a layer that may include one not above it.
Layers parse_layers(std::string_view text);

/// One line per violation, "file:line: what", over all C++ sources under include/ and src/ of `root`.
std::vector<std::string> layer_violations(const std::filesystem::path& root, const Layers& layers);

/// Where these folders of `root` name an engine: as (part of) an identifier, or by comparing with its name.
std::vector<std::string> engine_names(const std::filesystem::path& root,
                                      const std::vector<std::string>& folders);

/// Files under include/ and src/ with `limit` lines or more.
std::vector<std::string> long_files(const std::filesystem::path& root, std::size_t limit);

}  // namespace tradewind::test
