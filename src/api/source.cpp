#include <tradewind/source.hpp>

#include <algorithm>
#include <future>
#include <mutex>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "api/pack_catalog.hpp"
#include "api/source_implementation.hpp"
#include "base/mapped.hpp"
#include "base/text.hpp"
#include "formats/sectioned_files.hpp"

namespace tradewind {
namespace {

class DirectorySource : public Source::Implementation {
 public:
  explicit DirectorySource(std::filesystem::path path) : path_(std::move(path)) {}
  std::string description() const override { return path_.string(); }
  std::shared_ptr<const migration::Files> files(std::string_view) const override {
    return formats::with_sections(std::make_shared<migration::DirectoryFiles>(path_));
  }

  migration::Catalogue catalogue(std::string_view engine) const override {
    std::future<migration::Catalogue> ahead;
    {
      const std::lock_guard guard(mutex_);
      ahead = std::move(ahead_);
    }
    return ahead.valid() ? ahead.get() : migration::Catalogue::read(files(engine));
  }

  void read_ahead() const override {
    const std::lock_guard guard(mutex_);
    ahead_ = std::async(std::launch::async, [this] { return migration::Catalogue::read(files({})); });
  }

 private:
  std::filesystem::path path_;
  mutable std::mutex mutex_;
  mutable std::future<migration::Catalogue> ahead_;
};

class EmbeddedSource : public Source::Implementation {
 public:
  explicit EmbeddedSource(std::span<const EmbeddedFile> files) : files_(files.begin(), files.end()) {}
  std::string description() const override { return "embedded"; }
  std::shared_ptr<const migration::Files> files(std::string_view) const override {
    return std::make_shared<migration::LinkedFiles>(
        description(), base::mapped(files_, [](const EmbeddedFile& file) {
          return migration::LinkedFile{std::string(file.name), file.text};
        }));
  }

 private:
  std::vector<EmbeddedFile> files_;
};

class PackSource : public Source::Implementation {
 public:
  /// `part`: the folder beside the migrations, "seed/"; empty for the migrations.
  PackSource(PackInfo info, std::string_view database, std::string_view part = {})
      : info_(std::move(info)), database_(database), part_(part) {
    check_database();
  }

  std::string description() const override {
    const std::string pack = database_.empty() ? info_.name : fmt::format("{}/{}", info_.name, database_);
    if (part_.empty()) return "pack " + pack;
    return fmt::format("the {} of pack {}", part_ == "seed/" ? "seeds" : "roles", pack);
  }
  std::map<std::string, std::string> pragmas() const override { return info_.pragmas; }

  std::shared_ptr<const migration::Files> files(std::string_view engine) const override {
    if (std::find(info_.engines.begin(), info_.engines.end(), engine) == info_.engines.end()) {
      throw Error(
          Code::unsupported, fmt::format("pack {} has no schema for {}", info_.name, engine),
          fmt::format("it is made for {}: give a database URL of that kind", base::listed(info_.engines)));
    }
    const std::string folder = pack_folder(engine) + (database_.empty() ? "" : database_ + "/") + part_;
    std::vector<migration::LinkedFile> linked;
    for (const PackFile& file : pack_files(info_.name)) {
      const bool direct =
          file.path.starts_with(folder) && file.path.find('/', folder.size()) == std::string::npos;
      if (direct) linked.push_back({file.path.substr(folder.size()), file.text});
    }
    return std::make_shared<migration::LinkedFiles>(description(), std::move(linked));
  }

 private:
  void check_database() {
    if (info_.databases.empty() && !database_.empty()) {
      throw Error(Code::source_missing, fmt::format("pack {} has one database, without a name", info_.name),
                  fmt::format("leave out \"{}\"", base::printable(database_)));
    }
    if (info_.databases.empty()) return;
    if (std::find(info_.databases.begin(), info_.databases.end(), database_) != info_.databases.end()) return;
    throw Error(Code::source_missing,
                fmt::format("pack {} has several databases: {}", info_.name, base::listed(info_.databases)),
                fmt::format("name one of them: {}/{}", info_.name, info_.databases.front()));
  }

  PackInfo info_;
  std::string database_;
  std::string part_;
};

}  // namespace

Source::Source(std::shared_ptr<const Implementation> implementation)
    : implementation_(std::move(implementation)) {}

Source Source::directory(std::filesystem::path path) {
  return Source(std::make_shared<DirectorySource>(std::move(path)));
}

Source Source::pack(std::string_view name, std::string_view database) {
  return Source(std::make_shared<PackSource>(pack_info(name), database));
}

Source Source::pack_seeds(std::string_view name, std::string_view database) {
  return Source(std::make_shared<PackSource>(pack_info(name), database, "seed/"));
}

Source Source::pack_roles(std::string_view name, std::string_view database) {
  return Source(std::make_shared<PackSource>(pack_info(name), database, "roles/"));
}

Source Source::embedded(std::span<const EmbeddedFile> files) {
  return Source(std::make_shared<EmbeddedSource>(files));
}

void Source::read_ahead() const {
  implementation_->read_ahead();
}

std::string Source::description() const {
  return implementation_->description();
}

}  // namespace tradewind
