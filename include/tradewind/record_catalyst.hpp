/// Records of Catalyst's orders and fills. Its database keeps times as whole seconds and numbers as doubles.
///
///     auto store = tradewind::Store::open("sqlite:data/trading.db",
///                                         {.migrations = tradewind::Source::pack("catalyst", "trading")});
///     auto orders = store.table<tradewind::catalyst::Order>();  // before its children
///     auto fills = store.table<tradewind::catalyst::Fill>();
///     orders.record({.order_id = "o-1", .ticker = "AAPL", ...});
#pragma once

#include <tradewind/record.hpp>

namespace [[gnu::visibility("default")]] tradewind {

namespace catalyst {

/// An order as it is placed. The same order_id again means the same order.
struct Order {
  std::string_view order_id;
  std::string_view ticker;
  std::string_view order_type = "market";  ///< market, limit, stop, stop_limit
  std::string_view side = "buy";           ///< buy, sell
  Decimal quantity;
  std::optional<Decimal> limit_price = {};
  std::optional<Decimal> stop_price = {};
  std::string_view time_in_force = "day";  ///< day, gtc, ioc, fok, opg, cls
  std::string_view status = "pending";
  std::optional<std::string_view> position_id = {};
  std::optional<std::string_view> strategy = {};
  UtcTime submitted_at = utc_now();
  std::optional<Json> metadata = {};
};

/// What an order has become: of many updates of an order the last one counts.
struct OrderUpdate {
  std::string_view order_id;
  std::string_view status;
  Decimal filled_quantity;
  std::optional<Decimal> filled_avg_price = {};
  Decimal commission = {};
  Decimal slippage = {};
  std::optional<UtcTime> filled_at = {};
  UtcTime updated_at = utc_now();
};

struct Fill {
  std::string_view fill_id;
  std::string_view order_id;
  std::string_view ticker;
  std::string_view side = "buy";
  Decimal quantity;
  Decimal price;
  UtcTime filled_at = utc_now();
  std::optional<std::string_view> liquidity = {};  ///< maker, taker
  Decimal commission = {};
  std::optional<std::string_view> position_id = {};
};

}  // namespace catalyst

template <>
struct TableFor<catalyst::Order> {
  using O = catalyst::Order;
  static constexpr auto layout =
      insert_into(
          "orders", column("order_id", &O::order_id), column("ticker", &O::ticker),
          column("order_type", &O::order_type), column("side", &O::side),
          column("quantity", &O::quantity, ColumnType::real),
          column("limit_price", &O::limit_price, ColumnType::real),
          column("stop_price", &O::stop_price, ColumnType::real), column("time_in_force", &O::time_in_force),
          column("status", &O::status), column("position_id", &O::position_id),
          column("strategy", &O::strategy), column("submitted_at", &O::submitted_at, ColumnType::seconds),
          column("updated_at", &O::submitted_at, ColumnType::seconds), column("metadata", &O::metadata))
          .with_key("order_id");
};

template <>
struct TableFor<catalyst::OrderUpdate> {
  using U = catalyst::OrderUpdate;
  static constexpr auto layout =
      update_of("orders", column("order_id", &U::order_id), column("status", &U::status),
                column("filled_quantity", &U::filled_quantity, ColumnType::real),
                column("filled_avg_price", &U::filled_avg_price, ColumnType::real),
                column("commission", &U::commission, ColumnType::real),
                column("slippage", &U::slippage, ColumnType::real),
                column("filled_at", &U::filled_at, ColumnType::seconds),
                column("updated_at", &U::updated_at, ColumnType::seconds));
};

template <>
struct TableFor<catalyst::Fill> {
  using F = catalyst::Fill;
  static constexpr auto layout =
      insert_into(
          "fills", column("fill_id", &F::fill_id), column("order_id", &F::order_id),
          column("ticker", &F::ticker), column("side", &F::side),
          column("quantity", &F::quantity, ColumnType::real), column("price", &F::price, ColumnType::real),
          column("filled_at", &F::filled_at, ColumnType::seconds), column("liquidity", &F::liquidity),
          column("commission", &F::commission, ColumnType::real), column("position_id", &F::position_id))
          .with_key("fill_id");
};

}  // namespace tradewind
