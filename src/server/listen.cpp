#include "server/listen.hpp"

#include <arpa/inet.h>

#include <algorithm>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/files.hpp"
#include "base/text.hpp"

namespace tradewind::server {
namespace {

constexpr std::size_t shortest_token = 16;

bool is_ipv6(const std::string& address) {
  return address.find(':') != std::string::npos;
}

bool is_address(const std::string& address) {
  in6_addr bytes{};
  return inet_pton(is_ipv6(address) ? AF_INET6 : AF_INET, address.c_str(), &bytes) == 1;
}

[[noreturn]] void refuse(std::string_view text) {
  throw Error(Code::usage, fmt::format("--listen takes ADDRESS:PORT, not \"{}\"", base::printable(text, 80)),
              "for example 127.0.0.1:8080, 0.0.0.0:8080 or [::1]:8080; port 0 takes any that is free");
}

}  // namespace

Place Place::parse(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const std::string_view port = colon == std::string_view::npos ? text : text.substr(colon + 1);
  std::string_view host = colon == std::string_view::npos ? std::string_view() : text.substr(0, colon);
  if (host.starts_with('[') != host.ends_with(']')) refuse(text);
  const bool bracketed = host.starts_with('[');
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (host.empty() || host == "localhost") host = "127.0.0.1";
  Place place{.address = std::string(host)};
  const auto number = base::number<unsigned short>(port);
  place.port = number.value_or(0);
  if (!number || !is_address(place.address) || is_ipv6(place.address) != bracketed) refuse(text);
  return place;
}

bool Place::is_loopback() const {
  return address == "::1" || (!is_ipv6(address) && address.starts_with("127."));
}

std::string Place::url() const {
  return is_ipv6(address) ? fmt::format("http://[{}]:{}", address, port)
                          : fmt::format("http://{}:{}", address, port);
}

std::string checked_token(std::string_view text, std::string_view from) {
  const std::string_view token = base::trimmed(text);
  const bool printable = std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < 0x7F; });
  if (token.size() >= shortest_token && printable) return std::string(token);
  throw Error(
      Code::configuration,
      fmt::format("the token in {} is not {} or more printable characters in one line", from, shortest_token),
      "make one, for example with: openssl rand -hex 32");
}

std::string read_token(const std::string& file) {
  return checked_token(base::read_file(file), base::printable(file));
}

}  // namespace tradewind::server
