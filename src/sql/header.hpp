#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradewind::sql {

/// A lint rule that the author switches off for this file: `-- Lint: allow drop-column (reason), truncate
/// (reason)`.
struct Allowance {
  std::string rule;
  std::string reason;  ///< may be empty
  std::size_t line = 0;
};

/// A comment line that looks like a header line but is not one.
struct Misspelling {
  std::size_t line = 0;
  std::string key;         ///< as written
  std::string suggestion;  ///< what was probably meant: "Depends"
};

/// What the comments before a migration's first statement say:
///
///     -- Migration: 003_add_user_tracking
///     -- Description: Add user tracking and audit tables
///     -- Created: 2026-01-14
///     -- Depends: 001_init, 002_accounts
///     -- Transaction: off
///     -- Lint: allow drop-column (nobody reads it since 2.1)
///
/// Keys are case-insensitive. Other keys are ignored, and so is all that stands in a block comment. Depends
/// and Lint may come several times and add up; of the others the first counts.
struct Header {
  struct Entry {
    std::string key;  ///< in lower case
    std::string value;
    std::size_t line = 0;
  };

  std::optional<std::string> migration;
  std::optional<std::string> description;
  std::optional<std::string> created;
  std::vector<std::string> depends;
  std::optional<bool> transaction;
  std::vector<Allowance> lint;
  std::vector<Entry> entries;  ///< every line with a known key, in their order
  std::vector<Misspelling> misspellings;
};

/// Throws Error{bad_file} with line and column for a Transaction that is neither on, true, yes nor off,
/// false, no, or that contradicts an earlier one. Reads no further than the first statement; LF and CRLF are
/// the same.
Header read_header(std::string_view script);

}  // namespace tradewind::sql
