#pragma once

#include <deque>

#include "store/journal.hpp"

namespace tradewind::store {

/// Follows a journal that is being written, from one LSN on, never beyond what is durable. One thread's.
class JournalReader {
 public:
  JournalReader(const Journal& journal, Lsn from);

  /// The next record; null at the durable end. It stays where it is until forget(). Throws
  /// Error{journal_damaged}.
  const Frame* next();
  /// Behind the last frame that next() gave or passed over.
  Lsn position() const { return position_; }
  /// Goes back, or on; records given before are no longer there.
  void seek(Lsn position);
  /// The records given so far are no longer needed.
  void forget();
  /// Every layout met so far and every one the journal had at its opening.
  const Tables& tables() const { return tables_; }

 private:
  std::span<const std::byte> segment();

  const Journal& journal_;
  Tables tables_;
  Lsn position_;
  Lsn base_ = 0;
  std::deque<MappedFile> mapped_;
};

}  // namespace tradewind::store
