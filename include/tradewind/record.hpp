/// How a plain struct becomes a row: a table's layout, named once beside the struct.
///
///     struct Quote {
///       std::string_view symbol;
///       tradewind::Decimal bid, ask;
///       std::optional<tradewind::Decimal> size;
///       tradewind::UtcTime quoted_at;
///     };
///     template <>
///     struct tradewind::TableFor<Quote> {
///       static constexpr auto layout = insert_into("quotes", column("symbol", &Quote::symbol),
///                                                  column("bid", &Quote::bid), column("ask", &Quote::ask),
///                                                  column("size", &Quote::size),
///                                                  column("quoted_at", &Quote::quoted_at));
///     };
///
/// Members: integers, bool, Decimal, UtcTime, std::string_view, Json, Uuid, enumerations (as their number, or
/// as the text that a function `std::string_view column_text(Enum)` beside them gives), and std::optional of
/// these for NULL. Texts are borrowed for the length of the recording call.
#pragma once

#include <array>
#include <bit>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <tradewind/decimal.hpp>

namespace [[gnu::visibility("default")]] tradewind {

/// An instant, in microseconds: what PostgreSQL keeps. Always UTC.
using UtcTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

/// The clock's time. No system call where the kernel offers its clock without one.
inline UtcTime utc_now() noexcept {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}
/// 2026-11-21T09:30:00.000000Z; always six decimals, so that texts sort as times do.
std::string to_string(UtcTime time);
/// ISO 8601 in UTC: 2026-11-21, or with a time after T or a space: 09:30, 09:30:00, 09:30:00.25, and then
/// nothing, Z, +00 or +00:00. None for anything else.
std::optional<UtcTime> parse_utc(std::string_view text) noexcept;

/// JSON text. Whether it is JSON the database decides.
struct Json {
  std::string_view text;
};

struct Uuid {
  std::array<std::uint8_t, 16> bytes{};
  /// 36 characters, in either case. None for anything else.
  static std::optional<Uuid> parse(std::string_view text) noexcept;
  std::string to_string() const;
  friend bool operator==(const Uuid&, const Uuid&) = default;
};

/// What a column's values are, and how the engines hold them. The numbers are part of the journal's format.
enum class ColumnType : std::uint8_t {
  integer = 1,
  decimal = 2,
  text = 3,
  time = 4,  ///< an instant; text in ISO 8601 where the engine has no such type
  json = 5,
  uuid = 6,
  boolean = 7,
  seconds = 8,  ///< an instant as whole seconds since 1970
  real = 9,     ///< a Decimal kept as a double
};

enum class Operation : std::uint8_t {
  insert = 1,
  update = 2,  ///< of the row that the first column names; an update of a row that is not there is set aside
};

template <typename Record, typename Member>
struct Column {
  std::string_view name;
  Member Record::*member;
  ColumnType type;
};

namespace detail {

template <typename Member>
struct Plain {
  using type = Member;
};
template <typename Member>
struct Plain<std::optional<Member>> {
  using type = Member;
};
template <typename Member>
using plain = typename Plain<Member>::type;

template <typename Enum>
concept TextEnum = std::is_enum_v<Enum> && requires(Enum value) {
  { column_text(value) } -> std::convertible_to<std::string_view>;
};

template <typename Member>
constexpr ColumnType column_type() {
  if constexpr (std::same_as<Member, bool>)
    return ColumnType::boolean;
  else if constexpr (std::same_as<Member, Decimal>)
    return ColumnType::decimal;
  else if constexpr (std::same_as<Member, UtcTime>)
    return ColumnType::time;
  else if constexpr (std::same_as<Member, Json>)
    return ColumnType::json;
  else if constexpr (std::same_as<Member, Uuid>)
    return ColumnType::uuid;
  else if constexpr (std::convertible_to<Member, std::string_view> || TextEnum<Member>)
    return ColumnType::text;
  else {
    static_assert(std::integral<Member> || std::is_enum_v<Member>,
                  "no column can hold a member of this type");
    return ColumnType::integer;
  }
}

}  // namespace detail

template <typename Record, typename Member>
constexpr Column<Record, Member> column(std::string_view name, Member Record::*member) {
  return {name, member, detail::column_type<detail::plain<Member>>()};
}
/// For what the member's type leaves open: an instant as `seconds`, a Decimal as `real`.
template <typename Record, typename Member>
constexpr Column<Record, Member> column(std::string_view name, Member Record::*member, ColumnType type) {
  return {name, member, type};
}

/// Where records of a type go.
template <typename Record, typename... Members>
struct TableLayout {
  std::string_view table;
  Operation operation;
  std::string_view key;  ///< insert: the column whose repeated value means the same record; may be empty
  std::string_view while_null;  ///< update: only while this column is NULL; may be empty
  std::tuple<Column<Record, Members>...> columns;

  constexpr TableLayout with_key(std::string_view name) const {
    TableLayout result = *this;
    result.key = name;
    return result;
  }
  constexpr TableLayout only_while_null(std::string_view name) const {
    TableLayout result = *this;
    result.while_null = name;
    return result;
  }
};

template <typename Record, typename... Members>
constexpr TableLayout<Record, Members...> insert_into(std::string_view table,
                                                      Column<Record, Members>... columns) {
  static_assert(sizeof...(Members) <= 64, "a record has at most 64 columns");
  return {table, Operation::insert, {}, {}, {columns...}};
}
/// The first column says which row.
template <typename Record, typename... Members>
constexpr TableLayout<Record, Members...> update_of(std::string_view table,
                                                    Column<Record, Members>... columns) {
  static_assert(sizeof...(Members) >= 2 && sizeof...(Members) <= 64, "a key and something to set");
  return {table, Operation::update, {}, {}, {columns...}};
}

/// Specialise it for a struct: `static constexpr auto layout = insert_into(...)`.
template <typename Record>
struct TableFor;

struct ColumnDescription {
  std::string name;
  ColumnType type = ColumnType::text;
  friend bool operator==(const ColumnDescription&, const ColumnDescription&) = default;
};

/// A layout as data: what the journal holds beside the records, so that it can be read without the program
/// that wrote it.
struct TableDescription {
  std::uint32_t layout = 0;  ///< the layout's number, made of all the rest
  std::string table;
  Operation operation = Operation::insert;
  std::string key;
  std::string while_null;
  std::vector<ColumnDescription> columns;
  friend bool operator==(const TableDescription&, const TableDescription&) = default;
};

namespace detail {

/// FNV-1a, 32 bits.
constexpr std::uint32_t mixed(std::uint32_t hash, std::string_view text) noexcept {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return (hash ^ 0xFFU) * 16777619U;
}
constexpr std::uint32_t mixed(std::uint32_t hash, std::uint8_t byte) noexcept {
  return (hash ^ byte) * 16777619U;
}

template <typename Record>
consteval std::uint32_t layout_number() {
  const auto& layout = TableFor<Record>::layout;
  std::uint32_t hash = mixed(2166136261U, layout.table);
  hash = mixed(hash, static_cast<std::uint8_t>(layout.operation));
  hash = mixed(mixed(hash, layout.key), layout.while_null);
  std::apply(
      [&](const auto&... one) {
        ((hash = mixed(mixed(hash, one.name), static_cast<std::uint8_t>(one.type))), ...);
      },
      layout.columns);
  return hash;
}

constexpr std::size_t padded(std::size_t size) noexcept {
  return (size + 7) & ~std::size_t{7};
}

template <typename Value>
std::string_view text_of(const Value& value) noexcept {
  if constexpr (std::same_as<Value, Json>)
    return value.text;
  else if constexpr (std::is_enum_v<Value>)
    return column_text(value);
  else
    return value;
}

template <typename Member>
constexpr bool is_text = column_type<Member>() == ColumnType::text
                         || column_type<Member>() == ColumnType::json;

template <typename Member>
std::size_t size_of(const Member& value) noexcept {
  if constexpr (is_text<Member>)
    return 8 + padded(text_of(value).size());
  else if constexpr (std::same_as<Member, Decimal> || std::same_as<Member, Uuid>)
    return 16;
  else
    return 8;
}
template <typename Member>
std::size_t size_of(const std::optional<Member>& value) noexcept {
  return value ? size_of(*value) : 0;
}

/// Writes a record's values, each on a multiple of eight bytes, little-endian.
class Encoder {
 public:
  explicit Encoder(std::byte* out) noexcept : begin_(out), at_(out + 8) {}

  template <typename Member>
  void put(const Member& value) noexcept {
    present_ |= bit_;
    bit_ <<= 1;
    put_value(value);
  }
  template <typename Member>
  void put(const std::optional<Member>& value) noexcept {
    if (value) return put(*value);
    bit_ <<= 1;
  }
  void finish() noexcept { std::memcpy(begin_, &present_, sizeof present_); }

 private:
  template <typename Member>
  void put_value(const Member& value) noexcept {
    static_assert(std::endian::native == std::endian::little, "the journal is little-endian");
    if constexpr (is_text<Member>)
      put_text(text_of(value));
    else if constexpr (std::same_as<Member, Decimal>)
      put_bytes(value.units());
    else if constexpr (std::same_as<Member, Uuid>)
      put_bytes(value.bytes);
    else if constexpr (std::same_as<Member, UtcTime>)
      put_bytes(std::int64_t{value.time_since_epoch().count()});
    else
      put_bytes(static_cast<std::int64_t>(value));
  }
  template <typename Value>
  void put_bytes(const Value& value) noexcept {
    std::memcpy(at_, &value, sizeof value);
    at_ += sizeof value;
  }
  void put_text(std::string_view text) noexcept {
    put_bytes(std::uint64_t{text.size()});
    const std::size_t size = padded(text.size());
    if (size > 0) std::memset(at_ + size - 8, 0, 8);
    if (!text.empty()) std::memcpy(at_, text.data(), text.size());
    at_ += size;
  }

  std::byte* begin_;
  std::byte* at_;
  std::uint64_t present_ = 0;
  std::uint64_t bit_ = 1;
};

template <typename Record>
std::size_t encoded_size(const Record& record) noexcept {
  return std::apply(
      [&](const auto&... one) { return 8 + (std::size_t{0} + ... + size_of(record.*one.member)); },
      TableFor<Record>::layout.columns);
}
template <typename Record>
void encode(const Record& record, std::byte* out) noexcept {
  Encoder encoder(out);
  std::apply([&](const auto&... one) { (encoder.put(record.*one.member), ...); },
             TableFor<Record>::layout.columns);
  encoder.finish();
}

}  // namespace detail

/// The layout of a struct as data.
template <typename Record>
TableDescription describe() {
  constexpr const auto& layout = TableFor<Record>::layout;
  TableDescription result{.layout = detail::layout_number<Record>(),
                          .table = std::string(layout.table),
                          .operation = layout.operation,
                          .key = std::string(layout.key),
                          .while_null = std::string(layout.while_null),
                          .columns = {}};
  std::apply(
      [&](const auto&... one) {
        (result.columns.push_back({std::string(one.name), one.type}), ...);
      },
      layout.columns);
  return result;
}

}  // namespace tradewind
