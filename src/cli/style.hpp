#pragma once

#include <string>
#include <string_view>

namespace tradewind::cli {

enum class Paint { plain, bold, dim, red, green, yellow, cyan };

/// Colours, or none: for a terminal that wants them.
class Style {
 public:
  explicit Style(bool colours = false) : colours_(colours) {}
  std::string operator()(Paint paint, std::string_view text) const;

 private:
  bool colours_;
};

/// Columns that a text takes on a terminal: its characters, not its bytes.
std::size_t width(std::string_view text);

/// Control characters but line ends and tabs as \\xNN: a file's or a table's name must not steer the
/// terminal.
std::string clean(std::string_view text);

/// "0.4 ms", "41 ms", "1.2 s", "2 min 05 s".
std::string duration(double milliseconds);

/// "2026-01-14 09:30:12" of an ISO 8601 time in UTC.
std::string readable_time(std::string_view iso);

/// Breaks lines at words.
std::string wrapped(std::string_view text, std::size_t columns, std::size_t indent);

}  // namespace tradewind::cli
