#pragma once

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <csignal>

#include "server/http_client.hpp"
#include "store/store_fixture.hpp"
#include "support/program.hpp"

namespace tradewind::test {

using Json = nlohmann::json;

/// A running `tradewind serve`.
class Server {
 public:
  Server(const std::string& url, std::vector<std::string> arguments = {}, const RunOptions& options = {})
      : process_(command(url, std::move(arguments)), options) {
    constexpr std::string_view said = "listening on http://127.0.0.1:";
    if (!process_.wait_for_err(said)) throw std::runtime_error("serve did not start: " + process_.err());
    const std::string err = process_.err();
    const std::string_view rest = std::string_view(err).substr(err.find(said) + said.size());
    std::from_chars(rest.data(), rest.data() + rest.size(), port_);
  }

  std::uint16_t port() const { return port_; }
  Process& process() { return process_; }
  Answer get(std::string_view target, std::string_view headers = {}) const {
    return http_get(port_, target, headers);
  }
  Json json(std::string_view target) const { return Json::parse(get(target).body); }
  /// The value of a metric's sample, written as in the text: name{labels}.
  std::optional<double> metric(const std::string& sample) const {
    const std::string text = "\n" + get("/metrics").body;
    const std::size_t at = text.find("\n" + sample + " ");
    if (at == std::string::npos) return std::nullopt;
    return std::stod(text.substr(at + sample.size() + 2));
  }

  static std::vector<std::string> command(const std::string& url, std::vector<std::string> arguments) {
    std::vector<std::string> all = {"--pack", "titan", "--database", url, "serve"};
    if (std::find(arguments.begin(), arguments.end(), "--listen") == arguments.end())
      arguments.insert(arguments.end(), {"--listen", "127.0.0.1:0"});
    all.insert(all.end(), arguments.begin(), arguments.end());
    return tradewind_command(all);
  }

 private:
  Process process_;
  std::uint16_t port_ = 0;
};

inline std::string error_code(const Answer& answer) {
  return Json::parse(answer.body).at("error").at("code");
}
inline std::string error_message(const Answer& answer) {
  return Json::parse(answer.body).at("error").at("message");
}

/// A database with some of everything.
class ServedTest : public StoreTest {
 protected:
  void SetUp() override {
    auto store = open();
    for (int i = 1; i <= 5; ++i) {
      const std::string id = "s-" + std::to_string(i);
      Trade made = trade(id, i % 2 == 1 ? "BTCUSDT" : "ETHUSDT", i <= 3 ? 1 : 2);
      made.timestamp = at("2026-11-20T09:30:00.123456Z") + std::chrono::days(i);
      ASSERT_EQ(store.record_trade(made), Recorded::accepted);
    }
    fill_positions(store);
    store.record_regime({.timestamp = second(1), .symbol = "BTCUSDT", .market_structure_score = 61.25_dec});
    store.record_regime({.timestamp = second(2),
                         .symbol = "ETHUSDT",
                         .regime_state = Regime::bearish,
                         .market_structure_score = 0_dec});
    store.record_event({.event_type = "heartbeat_timeout",
                        .severity = Severity::warning,
                        .description = "no \"heartbeat\"\nfor 5 s",
                        .context_json = tradewind::Json{R"({"seconds": 5})"},
                        .timestamp = second(1)});
    store.record_event({.event_type = "started", .description = "up", .timestamp = second(2)});
    ASSERT_TRUE(store.flush(60s));
  }

  static void fill_positions(Store& store) {
    for (const Decimal pnl : {100_dec, -40.5_dec, 0.5_dec}) {
      const auto opened = store.open_position(position("BTCUSDT", pnl > 50 ? 1 : 2));
      store.close_position({.position_id = opened.position_id,
                            .close_price = 61000_dec,
                            .realized_pnl = pnl,
                            .close_reason = "stop_hit",
                            .closed_at = second(60)});
    }
    store.open_position(position("ETHUSDT"));
  }

  Server serve(std::vector<std::string> arguments = {}) const { return {database.url, std::move(arguments)}; }
};

}  // namespace tradewind::test
