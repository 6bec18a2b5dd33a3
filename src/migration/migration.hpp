#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migration/files.hpp"

namespace tradewind::migration {

/// A migration as its files' names and header say; the texts are read when they are needed.
struct Migration {
  std::string version;
  std::string name;
  std::string description;
  std::string checksum;  ///< of the up text
  std::vector<std::string> depends;
  std::optional<bool> transaction;  ///< what the header asks for
  // Names that the catalogue's files hold; null for what there is no file of.
  const std::string* up_file = nullptr;
  const std::string* down_file = nullptr;
  const std::string* verify_file = nullptr;
};

/// The migrations of a source in their order, checked: one per number, dependencies there and without a
/// circle.
class Catalogue {
 public:
  /// Reads the names and headers. Throws Error with the file's name for what can't be.
  static Catalogue read(std::shared_ptr<const Files> files);

  Catalogue(Catalogue&&) = default;
  Catalogue& operator=(Catalogue&&) = default;

  const std::vector<Migration>& all() const { return migrations_; }
  const Migration* find(std::string_view version) const;
  const Files& files() const { return *files_; }
  /// What is odd without being wrong: files passed over, misspelt header keys, a gap in the numbers.
  const std::vector<std::string>& notes() const { return notes_; }
  std::string description() const { return files_->description(); }

 private:
  Catalogue() = default;

  std::shared_ptr<const Files> files_;
  std::vector<Migration> migrations_;
  std::vector<const Migration*> by_version_;  ///< into migrations_, ordered by version_less
  std::vector<std::string> notes_;
};

/// A file's text as it is run and hashed: without a BOM, valid UTF-8 without NUL. Throws Error{bad_file}.
std::string read_text(const Files& files, const std::string& name);

/// SHA-256 of a text with CRLF read as LF.
std::string checksum(std::string_view text);

}  // namespace tradewind::migration
