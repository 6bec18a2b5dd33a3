#include <tradewind/store.hpp>

#include <cstdlib>

#include <fmt/format.h>
#include <tradewind/migrator.hpp>

#include "api/database_implementation.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "store/pool.hpp"
#include "store/published.hpp"
#include "store/pump.hpp"
#include "store/reader.hpp"
#include "store/rings.hpp"
#include "store/writer.hpp"

namespace tradewind {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

bool auto_migrate() {
  const char* value = std::getenv("AUTO_MIGRATE");
  const std::string text = base::lower(value == nullptr ? "" : value);
  return text == "1" || text == "true" || text == "yes" || text == "on";
}

Database migrated(std::string_view url, const StoreOptions& options) {
  if (database::Url::parse(url).path == ":memory:") {
    throw Error(Code::unsupported, "a store's threads can't share a database in memory",
                "give it a file, below /dev/shm for one that need not last");
  }
  Database database = Database::open(url, options.database);
  Migrator migrator(database, options.migrations);
  if (options.migrate.value_or(auto_migrate())) {
    migrator.up();
  } else if (const Status status = migrator.status(); !status.pending.empty()) {
    throw Error(Code::configuration,
                fmt::format("{} pending", base::counted(status.pending.size(), "migration")),
                "run `tradewind up`, or set AUTO_MIGRATE=true");
  }
  return database;
}

fs::path ring_folder(const StoreOptions& options) {
  if (!options.rings.empty()) return options.rings;
  const std::string name = fs::weakly_canonical(options.journal).string();
  return fs::path("/dev/shm") / ("tradewind-" + base::sha256(name).substr(0, 16));
}

fs::path checked_ring_folder(const StoreOptions& options) {
  const fs::path folder = ring_folder(options);
  store::make_folder(folder);
  if (!options.rings_on_disk && !store::is_in_memory(folder)) {
    throw Error(
        Code::configuration,
        fmt::format("the ring folder {} is on a disk: flushing it would stop the trading thread",
                    base::printable(folder.string())),
        "give a folder on a tmpfs, such as the service's own below /run, or allow it with rings_on_disk");
  }
  return folder;
}

/// The journal and the database must know of each other.
void check_cursor(const store::JournalScan& scan, store::Lsn durable, store::Lsn cursor) {
  if (cursor > durable) {
    throw Error(
        Code::journal_damaged,
        fmt::format("the database has the journal's records up to {}, the journal ends at {}", cursor,
                    durable),
        "the journal's folder was put back to an older state: begin a new journal in an empty folder");
  }
  if (cursor < scan.begin) {
    throw Error(
        Code::journal_damaged,
        fmt::format("the database has the journal's records up to {}, the journal begins at {}", cursor,
                    scan.begin),
        "the database was put back to an older state, or is another one: what lies between is not in the "
        "journal any more; begin a new journal in an empty folder to go on without it");
  }
  store::refuse_damage(scan, cursor);
}

}  // namespace

// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): every thread's ids, a cache line apart
class [[gnu::visibility("hidden")]] Store::Implementation {
 public:
  Implementation(std::string_view url, const StoreOptions& options)
      : database_(migrated(url, options)),
        titan_(store::has_titan(connection())),
        journal_({.folder = options.journal,
                  .segment_size = options.segment_bytes,
                  .most = options.journal_bytes}),
        rings_(std::make_shared<store::Rings>(
            store::RingOptions{.folder = checked_ring_folder(options), .capacity = options.ring_bytes},
            journal_.id(), journal_.scan().rings)),
        published_(options.journal),
        pump_(journal_, *rings_, options.flush_interval),
        cursor_(journal_.id()),
        pool_(
            [text = std::string(url), open = options.database] {
              return std::move(Database::open(text, open).implementation().connection);
            },
            options.most_connections, options.idle_connections, options.database.connect_timeout) {
    recover();
  }
  ~Implementation() {
    close();
  }

  void close() noexcept {
    pump_.stop();
    if (writer_ == nullptr) return;
    writer_->stop();
    published_.write(status());
  }

  detail::Room begin(std::size_t size) noexcept {
    detail::Room room;
    store::Ring* ring = sizeof(store::Frame) + size <= store::longest_frame ? rings_->mine() : nullptr;
    if (ring != nullptr) room.bytes = ring->begin(size);
    if (room.bytes == nullptr) [[unlikely]] {
      rings_->count_refused();
      room.why = sizeof(store::Frame) + size <= store::longest_frame ? Recorded::full : Recorded::refused;
    }
    room.ring = ring;
    return room;
  }
  void finish(const detail::Room& room, std::uint32_t layout) noexcept {
    static_cast<store::Ring*>(room.ring)->finish(layout, rings_->next_number());
  }

  template <typename Record>
  Recorded record(const Record& what) noexcept {
    return titan_ ? detail::record(*this, what) : record_nothing();
  }
  Recorded record_nothing() noexcept {
    rings_->count_refused();
    return Recorded::refused;
  }
  std::int64_t next_position_id() noexcept {
    return next_position_.fetch_add(1, std::memory_order_relaxed);
  }
  std::int64_t last_position_id() const noexcept {
    return positions_end_;
  }

  store::Rings& rings() {
    return *rings_;
  }
  store::Pump& pump() {
    return pump_;
  }
  store::Writer& writer() {
    return *writer_;
  }
  store::Pool& pool() {
    return pool_;
  }
  store::Journal& journal() {
    return journal_;
  }
  const store::Cursor& cursor() const {
    return cursor_;
  }

  StoreStatus status() const;

 private:
  database::Connection& connection() {
    return *database_.implementation().connection;
  }

  void recover() {
    store::make_companions(connection(), titan_);
    const store::Lsn at = cursor_.begin(connection());
    check_cursor(journal_.scan(), journal_.durable(), at);
    writer_ =
        std::make_unique<store::Writer>(std::move(database_.implementation().connection), journal_, pump_,
                                        cursor_, at, store::Writer::Options{.performance = titan_});
    writer_->catch_up();
    if (titan_) add_titan();
    while (!pump_.drain()) writer_->catch_up();
    writer_->catch_up();
    if (titan_) {
      const store::IdBlock ids = store::position_ids(writer_->connection(), cursor_.journal());
      next_position_ = ids.next;
      positions_end_ = ids.end;
    }
    pump_.every_second([this] { published_.write(status()); });
    pump_.start();
    writer_->start();
  }

  void add_titan() {
    for (const TableDescription& table :
         {describe<Trade>(), describe<detail::PositionRecord>(), describe<PositionUpdate>(),
          describe<PositionClose>(), describe<RegimeSnapshot>(), describe<SystemEvent>()})
      pump_.add_table(table);
  }

  Database database_;
  bool titan_;
  store::Journal journal_;
  std::shared_ptr<store::Rings> rings_;
  store::StatusFile published_;
  store::Pump pump_;
  store::Cursor cursor_;
  store::Pool pool_;
  std::unique_ptr<store::Writer> writer_;
  alignas(64) std::atomic<std::int64_t> next_position_{1};
  std::int64_t positions_end_ = 0;
};

StoreStatus Store::Implementation::status() const {
  const store::WriterCounts counts = writer_->counts();
  return {.journal = cursor_.journal(),
          .rings = rings_->count(),
          .journal_bytes = journal_.bytes_on_disk(),
          .journalled = journal_.durable(),
          .written = writer_->applied(),
          .records_written = counts.records,
          .batches = counts.batches,
          .retries = counts.retries,
          .refused = rings_->refused(),
          .repeats = counts.repeats,
          .dead_letters = counts.dead_letters,
          .journal_trouble = pump_.trouble(),
          .database_trouble = writer_->trouble(),
          .flushes = journal_.flushes(),
          .commits = writer_->commits()};
}

detail::Room detail::begin_record(Store::Implementation& store, std::size_t size) noexcept {
  return store.begin(size);
}
void detail::finish_record(Store::Implementation& store, const Room& room, std::uint32_t layout) noexcept {
  store.finish(room, layout);
}

Store::Store(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Store Store::open(std::string_view url, const StoreOptions& options) {
  return Store(std::make_unique<Implementation>(url, options));
}

bool Store::prepare_thread() noexcept {
  return implementation_->rings().mine() != nullptr;
}

Recorded Store::record_trade(const Trade& trade) noexcept {
  return implementation_->record(trade);
}

OpenedPosition Store::open_position(const Position& position) noexcept {
  const std::int64_t id = implementation_->next_position_id();
  if (id >= implementation_->last_position_id()) return {.result = implementation_->record_nothing()};
  const detail::PositionRecord record{id,
                                      position.symbol,
                                      position.side,
                                      position.size,
                                      position.avg_entry,
                                      position.current_stop,
                                      position.current_tp,
                                      position.unrealized_pnl,
                                      position.regime_at_entry,
                                      position.phase_at_entry,
                                      position.opened_at};
  const Recorded result = implementation_->record(record);
  return {.result = result, .position_id = result == Recorded::accepted ? id : 0};
}

Recorded Store::update_position(const PositionUpdate& update) noexcept {
  return implementation_->record(update);
}
Recorded Store::close_position(const PositionClose& close) noexcept {
  return implementation_->record(close);
}
Recorded Store::record_regime(const RegimeSnapshot& snapshot) noexcept {
  return implementation_->record(snapshot);
}
Recorded Store::record_event(const SystemEvent& event) noexcept {
  return implementation_->record(event);
}

void Store::add_table(const TableDescription& table) {
  implementation_->pump().add_table(table);
}

RecordMark Store::mark() noexcept {
  const store::Ring* ring = implementation_->rings().mine();
  return {ring, ring == nullptr ? 0 : ring->head()};
}

bool Store::wait_durable(const RecordMark& mark, std::chrono::milliseconds patience) {
  if (mark.ring == nullptr) return true;
  return implementation_->pump().wait_journalled({static_cast<const store::Ring*>(mark.ring), mark.position},
                                                 steady_clock::now() + patience);
}

bool Store::flush(std::chrono::milliseconds patience) {
  const auto deadline = steady_clock::now() + patience;
  return implementation_->pump().wait_everything(deadline) &&
         implementation_->writer().wait_applied(implementation_->journal().durable(), deadline);
}

void Store::close() noexcept {
  implementation_->close();
}

StoreStatus Store::status() const {
  return implementation_->status();
}

std::vector<TradeRow> Store::trades(const TradeFilter& filter, const Page& page) {
  return implementation_->pool().with(
      [&](auto& connection) { return store::read_trades(connection, filter, page); });
}
std::vector<PositionRow> Store::active_positions() {
  return implementation_->pool().with(
      [](auto& connection) { return store::read_active_positions(connection); });
}
std::vector<PositionRow> Store::position_history(const Page& page) {
  return implementation_->pool().with(
      [&](auto& connection) { return store::read_position_history(connection, page); });
}
std::vector<RegimeRow> Store::regimes(const RegimeFilter& filter, const Page& page) {
  return implementation_->pool().with(
      [&](auto& connection) { return store::read_regimes(connection, filter, page); });
}
std::vector<EventRow> Store::events(const EventFilter& filter, const Page& page) {
  return implementation_->pool().with(
      [&](auto& connection) { return store::read_events(connection, filter, page); });
}
std::vector<Performance> Store::performances() {
  return implementation_->pool().with([](auto& connection) { return store::read_performances(connection); });
}
std::vector<Performance> Store::recomputed_performances() {
  return implementation_->pool().with(
      [](auto& connection) { return store::recompute_performances(connection); });
}

Performance Store::performance(std::string_view symbol, int phase) {
  return implementation_->pool().with(
      [&](auto& connection) { return store::read_performance(connection, symbol, phase); });
}

}  // namespace tradewind
