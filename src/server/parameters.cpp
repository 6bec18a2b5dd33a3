#include "server/parameters.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/text.hpp"

namespace tradewind::server {
namespace {

constexpr std::int64_t most_rows = 1000;
constexpr std::int64_t most_offset = 1'000'000'000;
constexpr std::size_t longest_word = 128;

constexpr ParameterInfo infos[] = {
    {"start_date", "Rows from this UTC day or moment on: 2026-11-21, 2026-11-21T09:30:00Z",
     R"({"type":"string","examples":["2026-11-21","2026-11-21T09:30:00Z"]})"},
    {"end_date", "Rows before this UTC moment; a day counts whole",
     R"({"type":"string","examples":["2026-11-21","2026-11-21T09:30:00Z"]})"},
    {"symbol", "Only of this symbol", R"({"type":"string","minLength":1,"maxLength":128})"},
    {"phase", "Only of this phase", R"({"type":"integer","enum":[1,2]})"},
    {"event_type", "Only of this type", R"({"type":"string","minLength":1,"maxLength":128})"},
    {"severity", "Only of this severity", R"({"type":"string","enum":["ERROR","WARNING","INFO"]})"},
    {"limit", "Rows at most", R"({"type":"integer","minimum":1,"maximum":1000,"default":100})"},
    {"offset", "Rows to leave out first; a cursor costs less",
     R"({"type":"integer","minimum":0,"maximum":1000000000,"default":0})"},
    {"cursor", "next_cursor of the page before", R"({"type":"string","pattern":"^[0-9]{1,19}$"})"},
};

[[noreturn]] void refuse(std::string_view name, std::string_view must, std::string_view value) {
  throw Error(Code::usage, fmt::format("{} must be {}, not \"{}\"", name, must, base::printable(value, 80)));
}

std::optional<unsigned> digit(char c) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(&c, &c + 1, value, 16);
  if (error != std::errc()) return std::nullopt;
  return value;
}

std::string decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    const auto high = i + 2 < text.size() ? digit(text[i + 1]) : std::nullopt;
    const auto low = high ? digit(text[i + 2]) : std::nullopt;
    if (!low) throw Error(Code::usage, "a % in the query begins no percent-encoded byte");
    result += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  if (base::invalid_utf8(result)) throw Error(Code::usage, "the query is not UTF-8");
  return result;
}

std::string names(std::span<const std::string_view> known) {
  if (known.empty()) return "there are none here";
  const std::vector<std::string> all(known.begin(), known.end());
  return fmt::format("there are {}", base::listed(all));
}

bool is_day(std::string_view text) {
  return text.size() == 10;
}

}  // namespace

const ParameterInfo& parameter_info(std::string_view name) {
  const auto* found =
      std::find_if(std::begin(infos), std::end(infos), [&](const auto& info) { return info.name == name; });
  if (found == std::end(infos)) throw Error(Code::internal, fmt::format("no parameter {}", name));
  return *found;
}

Parameters::Parameters(std::string_view query, std::span<const std::string_view> known) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const std::size_t sign = std::min(pair.find('='), pair.size());
    Given one{decoded(pair.substr(0, sign)), decoded(pair.substr(std::min(sign + 1, pair.size())))};
    if (std::find(known.begin(), known.end(), one.name) == known.end()) {
      throw Error(Code::usage,
                  fmt::format("no parameter \"{}\": {}", base::printable(one.name, 80), names(known)));
    }
    if (value(one.name)) throw Error(Code::usage, fmt::format("{} is given twice", one.name));
    given_.push_back(std::move(one));
  }
}

std::optional<std::string_view> Parameters::value(std::string_view name) const {
  for (const Given& one : given_) {
    if (one.name == name) return one.value;
  }
  return std::nullopt;
}

std::optional<std::string> Parameters::word(std::string_view name) const {
  const auto text = value(name);
  if (!text) return std::nullopt;
  const bool has_control =
      std::any_of(text->begin(), text->end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  if (text->empty() || text->size() > longest_word || has_control)
    refuse(name, "1 to 128 printable characters", *text);
  return std::string(*text);
}

std::optional<std::int64_t> Parameters::integer(std::string_view name, std::int64_t least,
                                                std::int64_t most) const {
  const auto text = value(name);
  if (!text) return std::nullopt;
  const auto number = base::number<std::int64_t>(*text);
  if (!number || *number < least || *number > most)
    refuse(name, fmt::format("a whole number from {} to {}", least, most), *text);
  return number;
}

std::optional<UtcTime> Parameters::start_date() const {
  const auto text = value("start_date");
  if (!text) return std::nullopt;
  const auto time = parse_utc(*text);
  if (!time) refuse("start_date", "a UTC day or moment such as 2026-11-21 or 2026-11-21T09:30:00Z", *text);
  return time;
}

std::optional<UtcTime> Parameters::end_date() const {
  const auto text = value("end_date");
  if (!text) return std::nullopt;
  const auto time = parse_utc(*text);
  if (!time) refuse("end_date", "a UTC day or moment such as 2026-11-21 or 2026-11-21T09:30:00Z", *text);
  const UtcTime until = is_day(*text) ? *time + std::chrono::days(1) : *time;
  if (const auto from = start_date(); from && *from >= until)
    throw Error(Code::usage, "end_date must be behind start_date");
  return until;
}

std::optional<int> Parameters::phase() const {
  const auto number = integer("phase", 1, 2);
  return number ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

std::optional<Severity> Parameters::severity() const {
  const auto text = value("severity");
  if (!text) return std::nullopt;
  for (const Severity severity : {Severity::error, Severity::warning, Severity::info}) {
    if (column_text(severity) == *text) return severity;
  }
  refuse("severity", "ERROR, WARNING or INFO", *text);
}

Page Parameters::page() const {
  Page page;
  page.limit = static_cast<std::size_t>(integer("limit", 1, most_rows).value_or(100));
  page.offset = static_cast<std::size_t>(integer("offset", 0, most_offset).value_or(0));
  page.before = integer("cursor", 0, std::numeric_limits<std::int64_t>::max());
  if (page.before && value("offset"))
    throw Error(Code::usage, "cursor and offset exclude each other: a cursor says where the page begins");
  return page;
}

}  // namespace tradewind::server
