#include "database/url.hpp"

#include <array>
#include <cctype>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/text.hpp"

namespace tradewind::database {
namespace {

constexpr std::array<std::string_view, 2> server_schemes = {"postgres://", "postgresql://"};
constexpr std::array<std::string_view, 3> file_endings = {".db", ".sqlite", ".sqlite3"};

bool is_server(std::string_view text) {
  for (const std::string_view scheme : server_schemes) {
    if (text.starts_with(scheme)) return true;
  }
  return false;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char low = static_cast<char>(c | 0x20);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

std::string percent_decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
    if (escape) {
      result.push_back(static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2])));
      i += 2;
    } else {
      result.push_back(text[i]);
    }
  }
  return result;
}

std::vector<std::pair<std::string, std::string>> parse_options(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> options;
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find('&'));
    const std::size_t equals = item.find('=');
    if (equals == std::string_view::npos) {
      throw Error(Code::configuration,
                  fmt::format("the database URL's option \"{}\" has no value", base::printable(item)),
                  "write it as name=value, several joined by &");
    }
    options.emplace_back(item.substr(0, equals), percent_decoded(item.substr(equals + 1)));
    text.remove_prefix(std::min(text.size(), item.size() + 1));
  }
  return options;
}

Url file_url(std::string_view text, std::string_view rest) {
  if (rest.starts_with("//")) rest.remove_prefix(2);
  Url url{.scheme = "sqlite", .text = std::string(text), .path = {}, .options = {}};
  const std::size_t question = rest.find('?');
  url.path = std::string(rest.substr(0, question));
  if (question != std::string_view::npos) url.options = parse_options(rest.substr(question + 1));
  if (url.path.empty()) {
    throw Error(Code::configuration,
                fmt::format("the database URL \"{}\" names no file", base::printable(text)),
                "write sqlite:PATH, or sqlite::memory: for a database in memory");
  }
  return url;
}

bool has_file_ending(std::string_view text) {
  const std::string_view path = text.substr(0, text.find('?'));
  for (const std::string_view ending : file_endings) {
    if (path.ends_with(ending)) return true;
  }
  return false;
}

}  // namespace

Url Url::parse(std::string_view text) {
  if (is_server(text)) return {.scheme = "postgresql", .text = std::string(text), .path = {}, .options = {}};
  for (const std::string_view prefix : {"sqlite3:", "sqlite:"}) {
    if (text.starts_with(prefix)) return file_url(text, text.substr(prefix.size()));
  }
  if (text == ":memory:" || has_file_ending(text)) return file_url(text, text);
  throw Error(
      Code::configuration, fmt::format("\"{}\" is no database URL", base::printable(mask_password(text))),
      "write postgresql://user@host/database, sqlite:PATH, or a path that ends in .db, .sqlite or .sqlite3");
}

std::string Url::masked() const {
  return mask_password(text);
}

// Over-masking is harmless, a leak is not: whatever stands between the first colon and the last @ of a word
// goes.
std::string mask_password(std::string_view text) {
  std::string result(text);
  for (std::size_t scheme = result.find("://"); scheme != std::string::npos;
       scheme = result.find("://", scheme + 3)) {
    const std::size_t begin = scheme + 3;
    const std::size_t end = std::min(result.find_first_of(" \t\n\"'", begin), result.size());
    const std::size_t at = end == 0 ? std::string::npos : result.rfind('@', end - 1);
    const std::size_t colon = result.find(':', begin);
    if (at != std::string::npos && at > begin && colon < at) result.replace(colon + 1, at - colon - 1, "***");
  }
  for (std::size_t equals = result.find('='); equals != std::string::npos;
       equals = result.find('=', equals + 1)) {
    const std::string_view before = base::trimmed(std::string_view(result).substr(0, equals));
    const std::size_t delimiter = before.find_last_of("?& \t\n\"'");
    const std::string_view name = before.substr(delimiter == std::string_view::npos ? 0 : delimiter + 1);
    const std::size_t begin = result.find_first_not_of(" \t", equals + 1);
    if (begin == std::string::npos || !base::lower(percent_decoded(name)).ends_with("password")) continue;
    const bool in_quotes = result[begin] == '\'';
    const std::size_t end =
        in_quotes ? result.find('\'', begin + 1) : result.find_first_of("& \t\n\"", begin);
    result.replace(begin, std::min(end, result.size()) - begin, "***");
  }
  return result;
}

}  // namespace tradewind::database
