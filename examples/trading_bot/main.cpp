// A small bot: it opens, moves and closes positions, and can be killed at any moment. Started again it knows
// what it had open.
//
//     trading_bot sqlite:bot.db journal     then kill -9 it, and start it again
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>
#include <thread>

#include <tradewind/tradewind.hpp>

namespace {

using namespace tradewind::literals;
using tradewind::Decimal;

volatile std::sig_atomic_t stopping = 0;

/// What the bot believes it has open.
struct Shadow {
  std::int64_t position_id = 0;
  Decimal size;
  Decimal entry;
};

std::optional<Shadow> restored(tradewind::Store& store) {
  const auto active = store.active_positions();
  if (active.empty()) return std::nullopt;
  const auto& position = active.back();
  std::cout << "restored position " << position.position_id << ": " << position.size.to_string() << " at "
            << position.avg_entry.to_string() << '\n';
  return Shadow{position.position_id, position.size, position.avg_entry};
}

class Bot {
 public:
  explicit Bot(tradewind::Store& store) : store_(store), open_(restored(store)) {}

  /// One tick of the market.
  void tick(Decimal price) {
    if (!open_) return open(price);
    if (++ticks_ % 10 == 0) return close(price);
    open_->size += 0.01_dec;
    check(store_.update_position(
        {.position_id = open_->position_id, .size = open_->size, .avg_entry = open_->entry}));
  }

 private:
  void open(Decimal price) {
    const std::string signal = "signal-" + tradewind::to_string(tradewind::utc_now());
    check(store_.record_trade({.signal_id = signal,
                               .symbol = "BTCUSDT",
                               .size = 0.1_dec,
                               .entry_price = price,
                               .fill_price = price}));
    const auto opened = store_.open_position({.symbol = "BTCUSDT", .size = 0.1_dec, .avg_entry = price});
    check(opened.result);
    if (opened.result == tradewind::Recorded::accepted) open_ = Shadow{opened.position_id, 0.1_dec, price};
  }

  void close(Decimal price) {
    const Decimal pnl = product(price - open_->entry, open_->size).value_or(0).rounded(8);
    check(store_.close_position({.position_id = open_->position_id,
                                 .close_price = price,
                                 .realized_pnl = pnl,
                                 .close_reason = "tick_count"}));
    open_.reset();
  }

  /// A bot of flesh would stop trading when it can't record.
  void check(tradewind::Recorded result) {
    if (result != tradewind::Recorded::accepted) std::cerr << "not recorded\n";
  }

  tradewind::Store& store_;
  std::optional<Shadow> open_;
  int ticks_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: trading_bot DATABASE_URL JOURNAL_FOLDER\n";
    return 2;
  }
  std::signal(SIGTERM, [](int) { stopping = 1; });
  std::signal(SIGINT, [](int) { stopping = 1; });
  try {
    auto store = tradewind::Store::open(argv[1], {.journal = argv[2], .migrate = true});
    Bot bot(store);
    Decimal price = 61000;
    for (int i = 0; stopping == 0; ++i) {
      price += i % 7 < 4 ? 1.25_dec : -1.5_dec;
      bot.tick(price);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    store.flush(std::chrono::seconds(10));
    const auto performance = store.performance();
    std::cout << performance.closed << " positions closed, " << performance.total_pnl.to_string()
              << " in all\n";
    return 0;
  } catch (const tradewind::Error& error) {
    std::cerr << "not started: " << error.message() << '\n' << error.hint() << '\n';
    return tradewind::exit_status(error.code());
  }
}
