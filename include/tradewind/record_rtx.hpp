/// Records of RTX's quotes of liquidity providers.
///
///     auto store = tradewind::Store::open(url, {.migrations = tradewind::Source::pack("rtx")});
///     auto quotes = store.table<tradewind::rtx::Quote>();
///     quotes.record({.lp_id = provider, .symbol = "EURUSD", .bid = 1.0841_dec, .ask = 1.0843_dec});
#pragma once

#include <tradewind/record.hpp>

namespace [[gnu::visibility("default")]] tradewind {

namespace rtx {

struct Quote {
  Uuid lp_id;
  std::string_view symbol;
  Decimal bid;
  Decimal ask;
  std::optional<Decimal> bid_size = {};  ///< lots; none: not told
  std::optional<Decimal> ask_size = {};
  UtcTime quoted_at = utc_now();    ///< by the provider's clock
  UtcTime received_at = utc_now();  ///< by ours
};

}  // namespace rtx

template <>
struct TableFor<rtx::Quote> {
  using Q = rtx::Quote;
  static constexpr auto layout = insert_into(
      "lp_quotes", column("lp_id", &Q::lp_id), column("symbol", &Q::symbol), column("bid", &Q::bid),
      column("ask", &Q::ask), column("bid_size", &Q::bid_size), column("ask_size", &Q::ask_size),
      column("quoted_at", &Q::quoted_at), column("received_at", &Q::received_at));
};

}  // namespace tradewind
