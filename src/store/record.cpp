#include <tradewind/record.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace tradewind {
namespace {

using std::chrono::microseconds;

std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, digits)) {
    if (!detail::is_digit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<UtcTime> take_date(std::string_view& text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return UtcTime(std::chrono::sys_days(date));
}

std::optional<microseconds> take_fraction(std::string_view& text) {
  if (!take(text, '.')) return microseconds(0);
  microseconds::rep value = 0;
  std::size_t count = 0;
  for (; !text.empty() && detail::is_digit(text.front()); text.remove_prefix(1)) {
    if (++count > 6 && text.front() != '0') return std::nullopt;
    if (count <= 6) value = value * 10 + (text.front() - '0');
  }
  if (count == 0) return std::nullopt;
  for (; count < 6; ++count) value *= 10;
  return microseconds(value);
}

std::optional<microseconds> take_time(std::string_view& text) {
  const auto hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  microseconds time = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
  if (!take(text, ':')) return time;
  const auto second = take_number(text, 2);
  const auto fraction = take_fraction(text);
  if (!second || *second > 59 || !fraction) return std::nullopt;
  return time + std::chrono::seconds(*second) + *fraction;
}

std::optional<unsigned> hexadecimal(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

bool is_dash(std::size_t index) {
  return index == 8 || index == 13 || index == 18 || index == 23;
}

}  // namespace

std::string to_string(UtcTime time) {
  // The first day that there is does not begin within what a time can hold.
  const auto day =
      std::chrono::floor<std::chrono::days>(std::max(time, UtcTime::min() + std::chrono::days(1)));
  const std::chrono::year_month_day date(day);
  const auto rest = (std::max(time, UtcTime(day)) - day).count();
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     rest / 3'600'000'000, rest / 60'000'000 % 60, rest / 1'000'000 % 60, rest % 1'000'000);
}

std::optional<UtcTime> parse_utc(std::string_view text) noexcept {
  auto time = take_date(text);
  if (!time || text.empty()) return time;
  if (!take(text, 'T') && !take(text, ' ')) return std::nullopt;
  const auto of_day = take_time(text);
  const bool utc = text.empty() || text == "Z" || text == "+00" || text == "+00:00";
  if (!of_day || !utc) return std::nullopt;
  return *time + *of_day;
}

std::optional<Uuid> Uuid::parse(std::string_view text) noexcept {
  if (text.size() != 36) return std::nullopt;
  Uuid result;
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_dash(i) && text[i] == '-') continue;
    const auto digit = hexadecimal(text[i]);
    if (!digit || is_dash(i)) return std::nullopt;
    std::uint8_t& byte = result.bytes[digits++ / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | *digit);
  }
  return result;
}

std::string Uuid::to_string() const {
  std::string result;
  for (const std::uint8_t byte : bytes) {
    if (is_dash(result.size())) result += '-';
    result += fmt::format("{:02x}", byte);
  }
  return result;
}

}  // namespace tradewind
