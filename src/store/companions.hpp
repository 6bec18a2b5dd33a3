/// The store's own tables beside those of the schema: docs/store.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "database/connection.hpp"
#include "store/batch.hpp"

namespace tradewind::store {

/// Makes them if they are not there. Safe against others that do the same.
void make_companions(database::Connection& connection, bool performance);

/// How far a journal is in the database.
class Cursor {
 public:
  explicit Cursor(const JournalId& journal);

  const std::string& journal() const { return journal_; }
  /// Makes the journal's row if there is none. Gives the LSN.
  Lsn begin(database::Connection& connection) const;
  Lsn read(database::Connection& connection) const;
  /// Within a transaction: from one LSN to the next; false if it is not at `from`. Other sessions'
  /// transactions that move it too are waited for.
  bool advance(database::BulkWriter& bulk, Lsn from, Lsn to) const;

 private:
  std::string journal_;
};

void write_dead_letters(database::BulkWriter& bulk, const std::string& journal,
                        const std::vector<DeadLetter>& letters);

/// Values of an identity column that belong to one journal.
struct IdBlock {
  std::int64_t next = 1;  ///< the first that was never given
  std::int64_t end = 1;   ///< behind the last
};
/// The journal's block of position ids; takes one at the first call. Call it when everything is applied.
IdBlock position_ids(database::Connection& connection, const std::string& journal);

}  // namespace tradewind::store
