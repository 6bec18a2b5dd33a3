#include <tradewind/reader.hpp>

#include <filesystem>

#include <fmt/format.h>

#include "api/database_implementation.hpp"
#include "base/text.hpp"
#include "database/dialect.hpp"
#include "store/pool.hpp"
#include "store/reader.hpp"

namespace tradewind {
namespace {

bool has_table(database::Connection& connection, std::string_view table) {
  const std::vector<database::Parameter> parameters = {std::nullopt, std::string(table)};
  const database::Rows rows = connection.query(connection.dialect().find_table(), parameters);
  return !rows.empty() && rows.is_true(0, 3);
}

std::vector<WrittenJournal> read_journals(database::Connection& connection) {
  std::vector<WrittenJournal> result;
  if (!has_table(connection, "store_cursor")) return result;
  const database::Rows rows = connection.query(
      "SELECT c.journal, c.lsn, (SELECT count(*) FROM store_dead_letters d WHERE d.journal = c.journal) "
      "FROM store_cursor c ORDER BY c.journal");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    result.push_back({.journal = std::string(rows.text(i, 0)),
                      .written = static_cast<std::uint64_t>(rows.integer(i, 1)),
                      .dead_letters = static_cast<std::uint64_t>(rows.integer(i, 2))});
  }
  return result;
}

std::string checked(std::string_view url) {
  if (database::Url::parse(url).path == ":memory:") {
    throw Error(Code::unsupported, "a reader's connections can't share a database in memory",
                "give it a file, below /dev/shm for one that need not last");
  }
  return std::string(url);
}

/// A file that is not there would be read as an empty database, and go on to be when it has come.
std::unique_ptr<database::Connection> open_there(const std::string& url, const OpenOptions& options) {
  const std::string path = database::Url::parse(url).path;
  std::error_code ignored;
  if (!path.empty() && !std::filesystem::exists(path, ignored)) {
    throw ConnectionError(Code::no_such_database, fmt::format("there is no file {}", base::printable(path)),
                          "make it with `tradewind up`");
  }
  return std::move(Database::open(url, options).implementation().connection);
}

}  // namespace

class Reader::Implementation {
 public:
  Implementation(std::string_view url, const ReaderOptions& options)
      : pool([text = checked(url), open = options.database] { return open_there(text, open); },
             options.most_connections, options.idle_connections, options.database.connect_timeout) {}

  store::Pool pool;
};

Reader::Reader(std::string_view url, const ReaderOptions& options)
    : implementation_(std::make_unique<Implementation>(url, options)) {}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

std::vector<TradeRow> Reader::trades(const TradeFilter& filter, const Page& page) {
  return implementation_->pool.with(
      [&](auto& connection) { return store::read_trades(connection, filter, page); });
}
std::vector<PositionRow> Reader::active_positions() {
  return implementation_->pool.with(
      [](auto& connection) { return store::read_active_positions(connection); });
}
std::vector<PositionRow> Reader::position_history(const Page& page) {
  return implementation_->pool.with(
      [&](auto& connection) { return store::read_position_history(connection, page); });
}
std::vector<RegimeRow> Reader::regimes(const RegimeFilter& filter, const Page& page) {
  return implementation_->pool.with(
      [&](auto& connection) { return store::read_regimes(connection, filter, page); });
}
std::vector<EventRow> Reader::events(const EventFilter& filter, const Page& page) {
  return implementation_->pool.with(
      [&](auto& connection) { return store::read_events(connection, filter, page); });
}

std::vector<Performance> Reader::performances() {
  return implementation_->pool.with([](auto& connection) {
    return has_table(connection, "store_performance") ? store::read_performances(connection)
                                                      : store::recompute_performances(connection);
  });
}

bool Reader::has_tables() {
  return implementation_->pool.with([](auto& connection) { return store::has_titan(connection); });
}

std::vector<WrittenJournal> Reader::journals() {
  return implementation_->pool.with([](auto& connection) { return read_journals(connection); });
}

std::size_t Reader::open_connections() const {
  return implementation_->pool.open_connections();
}

}  // namespace tradewind
