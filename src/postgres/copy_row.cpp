#include "postgres/copy_row.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

#include <fmt/format.h>

namespace tradewind::postgres {
namespace {

using database::Value;

/// pg_type's numbers, which never change.
enum : Oid {
  bool_type = 16,
  int8_type = 20,
  int2_type = 21,
  int4_type = 23,
  text_type = 25,
  json_type = 114,
  float8_type = 701,
  char_type = 1042,
  varchar_type = 1043,
  timestamp_type = 1114,
  timestamptz_type = 1184,
  numeric_type = 1700,
  uuid_type = 2950,
  jsonb_type = 3802,
};

/// Microseconds from 1970 to 2000, where the server's timestamps begin.
constexpr std::int64_t epoch = 946'684'800'000'000;

bool takes_text(const ServerColumn& column) {
  return column.is_enum || column.type == text_type || column.type == varchar_type ||
         column.type == char_type || column.type == json_type;
}

[[noreturn]] void no_form(const ServerColumn& column) {
  throw Error(
      Code::unsupported,
      fmt::format("column {} is of a type that records of this kind can't be written to", column.name),
      "give the record's member the column's type");
}

}  // namespace

CopyRows::CopyRows() {
  bytes_.assign("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
}

void CopyRows::begin_row(std::size_t fields) {
  put(static_cast<std::int16_t>(fields));
}

void CopyRows::finish() {
  put(std::int16_t{-1});
}

template <typename Integer>
void CopyRows::put(Integer value) {
  auto bits = static_cast<std::make_unsigned_t<Integer>>(value);
  std::array<char, sizeof bits> bytes{};
  for (std::size_t i = sizeof bits; i > 0; --i) {
    bytes[i - 1] = static_cast<char>(bits & 0xFFU);
    if constexpr (sizeof bits > 1) bits = static_cast<decltype(bits)>(bits >> 8);
  }
  bytes_.append(bytes.data(), bytes.size());
}

void CopyRows::put_sized_integer(std::int64_t value, const ServerColumn& column) {
  const auto check = [&](auto limits) {
    if (value >= limits.min() && value <= limits.max()) return;
    throw Error(Code::statement_failed, fmt::format("{} is out of range for column {}", value, column.name))
        .with_sqlstate("22003");
  };
  if (column.type == int2_type) {
    check(std::numeric_limits<std::int16_t>());
    put(std::int32_t{2});
    put(static_cast<std::int16_t>(value));
  } else if (column.type == int4_type) {
    check(std::numeric_limits<std::int32_t>());
    put(std::int32_t{4});
    put(static_cast<std::int32_t>(value));
  } else {
    put(std::int32_t{8});
    put(value);
  }
}

void CopyRows::put_double(double value) {
  put(std::int32_t{8});
  put(std::bit_cast<std::int64_t>(value));
}

/// Digits of base 10,000, least significant first, without the zeros at either end: those at the low end are
/// counted.
struct NumericDigits {
  std::array<std::int16_t, 12> digits;
  int count = 0;
  int skipped = 0;

  template <typename Number>
  explicit NumericDigits(Number rest) {
    for (; rest != 0; rest /= 10'000) {
      const auto digit = static_cast<std::int16_t>(rest % 10'000);
      if (count == 0 && digit == 0) {
        ++skipped;
      } else {
        digits[static_cast<std::size_t>(count++)] = digit;
      }
    }
  }
};

/// The digits are aligned at the point: ten decimals are two and a half of them.
void CopyRows::put_numeric(Decimal value) {
  __extension__ using Magnitude = unsigned __int128;
  const bool negative = value.units() < 0;
  const Magnitude rest =
      (negative ? -static_cast<Magnitude>(value.units()) : static_cast<Magnitude>(value.units())) * 100;
  constexpr int fraction_digits = 3;
  // Most numbers fit into 64 bits, which are divided much faster.
  const NumericDigits number = rest <= std::numeric_limits<std::uint64_t>::max()
                                   ? NumericDigits(static_cast<std::uint64_t>(rest))
                                   : NumericDigits(rest);
  const int count = number.count;
  const int last = fraction_digits - number.skipped;
  put(static_cast<std::int32_t>(8 + 2 * count));
  put(static_cast<std::int16_t>(count));
  put(static_cast<std::int16_t>(count == 0 ? 0 : count + number.skipped - fraction_digits - 1));
  put(static_cast<std::int16_t>(negative ? 0x4000 : 0));
  put(static_cast<std::int16_t>(count == 0 ? 0 : std::clamp(4 * last, 0, Decimal::places)));
  for (int i = count - 1; i >= 0; --i) put(number.digits[static_cast<std::size_t>(i)]);
}

void CopyRows::put_text(std::string_view text, bool with_version) {
  put(static_cast<std::int32_t>(text.size() + (with_version ? 1 : 0)));
  if (with_version) bytes_ += '\1';
  bytes_.append(text);
}

void CopyRows::add(const Value& value, const ServerColumn& column) {
  if (value.null) return put(std::int32_t{-1});
  const Oid type = column.type;
  const bool integer_column = type == int2_type || type == int4_type || type == int8_type;
  switch (value.type) {
    case ColumnType::integer:
      if (type == numeric_type) return put_numeric(value.integer);
      if (integer_column) return put_sized_integer(value.integer, column);
      break;
    case ColumnType::seconds:
      if (integer_column) return put_sized_integer(value.integer / 1'000'000, column);
      break;
    case ColumnType::boolean:
      if (type != bool_type) break;
      put(std::int32_t{1});
      return put(static_cast<std::int8_t>(value.integer != 0));
    case ColumnType::decimal:
    case ColumnType::real:
      if (type == numeric_type) return put_numeric(value.decimal);
      if (type == float8_type) return put_double(value.decimal.to_double());
      break;
    case ColumnType::time:
      if (type != timestamptz_type && type != timestamp_type) break;
      put(std::int32_t{8});
      return put(value.integer - epoch);
    case ColumnType::uuid:
      if (type == uuid_type) return put_text(value.text, false);
      break;
    case ColumnType::text:
    case ColumnType::json:
      if (type == jsonb_type) return put_text(value.text, true);
      if (takes_text(column)) return put_text(value.text, false);
      break;
  }
  no_form(column);
}

}  // namespace tradewind::postgres
