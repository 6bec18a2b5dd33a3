#include "database/url.hpp"

#include <algorithm>
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

bool is_url(std::string_view text) {
  const std::size_t scheme = text.find("://");
  return scheme != std::string_view::npos && scheme > 0 &&
         std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(scheme),
                     [](unsigned char c) { return std::isalnum(c) != 0; });
}

/// Between the first colon and the last @: more than the password if an @ stands in the URL's options, but
/// never less, whatever its user has left unencoded in it. Empty if there is none.
std::string_view password_in_front(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t begin = scheme == std::string_view::npos ? 0 : scheme + 3;
  const std::size_t colon = url.find(':', begin);
  const std::size_t at = url.rfind('@');
  if (colon == std::string_view::npos || at == std::string_view::npos || at < colon) return {};
  return url.substr(colon + 1, at - colon - 1);
}

/// Over-masking is harmless, a leak is not: a line is masked from its first URL's first colon to its last @.
std::string masked_user(std::string line) {
  if (line.find("://") == std::string::npos) return line;
  const std::string_view password = password_in_front(line);
  if (!password.empty())
    line.replace(static_cast<std::size_t>(password.data() - line.data()), password.size(), "***");
  return line;
}

/// What "password=" begins: in a URL up to the next option, a blank or quote being part of it.
std::size_t end_of_option(std::string_view line, std::size_t begin, bool in_url) {
  if (in_url) {
    std::size_t end = line.find('&', begin);
    const auto is_option = [&](std::size_t at) {
      return line.substr(at + 1, line.find('&', at + 1) - at - 1).find('=') != std::string_view::npos;
    };
    while (end != std::string_view::npos && !is_option(end)) end = line.find('&', end + 1);
    return std::min(end, line.size());
  }
  if (line[begin] != '\'') return std::min(line.find_first_of("& \t\"", begin), line.size());
  std::size_t end = begin + 1;
  while (end < line.size() && line[end] != '\'') end += line[end] == '\\' ? 2 : 1;
  return std::min(end, line.size());
}

/// The places of the values of options that are named like a password.
std::vector<std::pair<std::size_t, std::size_t>> password_options(std::string_view line) {
  std::vector<std::pair<std::size_t, std::size_t>> places;
  for (std::size_t equals = line.find('='); equals != std::string_view::npos;
       equals = line.find('=', equals + 1)) {
    const std::string_view before = base::trimmed(line.substr(0, equals));
    const std::size_t delimiter = before.find_last_of("?& \t\"'");
    const std::string_view name = before.substr(delimiter == std::string_view::npos ? 0 : delimiter + 1);
    const std::size_t begin = line.find_first_not_of(" \t", equals + 1);
    if (begin == std::string_view::npos || !base::lower(percent_decoded(name)).ends_with("password"))
      continue;
    const std::size_t scheme = line.find("://");
    const std::size_t end = end_of_option(line, begin, scheme != std::string_view::npos && scheme < equals);
    places.emplace_back(begin, end);
    equals = end - 1;
    if (equals < begin) break;
  }
  return places;
}

std::string masked_options(std::string line) {
  const auto places = password_options(line);
  for (auto place = places.rbegin(); place != places.rend(); ++place)
    line.replace(place->first, place->second - place->first, "***");
  return line;
}

/// A text that is neither a server's URL nor a file's may have been meant as one.
std::string masked_unknown(std::string_view text) {
  const std::string_view password = is_url(text) ? std::string_view() : password_in_front(text);
  if (password.empty()) return mask_password(text);
  std::string result(text);
  return result.replace(static_cast<std::size_t>(password.data() - text.data()), password.size(), "***");
}

/// The URL's passwords and every part of them that libpq may take for something else and name in a message,
/// as written and decoded, the longest first.
std::vector<std::string> secrets_of(std::string_view url) {
  std::vector<std::string_view> whole = {password_in_front(url)};
  for (const auto& [begin, end] : password_options(url)) whole.push_back(url.substr(begin, end - begin));
  std::vector<std::string> secrets;
  for (std::string_view text : whole) {
    // Each tail too: a host is what follows an @.
    for (std::string_view tail = text; !tail.empty();) {
      const std::size_t part = std::min(tail.find_first_of("@/:?&=,[]#"), tail.size());
      for (const std::string_view piece : {tail, tail.substr(0, part)}) {
        if (piece.empty()) continue;
        secrets.emplace_back(piece);
        secrets.push_back(percent_decoded(piece));
      }
      tail.remove_prefix(std::min(part + 1, tail.size()));
    }
  }
  std::sort(secrets.begin(), secrets.end(),
            [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
  return secrets;
}

bool is_word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Where `word` stands by itself: the password "p" is no part of "port".
std::size_t find_word(std::string_view text, std::string_view word, std::size_t from) {
  constexpr std::size_t long_enough = 6;
  for (std::size_t at = text.find(word, from); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool alone = (at == 0 || !is_word_character(text[at - 1])) &&
                       (end == text.size() || !is_word_character(text[end]));
    if (alone || word.size() >= long_enough) return at;
  }
  return std::string_view::npos;
}

void replace_words(std::string& text, std::string_view word) {
  for (std::size_t at = find_word(text, word, 0); at != std::string::npos; at = find_word(text, word, at + 3))
    text.replace(at, word.size(), "***");
}

}  // namespace

Url Url::parse(std::string_view text) {
  if (is_server(text)) return {.scheme = "postgresql", .text = std::string(text), .path = {}, .options = {}};
  for (const std::string_view prefix : {"sqlite3:", "sqlite:"}) {
    if (text.starts_with(prefix)) return file_url(text, text.substr(prefix.size()));
  }
  if (text == ":memory:" || has_file_ending(text)) return file_url(text, text);
  throw Error(
      Code::configuration, fmt::format("\"{}\" is no database URL", base::printable(masked_unknown(text))),
      "write postgresql://user@host/database, sqlite:PATH, or a path that ends in .db, .sqlite or .sqlite3");
}

std::string Url::masked() const {
  return mask_password(text);
}

std::string mask_password(std::string_view text) {
  std::string result(text);
  for (std::size_t begin = 0; begin < result.size();) {
    const std::size_t end = is_url(text) ? result.size() : std::min(result.find('\n', begin), result.size());
    const std::string masked = masked_options(masked_user(result.substr(begin, end - begin)));
    result.replace(begin, end - begin, masked);
    begin += masked.size() + 1;
  }
  return result;
}

std::string conceal(std::string_view message, std::string_view url) {
  const std::string shown = mask_password(url);
  std::string result(message);
  for (const std::string& secret : secrets_of(url)) {
    // What the URL shows of itself anyway gives nothing away: the user "postgres" with the same password.
    if (find_word(shown, secret, 0) == std::string::npos) replace_words(result, secret);
  }
  return mask_password(result);
}

bool has_bare_password_signs(std::string_view url) {
  const std::string_view password = password_in_front(url);
  if (password.find_first_of("@/?#[] ") != std::string_view::npos) return true;
  for (std::size_t at = password.find('%'); at != std::string_view::npos; at = password.find('%', at + 1)) {
    if (at + 2 >= password.size() || hex_digit(password[at + 1]) < 0 || hex_digit(password[at + 2]) < 0)
      return true;
  }
  return false;
}

}  // namespace tradewind::database
