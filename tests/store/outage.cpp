#include "store/outage.hpp"

#include <fmt/format.h>

#include <memory>
#include <stdexcept>

#include "store/producer.hpp"
#include "support/eventually.hpp"
#include "support/postgres_cluster.hpp"

namespace tradewind::test {
namespace {

using std::chrono::seconds;

void require(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error("in an outage: " + what);
}

/// A database that can go away and come back.
class Fickle {
 public:
  virtual ~Fickle() = default;
  virtual std::string url() const = 0;
  virtual Rows sql(const std::string& text) const = 0;
  virtual void leave() = 0;
  virtual void come_back() = 0;
};

class FickleServer : public Fickle {
 public:
  std::string url() const override { return cluster_.url(name_); }
  Rows sql(const std::string& text) const override { return cluster_.sql(name_, text); }
  void leave() override { cluster_.stop_immediate(); }
  void come_back() override { cluster_.start(); }

 private:
  PostgresCluster cluster_;
  std::string name_ = cluster_.create_database();
};

class FickleFile : public Fickle {
 public:
  std::string url() const override { return file_.url(); }
  Rows sql(const std::string& text) const override { return file_.sql(text); }
  void leave() override {
    holder_ = std::make_unique<SqliteSession>(file_.path());
    holder_->sql("PRAGMA busy_timeout = 60000; BEGIN IMMEDIATE");
  }
  void come_back() override { holder_.reset(); }

 private:
  TempDir folder_;
  SqliteFile file_{folder_ / "store.db"};
  std::unique_ptr<SqliteSession> holder_;
};

}  // namespace

void store_outage(std::string_view engine, seconds length) {
  std::unique_ptr<Fickle> database;
  if (engine == postgresql_engine) database = std::make_unique<FickleServer>();
  if (engine == sqlite_engine) database = std::make_unique<FickleFile>();
  const StoreFolders folders;
  Store store = Store::open(database->url(), folders.options());
  Producer bot(store, 5);
  require(eventually([&] { return store.status().records_written > 500; }), "nothing was written before it");
  database->leave();
  const std::int64_t before = bot.accepted();
  std::this_thread::sleep_for(length);
  const std::int64_t during = bot.accepted() - before;
  const bool noticed = !store.status().database_trouble.empty() || engine == sqlite_engine;
  database->come_back();
  bot.stop();
  require(store.flush(seconds(300)), "not all came into the database: " + store.status().database_trouble);
  require(noticed, "the store did not notice it");
  require(during > length.count() * 100, "the bot hardly recorded: " + std::to_string(during));
  require(bot.refused() == 0, std::to_string(bot.refused()) + " records were refused");
  require(bot.slowest() < seconds(2), "a call took " + std::to_string(bot.slowest().count()) + " ns");
  const std::string accepted = std::to_string(bot.accepted());
  const auto rows = database->sql(
      "SELECT count(*), count(DISTINCT signal_id), max(CAST(signal_id AS INTEGER)) FROM trades");
  for (const std::string& count : rows.at(0))
    require(count == accepted, fmt::format("{} in the database of {} accepted", count, accepted));
}

}  // namespace tradewind::test
