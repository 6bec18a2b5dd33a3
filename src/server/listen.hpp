#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tradewind::server {

/// Where to listen.
struct Place {
  std::string address;  ///< a number, not a name
  std::uint16_t port = 0;

  /// ADDRESS:PORT, [IPv6]:PORT, localhost:PORT, :PORT for 127.0.0.1 or PORT alone. Throws Error{usage}.
  static Place parse(std::string_view text);
  /// Reached from this machine only.
  bool is_loopback() const;
  std::string url() const;
};

/// A token's file holds it in one line. Throws Error{configuration} for one that guesses easily or that no
/// header can carry, Error{source_unreadable}.
std::string read_token(const std::string& file);
std::string checked_token(std::string_view text, std::string_view from);

}  // namespace tradewind::server
