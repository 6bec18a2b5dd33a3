/// Exact decimal numbers for prices, sizes and profits.
///
///     using namespace tradewind::literals;
///     tradewind::Decimal price = 61000.5_dec;
///     price += *tradewind::Decimal::parse("0.25");
///     std::cout << price.to_string();  // 61000.75
#pragma once

#include <array>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace [[gnu::visibility("default")]] tradewind {

/// A multiple of 10^-10 whose magnitude is below 10^18: room for NUMERIC(28,10). Sums and differences are
/// exact and may leave that range by far (up to 10^28) before they overflow. A value, 16 bytes; no special
/// values.
class Decimal {
 public:
  __extension__ using Units = __int128;
  /// Decimals of the fraction.
  static constexpr int places = 10;

  constexpr Decimal() noexcept = default;
  /// A whole number. Doubles are refused by the compiler: they are not what they look like.
  template <std::integral Integer>
  constexpr Decimal(Integer whole) noexcept : units_(static_cast<Units>(whole) * scale) {}
  constexpr Decimal(std::floating_point auto) = delete;

  /// mantissa x 10^-decimals, as exchanges give prices. None if that is no multiple of 10^-10 below 10^18.
  static constexpr std::optional<Decimal> scaled(std::int64_t mantissa, int decimals) noexcept {
    if (decimals < 0 || decimals > 28) return std::nullopt;
    Units units = mantissa;
    for (int i = decimals; i < places; ++i) units *= 10;
    for (int i = places; i < decimals; ++i) {
      if (units % 10 != 0) return std::nullopt;
      units /= 10;
    }
    return in_range(units);
  }

  /// [+-]digits[.digits][e[+-]digits], nothing else. None for another text, a number out of range or one with
  /// digits beyond the tenth decimal that are not zero: nothing is rounded.
  static constexpr std::optional<Decimal> parse(std::string_view text) noexcept;

  /// Multiples of 10^-10. The caller sees to the range.
  static constexpr Decimal of_units(Units units) noexcept {
    Decimal result;
    result.units_ = units;
    return result;
  }
  constexpr Units units() const noexcept { return units_; }

  /// Without trailing zeros, and without a point if there is nothing behind it: "-0.5", "61000".
  std::string to_string() const {
    std::array<char, longest> text{};
    return {text.data(), static_cast<std::size_t>(write(text.data()) - text.data())};
  }
  /// The same into `out`, which has room for `longest` characters; gives the end.
  static constexpr std::size_t longest = 42;
  constexpr char* write(char* out) const noexcept;

  /// The nearest double, for charts and statistics.
  constexpr double to_double() const noexcept {
    return static_cast<double>(units_) / static_cast<double>(scale);
  }
  /// The smallest number of decimals that holds it: 0 to 10.
  constexpr int decimals() const noexcept {
    int result = places;
    for (Units rest = units_; result > 0 && rest % 10 == 0; rest /= 10) --result;
    return result;
  }

  /// To so many decimals, half away from zero: what a NUMERIC column does to a number with more than it has.
  constexpr Decimal rounded(int to) const noexcept {
    Units step = 1;
    for (int i = to; i < places; ++i) step *= 10;
    const Units half = units_ < 0 ? -step / 2 : step / 2;
    return of_units(to >= places ? units_ : (units_ + half) / step * step);
  }

  constexpr Decimal operator-() const noexcept { return of_units(-units_); }
  constexpr Decimal& operator+=(Decimal other) noexcept {
    units_ += other.units_;
    return *this;
  }
  constexpr Decimal& operator-=(Decimal other) noexcept {
    units_ -= other.units_;
    return *this;
  }
  friend constexpr Decimal operator+(Decimal a, Decimal b) noexcept { return a += b; }
  friend constexpr Decimal operator-(Decimal a, Decimal b) noexcept { return a -= b; }
  friend constexpr auto operator<=>(Decimal, Decimal) noexcept = default;
  friend constexpr bool operator==(Decimal, Decimal) noexcept = default;

 private:
  static constexpr Units scale = 10'000'000'000;
  static constexpr Units limit = scale * 1'000'000'000'000'000'000;

  static constexpr std::optional<Decimal> in_range(Units units) noexcept {
    if (units <= -limit || units >= limit) return std::nullopt;
    return of_units(units);
  }

  Units units_ = 0;
};

/// The product, rounded half away from zero to ten decimals; none if it is out of range.
constexpr std::optional<Decimal> product(Decimal a, Decimal b) noexcept;

namespace detail {

/// The digits and the exponent of a number's text.
struct DecimalText {
  std::string_view whole;
  std::string_view fraction;
  int exponent = 0;
  bool negative = false;
};

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

constexpr std::string_view take_digits(std::string_view& text) noexcept {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  const std::string_view digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

constexpr bool take_sign(std::string_view& text) noexcept {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  return negative;
}

constexpr std::optional<int> take_exponent(std::string_view& text) noexcept {
  if (!text.starts_with('e') && !text.starts_with('E')) return 0;
  text.remove_prefix(1);
  const bool negative = take_sign(text);
  const std::string_view digits = take_digits(text);
  if (digits.empty() || digits.size() > 4) return std::nullopt;
  int exponent = 0;
  for (const char c : digits) exponent = exponent * 10 + (c - '0');
  return negative ? -exponent : exponent;
}

constexpr std::optional<DecimalText> decimal_text(std::string_view text) noexcept {
  DecimalText parts;
  parts.negative = take_sign(text);
  parts.whole = take_digits(text);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    parts.fraction = take_digits(text);
    if (parts.fraction.empty()) return std::nullopt;
  }
  const auto exponent = take_exponent(text);
  if (!exponent || !text.empty() || parts.whole.empty()) return std::nullopt;
  parts.exponent = *exponent;
  return parts;
}

}  // namespace detail

constexpr std::optional<Decimal> Decimal::parse(std::string_view text) noexcept {
  const auto parts = detail::decimal_text(text);
  if (!parts) return std::nullopt;
  Units units = 0;
  // The weight of the next digit is 10^power units.
  int power = places + parts->exponent + static_cast<int>(parts->whole.size()) - 1;
  for (const std::string_view digits : {parts->whole, parts->fraction}) {
    for (const char c : digits) {
      if (c != '0' && (power < 0 || power > 27)) return std::nullopt;
      Units digit = c - '0';
      for (int i = 0; digit != 0 && i < power; ++i) digit *= 10;
      units += digit;
      --power;
    }
  }
  return in_range(parts->negative ? -units : units);
}

constexpr char* Decimal::write(char* out) const noexcept {
  __extension__ using Magnitude = unsigned __int128;
  Magnitude rest = units_ < 0 ? -static_cast<Magnitude>(units_) : static_cast<Magnitude>(units_);
  if (units_ < 0) *out++ = '-';
  std::array<char, longest> digits{};
  int count = 0;
  while (rest != 0 || count <= places) {
    digits[static_cast<std::size_t>(count++)] = static_cast<char>('0' + static_cast<int>(rest % 10));
    rest /= 10;
  }
  int last = 0;
  while (last < places && digits[static_cast<std::size_t>(last)] == '0') ++last;
  for (int i = count - 1; i >= last || i >= places; --i) {
    *out++ = digits[static_cast<std::size_t>(i)];
    if (i == places && last < places) *out++ = '.';
  }
  return out;
}

constexpr std::optional<Decimal> product(Decimal a, Decimal b) noexcept {
  __extension__ using Magnitude = unsigned __int128;
  constexpr Magnitude scale = 10'000'000'000U;
  constexpr Magnitude limit = scale * 1'000'000'000'000'000'000U;
  const auto magnitude = [](Decimal value) {
    return value.units() < 0 ? -static_cast<Magnitude>(value.units()) : static_cast<Magnitude>(value.units());
  };
  const Magnitude left = magnitude(a);
  const Magnitude right = magnitude(b);
  if (left >= limit || right >= limit) return std::nullopt;
  const Magnitude whole = left / scale;
  if (whole != 0 && right >= limit / whole + 1) return std::nullopt;
  const Magnitude units = whole * right + (left % scale * right + scale / 2) / scale;
  if (units >= limit) return std::nullopt;
  const bool negative = (a.units() < 0) != (b.units() < 0);
  return Decimal::of_units(negative ? -static_cast<Decimal::Units>(units)
                                    : static_cast<Decimal::Units>(units));
}

namespace literals {

/// 61000.5_dec: exact, or it does not compile.
consteval Decimal operator""_dec(const char* text) {
  const auto value = Decimal::parse(text);
  if (!value) throw std::invalid_argument("not a decimal number of at most ten decimals below 10^18");
  return *value;
}

}  // namespace literals

}  // namespace tradewind
