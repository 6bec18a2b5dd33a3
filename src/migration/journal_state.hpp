#pragma once

#include <string>
#include <vector>

#include "database/connection.hpp"
#include "migration/history.hpp"
#include "migration/invalid_index.hpp"
#include "migration/loaded_step.hpp"

namespace tradewind::migration {

/// How a segment of a migration outside a transaction stands.
struct SegmentState {
  enum class Kind {
    journalled,
    session
  } kind = Kind::journalled;  ///< session: SET and the like, sent in every run
  bool done = false;          ///< of a session's: in force already
  bool was_running = false;   ///< begun by a run that never came to say how it ended
  std::string sha;
  std::string note;  ///< the invalid indexes that were there before it first began
};

struct JournalState {
  std::vector<SegmentState> segments;
  std::vector<InvalidIndex>
      leftovers;  ///< of a statement that was cut off: to be dropped before it runs again
};

/// Looks where a migration outside a transaction has stopped; changes nothing. Throws Error{outcome_unknown}
/// for a statement that may have run and can't be looked up, Error{checksum_mismatch} for one that changed
/// since it ran, Error{unsupported} for one that made a temporary table, unless it was in this
/// `same_session`.
JournalState read_journal(database::Connection& connection, const History& history, const LoadedStep& step,
                          bool same_session = false);

/// The invalid indexes that a statement has left: what was not there before, by names that the statement
/// uses, and that nobody is building. `note`: what was there before.
std::vector<InvalidIndex> own_leftovers(database::Connection& connection, std::string_view statement,
                                        std::string_view note);

}  // namespace tradewind::migration
