/// What stores have written, read from any process: without a journal, and without writing.
///
///     tradewind::Reader reader("postgresql://report@localhost/titan");
///     for (const auto& trade : reader.trades({.symbol = "BTCUSDT"}, {.limit = 20})) ...
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tradewind/database.hpp>
#include <tradewind/error.hpp>
#include <tradewind/store_rows.hpp>

namespace [[gnu::visibility("default")]] tradewind {

struct ReaderOptions {
  std::size_t most_connections = 25;  ///< more calls at a time wait, for database.connect_timeout at most
  std::size_t idle_connections = 5;   ///< kept open when nobody reads
  OpenOptions database = {.create = false, .read_only = true};
};

/// How far a store's journal is in the database.
struct WrittenJournal {
  std::string journal;             ///< its id
  std::uint64_t written = 0;       ///< LSN up to which records are in the database
  std::uint64_t dead_letters = 0;  ///< set aside in store_dead_letters, whoever did
};

/// Every member may be called from any thread at any time. A lost connection is made anew.
class Reader {
 public:
  /// Connects with the first call. Throws Error{configuration} for a URL that can't be, Error{unsupported}
  /// for a database in memory.
  explicit Reader(std::string_view url, const ReaderOptions& options = {});
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  ~Reader();

  // As of Store. Throw Error, ConnectionError, LockTimeout.

  std::vector<TradeRow> trades(const TradeFilter& filter = {}, const Page& page = {});
  std::vector<PositionRow> active_positions();
  std::vector<PositionRow> position_history(const Page& page = {});
  std::vector<RegimeRow> regimes(const RegimeFilter& filter = {}, const Page& page = {});
  std::vector<EventRow> events(const EventFilter& filter = {}, const Page& page = {});
  /// The summary that stores keep; from all the rows there are where no store has made one.
  std::vector<Performance> performances();

  /// Whether the database holds Titan's tables. Throws ConnectionError if it can't be reached.
  bool has_tables();
  /// Of every journal that the database knows; none where no store has been.
  std::vector<WrittenJournal> journals();

  /// In use and kept.
  std::size_t open_connections() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace tradewind
