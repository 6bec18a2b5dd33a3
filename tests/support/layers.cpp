#include "support/layers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "support/cpp_text.hpp"
#include "support/temp_dir.hpp"

namespace tradewind::test {
namespace fs = std::filesystem;
namespace {

/// Paths of the C++ sources below a folder of the root, relative to the root, sorted.
std::vector<std::string> sources(const fs::path& root, const std::string& folder) {
  static const std::set<std::string> kinds = {".hpp", ".cpp", ".h", ".cc", ".ipp", ".inc"};
  std::vector<std::string> result;
  if (!fs::exists(root / folder)) return result;
  for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
    if (kinds.contains(entry.path().extension())) result.push_back(fs::relative(entry.path(), root));
  }
  std::sort(result.begin(), result.end());
  return result;
}

std::vector<std::string> all_sources(const fs::path& root) {
  auto result = sources(root, "include");
  const auto private_ones = sources(root, "src");
  result.insert(result.end(), private_ones.begin(), private_ones.end());
  return result;
}

std::string place(const std::string& file, std::size_t line) {
  return file + ":" + std::to_string(line) + ": ";
}

void parse_layer(Layers& layers, const std::string& name, std::istringstream& words) {
  auto& allowed = layers.allowed[name];
  for (std::string other; words >> other;) {
    const bool above = std::find(layers.order.begin(), layers.order.end(), other) != layers.order.end();
    if (!above)
      throw std::runtime_error(fmt::format("layer {} may not include {}: it is not above it", name, other));
    allowed.insert(other);
  }
  layers.order.push_back(name);
}

void parse_foreign(Layers& layers, const std::string& header, std::istringstream& words) {
  for (std::string folder; words >> folder;) {
    if (!layers.allowed.contains(folder))
      throw std::runtime_error(fmt::format("no layer {} for {}", folder, header));
    layers.confined[header].insert(folder);
  }
}

/// Checks the includes of one file.
class FileCheck {
 public:
  FileCheck(const fs::path& root, const Layers& layers, std::string file)
      : root_(root), layers_(layers), file_(std::move(file)) {}

  std::vector<std::string> run() {
    const auto layer = layer_of(file_);
    if (!layer) return {place(file_, 1) + "is in no layer of layers.txt"};
    for (const auto& include : includes_of(read_file(root_ / file_))) check(*layer, include);
    return std::move(violations_);
  }

 private:
  std::optional<std::string> layer_of(const std::string& path) const {
    for (const auto& layer : layers_.order) {
      if (path.starts_with(layer + "/")) return layer;
    }
    return std::nullopt;
  }

  /// Of a file in the layer `own`.
  void check(const std::string& own, const Include& include) {
    if (check_foreign(own, include)) return;
    const auto target = resolve(include);
    if (!target) {
      if (include.quoted) complain(include, "includes " + include.header + ", which is in no layer");
      return;
    }
    const auto layer = layer_of(*target);
    const auto& allowed = layers_.allowed.at(own);
    if (!layer) return complain(include, "includes " + *target + ", which is in no layer");
    if (*layer != own && !allowed.contains(*layer)) {
      complain(include, "includes " + *target + ", but " + own + " may not include " + *layer);
    }
  }

  bool check_foreign(const std::string& own, const Include& include) {
    for (const auto& [header, folders] : layers_.confined) {
      const bool same = header.back() == '/' ? include.header.starts_with(header) : include.header == header;
      if (!same) continue;
      if (!folders.contains(own)) complain(include, "includes " + include.header + ", foreign to " + own);
      return true;
    }
    return false;
  }

  /// The included file's path from the root, if it is one of the tree.
  std::optional<std::string> resolve(const Include& include) const {
    std::vector<fs::path> bases = {"src", "include"};
    if (include.quoted) bases.insert(bases.begin(), fs::path(file_).parent_path());
    for (const auto& base : bases) {
      const fs::path path = (base / include.header).lexically_normal();
      if (fs::exists(root_ / path) && *path.begin() != "..") return path.string();
    }
    return std::nullopt;
  }

  void complain(const Include& include, const std::string& what) {
    violations_.push_back(place(file_, include.line) + what);
  }

  const fs::path& root_;
  const Layers& layers_;
  std::string file_;
  std::vector<std::string> violations_;
};

void find_all(const std::string& code, const std::regex& pattern, const std::string& file,
              std::vector<std::string>& found) {
  std::istringstream stream(code);
  std::string text;
  for (std::size_t line = 1; std::getline(stream, text); ++line) {
    std::smatch match;
    if (std::regex_search(text, match, pattern)) found.push_back(place(file, line) + match[0].str());
  }
}

}  // namespace

Layers parse_layers(std::string_view text) {
  Layers layers;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string kind;
    std::string name;
    std::string colon;
    if (!(words >> kind)) continue;
    words >> name >> colon;
    if (colon != ":" || (kind != "layer" && kind != "foreign"))
      throw std::runtime_error("not a rule: " + line);
    kind == "layer" ? parse_layer(layers, name, words) : parse_foreign(layers, name, words);
  }
  return layers;
}

std::vector<std::string> layer_violations(const fs::path& root, const Layers& layers) {
  std::vector<std::string> result;
  for (const auto& file : all_sources(root)) {
    for (auto& violation : FileCheck(root, layers, file).run()) result.push_back(std::move(violation));
  }
  return result;
}

std::vector<std::string> engine_names(const fs::path& root, const std::vector<std::string>& folders) {
  static const std::regex identifier(R"re(\w*(postgres|sqlite)\w*)re", std::regex::icase);
  static const std::regex comparison(R"re([=!]=\s*"(postgres|sqlite)\w*"|"(postgres|sqlite)\w*"\s*[=!]=)re",
                                     std::regex::icase);
  std::vector<std::string> found;
  for (const auto& folder : folders) {
    for (const auto& file : sources(root, folder)) {
      const std::string text = read_file(root / file);
      find_all(code_of(text, Literals::blank), identifier, file, found);
      find_all(code_of(text, Literals::keep), comparison, file, found);
    }
  }
  return found;
}

std::vector<std::string> long_files(const fs::path& root, std::size_t limit) {
  std::vector<std::string> result;
  for (const auto& file : all_sources(root)) {
    const std::string text = read_file(root / file);
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    if (lines >= limit) result.push_back(file + ": " + std::to_string(lines) + " lines");
  }
  return result;
}

}  // namespace tradewind::test
