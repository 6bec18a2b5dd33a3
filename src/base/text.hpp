#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tradewind::base {

/// The offset of the first byte that is not UTF-8 (RFC 3629), if there is one.
std::optional<std::size_t> invalid_utf8(std::string_view text);

/// The candidate nearest to `word` by edits (insert, delete, change, swap), if one is near enough to be
/// what was meant. Empty otherwise.
std::string nearest(std::string_view word, std::span<const std::string> candidates);

/// Fit for one line of output: control characters and invalid bytes as \xNN, shortened to about `limit`
/// characters.
std::string printable(std::string_view text, std::size_t limit = 200);

/// "a, b and c".
std::string listed(std::span<const std::string> items, std::size_t limit = 10);

/// 'text' as an SQL string literal, NULL for none.
std::string literal(const std::optional<std::string>& text);

/// A double-quoted SQL identifier.
std::string quoted(std::string_view identifier);

std::string_view trimmed(std::string_view text);
std::string lower(std::string_view text);

/// All of the text as a number, written in C's way; nothing if it is anything else or too large. For int,
/// unsigned short, long, unsigned long and double.
template <typename Number>
std::optional<Number> number(std::string_view text);

/// For a place in a URL: what is not a letter, a digit or one of -._~ as %XX (RFC 3986, 2.1).
std::string percent_encoded(std::string_view text);

/// `count` with the noun, in the plural where it takes one: "1 migration", "3 migrations".
std::string counted(std::size_t count, std::string_view noun);

}  // namespace tradewind::base
