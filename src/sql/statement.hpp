#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tradewind::sql {

/// What the runner has to know about a statement before it sends it.
enum class Kind : std::uint8_t {
  plain,                ///< may stand in a transaction; nothing special
  begin,                ///< BEGIN, START TRANSACTION
  commit,               ///< COMMIT, END
  rollback,             ///< ROLLBACK, ABORT (not ROLLBACK TO)
  savepoint,            ///< SAVEPOINT, RELEASE, ROLLBACK TO
  prepare_transaction,  ///< PREPARE TRANSACTION, COMMIT PREPARED, ROLLBACK PREPARED
  copy_in,              ///< COPY ... FROM stdin; the data follows
  outside,              ///< can't stand in a transaction (VACUUM, ALTER SYSTEM, PRAGMA journal_mode = ...)
  index_concurrently,   ///< CREATE INDEX CONCURRENTLY; `outside` too
  drop_index_concurrently,
  reindex_concurrently,
  detach_concurrently,  ///< ALTER TABLE ... DETACH PARTITION ... CONCURRENTLY
  discard_all,          ///< DISCARD ALL, which gives up the session's locks
  foreign_keys_pragma,  ///< PRAGMA foreign_keys = ..., which does nothing inside a transaction
};

constexpr bool needs_no_transaction(Kind kind) {
  return kind == Kind::outside || kind == Kind::index_concurrently || kind == Kind::drop_index_concurrently ||
         kind == Kind::reindex_concurrently || kind == Kind::detach_concurrently;
}

/// A statement as a range of its script: from its first token, comments before it left out, to before its
/// semicolon. For copy_in the data is the range [data_begin, data_end), without the closing `\.` line.
struct Statement {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t data_begin = 0;
  std::uint32_t data_end = 0;
  Kind kind = Kind::plain;
  /// Acts on the session alone, not on the database: SET, PRAGMA, ATTACH. Harmless if it is sent again in
  /// another session, which needs it as the first one did.
  bool for_session = false;

  std::string_view text(std::string_view script) const { return script.substr(begin, end - begin); }
  std::string_view data(std::string_view script) const {
    return script.substr(data_begin, data_end - data_begin);
  }
};

/// Line and column of a byte, both from 1; the column counts characters (UTF-8), a tab as one.
struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
};
Position position(std::string_view script, std::size_t offset);
/// The line that holds the byte, without its end, shortened around the byte if it is very long; the caret's
/// column within it comes with it.
struct Excerpt {
  std::string line;
  std::size_t caret = 1;
};
Excerpt excerpt(std::string_view script, std::size_t offset);

}  // namespace tradewind::sql
