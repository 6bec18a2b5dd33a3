/// Records of a trading system that never block the thread that makes them and are never lost once they are
/// accepted; and what they come to, read back.
///
///     auto store = tradewind::Store::open("postgresql://bot@localhost/titan", {.journal =
///     "/var/lib/bot/journal"}); for (const auto& position : store.active_positions())
///     shadow.restore(position);
///
///     // On the trading thread: no lock, no system call, no allocation after its first record.
///     if (store.record_trade({.signal_id = "s-1", .symbol = "BTCUSDT", ...}) !=
///     tradewind::Recorded::accepted)
///       ...  // nothing was recorded, and it is counted
///
/// A record goes into a ring of the thread's own in memory, which outlives the process; from there a thread
/// of the store's moves it to a journal on disk within about a millisecond, and another one into the
/// database, exactly once whatever crashes in between.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tradewind/database.hpp>
#include <tradewind/error.hpp>
#include <tradewind/record_titan.hpp>
#include <tradewind/source.hpp>
#include <tradewind/store_rows.hpp>

namespace [[gnu::visibility("default")]] tradewind {

enum class Recorded : std::uint8_t {
  accepted,  ///< it will be in the database, or in store_dead_letters if the database refuses it
  full,      ///< the thread's ring has no room: the journal can't be written, or can't keep up
  refused,   ///< it can never be recorded: longer than 256 KiB, or of a table that the database does not have
};

struct StoreOptions {
  /// The folder of the journal, on a disk. One process at a time has it.
  std::filesystem::path journal = "journal";
  /// The folder of the rings, in memory (tmpfs), as a service's own below /run. Empty: one below /dev/shm
  /// named after the journal's. It must survive what the journal's must not lose: a container's /dev/shm goes
  /// with it.
  std::filesystem::path rings = {};
  /// A folder on a disk is refused for the rings: flushing it would stop the trading thread.
  bool rings_on_disk = false;

  std::size_t ring_bytes = std::size_t{16} << 20;  ///< of each recording thread; rounded up to a power of two
  std::uint64_t segment_bytes = std::uint64_t{16} << 20;  ///< of a new journal's files
  std::uint64_t journal_bytes = std::uint64_t{1} << 30;   ///< the journal takes no more
  std::chrono::microseconds flush_interval{1000};         ///< how long a record waits for the disk at most

  /// Apply what is pending first. Not set: what AUTO_MIGRATE says (1, true, yes, on). Without, a database
  /// that is not up to date is refused.
  std::optional<bool> migrate = {};
  Source migrations = Source::pack("titan");
  OpenOptions database = {};

  std::size_t most_connections = 25;  ///< of readers; more calls at a time wait
  std::size_t idle_connections = 5;   ///< kept open when nobody reads
};

/// The answer of Store::open_position.
struct OpenedPosition {
  Recorded result = Recorded::refused;
  std::int64_t position_id = 0;  ///< 0 unless accepted
};

/// What a thread has recorded up to a moment. Plain data.
struct RecordMark {
  const void* ring = nullptr;
  std::uint64_t position = 0;
};

struct StoreStatus {
  std::string journal;                ///< its id, as in store_cursor and store_dead_letters
  std::uint64_t rings = 0;            ///< threads that have recorded at a time, at most
  std::uint64_t journal_bytes = 0;    ///< on disk
  std::uint64_t journalled = 0;       ///< LSN up to which records are on disk
  std::uint64_t written = 0;          ///< LSN up to which they are in the database
  std::uint64_t records_written = 0;  ///< by this process
  std::uint64_t batches = 0;          ///< transactions
  std::uint64_t retries = 0;          ///< after failures that pass
  std::uint64_t refused = 0;          ///< calls that did not answer `accepted`
  std::uint64_t repeats = 0;          ///< records that the database had already
  std::uint64_t dead_letters = 0;     ///< set aside by this process
  std::string journal_trouble;        ///< why the journal can't be written now; empty: it can
  std::string database_trouble;       ///< why the database can't
};

template <typename Record>
class Table;

/// Every member may be called from any thread at any time, but close() and the destructor only when no other
/// runs.
class Store {
 public:
  /// Migrates, recovers what an earlier process left in rings and journal, and returns when all of it is in
  /// the database. Throws Error, ConnectionError, RunFailed, LockTimeout; then nothing is lost.
  static Store open(std::string_view url, const StoreOptions& options = {});
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  // Recording. A call takes well under a microsecond, but for a thread's first.

  /// Makes the calling thread's ring, so that its first record need not. False if there is no room for it.
  bool prepare_thread() noexcept;
  Recorded record_trade(const Trade& trade) noexcept;
  OpenedPosition open_position(const Position& position) noexcept;
  /// An update of a position that is not open is set aside as a dead letter.
  Recorded update_position(const PositionUpdate& update) noexcept;
  Recorded close_position(const PositionClose& close) noexcept;
  Recorded record_regime(const RegimeSnapshot& snapshot) noexcept;
  Recorded record_event(const SystemEvent& event) noexcept;

  /// For records of a type of your own. Once for each type, before its first record; parents before children.
  template <typename Record>
  Table<Record> table();

  // Waiting, for those who want to know. Never needed.

  /// What the calling thread has recorded so far.
  RecordMark mark() noexcept;
  /// Until the records up to the mark survive a loss of power. False when the time is over.
  bool wait_durable(const RecordMark& mark, std::chrono::milliseconds patience);
  /// The same for all that the calling thread has recorded.
  bool wait_durable(std::chrono::milliseconds patience) { return wait_durable(mark(), patience); }
  /// Until everything recorded before the call, by any thread, is in the database.
  bool flush(std::chrono::milliseconds patience);

  // Reading what is in the database. Throw Error, ConnectionError.

  std::vector<TradeRow> trades(const TradeFilter& filter = {}, const Page& page = {});
  /// All of them, oldest first.
  std::vector<PositionRow> active_positions();
  /// The closed ones, by when they were opened.
  std::vector<PositionRow> position_history(const Page& page = {});
  std::vector<RegimeRow> regimes(const RegimeFilter& filter = {}, const Page& page = {});
  std::vector<EventRow> events(const EventFilter& filter = {}, const Page& page = {});
  /// From the summary that is kept up to date with every write. Empty and 0 mean all.
  Performance performance(std::string_view symbol = {}, int phase = 0);
  /// A row for all, then one for each symbol, each phase, each symbol and phase.
  std::vector<Performance> performances();
  /// The same from all the rows there are: to check the summary.
  std::vector<Performance> recomputed_performances();

  StoreStatus status() const;

  /// Waits until everything is in the database, or the database can't be written, in which case the rest
  /// stays in the journal for the next open(). The destructor does the same.
  void close() noexcept;

  class Implementation;

 private:
  explicit Store(std::unique_ptr<Implementation> implementation);
  void add_table(const TableDescription& table);
  std::unique_ptr<Implementation> implementation_;
};

namespace detail {

/// Room for a record in the thread's ring.
struct Room {
  std::byte* bytes = nullptr;
  void* ring = nullptr;
  Recorded why = Recorded::refused;  ///< there is none
};
Room begin_record(Store::Implementation& store, std::size_t size) noexcept;
void finish_record(Store::Implementation& store, const Room& room, std::uint32_t layout) noexcept;

template <typename Record>
Recorded record(Store::Implementation& store, const Record& what) noexcept {
  const Room room = begin_record(store, encoded_size(what));
  if (room.bytes == nullptr) return room.why;
  encode(what, room.bytes);
  finish_record(store, room, layout_number<Record>());
  return Recorded::accepted;
}

}  // namespace detail

/// Records of one type. Cheap to copy; valid as long as its store.
template <typename Record>
class Table {
 public:
  Recorded record(const Record& what) const noexcept { return detail::record(*store_, what); }

 private:
  friend class Store;
  explicit Table(Store::Implementation& store) : store_(&store) {}
  Store::Implementation* store_;
};

template <typename Record>
Table<Record> Store::table() {
  add_table(describe<Record>());
  return Table<Record>(*implementation_);
}

}  // namespace tradewind
