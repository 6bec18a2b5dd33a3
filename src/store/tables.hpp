#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <tradewind/record.hpp>

#include "database/bulk.hpp"
#include "store/frame.hpp"

namespace tradewind::store {

/// A layout as the journal holds it. Throws Error{journal_damaged} for bytes that are none.
std::vector<std::byte> encoded(const TableDescription& table);
TableDescription decoded_table(std::span<const std::byte> bytes);

/// Adds a record's values, in the order of its table's columns; texts point into the payload. False if the
/// payload does not fit the table: then what was added means nothing.
using Values = std::vector<database::Value>;
bool decode(const TableDescription& table, std::span<const std::byte> payload, Values& out);

/// {"symbol":"BTCUSDT","size":"0.5"}: for dead letters and for people.
std::string to_json(const TableDescription& table, std::span<const database::Value> values);
std::string json_text(std::string_view text);

/// Layouts by number.
using Tables = std::map<std::uint32_t, TableDescription>;

}  // namespace tradewind::store
