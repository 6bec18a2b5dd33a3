#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/mapped.hpp"
#include "migration/migration.hpp"

namespace tradewind::migration {

using NamedText = std::pair<std::string, std::string>;

/// Files as a directory would hold them; the texts are kept alive with them.
class FilesInMemory : public Files {
 public:
  explicit FilesInMemory(std::vector<NamedText> files) : files_(std::move(files)) {
    for (const auto& file : files_) names_.push_back(file.first);
  }

  const std::vector<std::string>& names() const override { return names_; }
  std::string read(const std::string& name) const override {
    for (const auto& file : files_) {
      if (file.first == name) return file.second;
    }
    return {};
  }
  std::string label(const std::string& name) const override { return "dir/" + name; }
  std::string description() const override { return "dir"; }

 private:
  std::vector<NamedText> files_;
  std::vector<std::string> names_;
};

inline Catalogue catalogue(std::vector<NamedText> files) {
  return Catalogue::read(std::make_shared<FilesInMemory>(std::move(files)));
}

/// Ups that all say SELECT 1.
inline Catalogue catalogue_of(const std::vector<std::string>& versions) {
  std::vector<NamedText> files;
  for (const std::string& version : versions) {
    files.emplace_back(version + ".up.sql", "SELECT 1;\n");
    files.emplace_back(version + ".down.sql", "SELECT 2;\n");
  }
  return catalogue(std::move(files));
}

inline std::vector<std::string> versions_of(const std::vector<Migration>& migrations) {
  return base::mapped(migrations, &Migration::version);
}

}  // namespace tradewind::migration
