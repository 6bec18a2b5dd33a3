#include "server/json_writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/text.hpp"

namespace tradewind::server {
namespace {

char* two_digits(char* out, unsigned value) {
  *out++ = static_cast<char>('0' + value / 10);
  *out++ = static_cast<char>('0' + value % 10);
  return out;
}

char* write_time(char* out, UtcTime time) {
  // The first day that there is does not begin within what a time can hold.
  const auto day =
      std::chrono::floor<std::chrono::days>(std::max(time, UtcTime::min() + std::chrono::days(1)));
  const std::chrono::year_month_day date(day);
  const auto year = static_cast<unsigned>(std::clamp(static_cast<int>(date.year()), 0, 9999));
  const auto rest = static_cast<std::uint64_t>((std::max(time, UtcTime(day)) - day).count());
  const auto seconds = static_cast<unsigned>(rest / 1'000'000);
  auto micros = static_cast<unsigned>(rest % 1'000'000);
  out = two_digits(two_digits(out, year / 100), year % 100);
  *out++ = '-';
  out = two_digits(out, static_cast<unsigned>(date.month()));
  *out++ = '-';
  out = two_digits(out, static_cast<unsigned>(date.day()));
  *out++ = 'T';
  out = two_digits(out, seconds / 3600);
  *out++ = ':';
  out = two_digits(out, seconds / 60 % 60);
  *out++ = ':';
  out = two_digits(out, seconds % 60);
  *out++ = '.';
  out = two_digits(two_digits(two_digits(out, micros / 10000), micros / 100 % 100), micros % 100);
  *out++ = 'Z';
  return out;
}

bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

}  // namespace

void JsonWriter::separate() {
  if (text_.empty()) return;
  const char last = text_.back();
  if (last != '{' && last != '[' && last != ':') text_ += ',';
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  text_ += bracket;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  text_ += bracket;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  text_ += '"';
  text_ += name;
  text_ += "\":";
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  separate();
  text_ += json;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  separate();
  text_ += '"';
  if (std::all_of(text.begin(), text.end(), is_plain)) {
    text_ += text;
  } else {
    escape(text);
  }
  text_ += '"';
  return *this;
}

void JsonWriter::escape(std::string_view text) {
  while (!text.empty()) {
    const std::size_t valid = base::invalid_utf8(text).value_or(text.size());
    for (const char c : text.substr(0, valid)) {
      if (c == '"' || c == '\\') {
        (text_ += '\\') += c;
      } else if (static_cast<unsigned char>(c) < 0x20) {
        constexpr std::string_view digits = "0123456789abcdef";
        text_ += "\\u00";
        text_ += digits[static_cast<unsigned char>(c) >> 4];
        text_ += digits[static_cast<unsigned char>(c) & 15];
      } else {
        text_ += c;
      }
    }
    text.remove_prefix(valid);
    if (text.empty()) break;
    text_ += "\xEF\xBF\xBD";
    text.remove_prefix(1);
  }
}

JsonWriter& JsonWriter::integer(std::int64_t number) {
  std::array<char, 24> digits{};
  return raw({digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr});
}

JsonWriter& JsonWriter::value(double number) {
  if (!std::isfinite(number)) return raw("null");
  std::array<char, 32> digits{};
  return raw({digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr});
}

JsonWriter& JsonWriter::value(Decimal number) {
  std::array<char, Decimal::longest + 2> text{'"'};
  char* end = number.write(text.data() + 1);
  *end++ = '"';
  return raw({text.data(), end});
}

JsonWriter& JsonWriter::value(UtcTime time) {
  std::array<char, 32> text{'"'};
  char* end = write_time(text.data() + 1, time);
  *end++ = '"';
  return raw({text.data(), end});
}

}  // namespace tradewind::server
