#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <tradewind/source.hpp>

#include "migration/files.hpp"
#include "migration/migration.hpp"

namespace tradewind {

/// A source becomes files when the engine of the database is known.
class Source::Implementation {
 public:
  virtual ~Implementation() = default;
  virtual std::string description() const = 0;
  virtual std::shared_ptr<const migration::Files> files(std::string_view engine) const = 0;
  virtual migration::Catalogue catalogue(std::string_view engine) const {
    return migration::Catalogue::read(files(engine));
  }
  virtual void read_ahead() const {}
  /// What a connection to a database of this source is to be opened with.
  virtual std::map<std::string, std::string> pragmas() const { return {}; }
};

}  // namespace tradewind
