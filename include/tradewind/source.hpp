/// Where migrations come from: a directory, a built-in pack, or files linked into your program.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace [[gnu::visibility("default")]] tradewind {

/// A file linked into a program: its name ("001_init.up.sql") and its text. Both must outlive every use
/// of the source (string literals do).
struct EmbeddedFile {
  std::string_view name;
  std::string_view text;
};

/// A set of migrations. Cheap to copy; safe to share between threads.
class Source {
 public:
  /// The migrations in a directory, read when they are needed. The directory is not looked at until then.
  static Source directory(std::filesystem::path path);
  /// A built-in pack by name ("titan"). Packs have a variant for each engine they support; the database
  /// that the source is used with decides. Throws Error{source_missing} for a name there is none of.
  static Source pack(std::string_view name, std::string_view database = {});
  /// The pack's seeds and its roles: scripts that are safe to run again, for seed(). Throw as pack() does;
  /// a pack that has none gives a source of no files.
  static Source pack_seeds(std::string_view name, std::string_view database = {});
  static Source pack_roles(std::string_view name, std::string_view database = {});
  /// Files linked into the program. The list is copied, the texts are not.
  static Source embedded(std::span<const EmbeddedFile> files);

  /// Begins to read a directory's files in the background, while you open the database; what it finds is what
  /// the next operation of a Migrator with this source works on. Does nothing for what is linked in.
  void read_ahead() const;

  /// What messages call it: the path, "pack titan", "embedded".
  std::string description() const;

  class Implementation;
  const Implementation& implementation() const noexcept { return *implementation_; }

 private:
  explicit Source(std::shared_ptr<const Implementation> implementation);
  std::shared_ptr<const Implementation> implementation_;
};

/// A built-in pack, as data.
struct PackInfo {
  std::string name;
  std::string title;
  std::string description;
  std::vector<std::string> engines;            ///< "postgresql", "sqlite"
  std::vector<std::string> databases;          ///< names, for a pack of several databases; else empty
  std::vector<std::string> files;              ///< where those databases are by default: "data/positions.db"
  std::map<std::string, std::string> pragmas;  ///< of every connection to its SQLite databases
  std::string ledger;                          ///< the file of its ledger; empty if it has none
};

/// A pack's file: its path inside the pack ("postgres/001_init.up.sql") and its text.
struct PackFile {
  std::string path;
  std::string_view text;
};

std::vector<PackInfo> packs();
/// Throws Error{source_missing} for a name there is none of.
PackInfo pack_info(std::string_view name);
std::vector<PackFile> pack_files(std::string_view name);

}  // namespace tradewind
