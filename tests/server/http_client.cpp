#include "server/http_client.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace tradewind::test {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

Answer parsed_head(const std::string& head) {
  Answer answer;
  answer.status = std::stoi(head.substr(head.find(' ') + 1, 3));
  for (std::size_t at = head.find("\r\n"); at + 2 < head.size();) {
    const std::size_t end = head.find("\r\n", at + 2);
    const std::string line = head.substr(at + 2, end - at - 2);
    const std::size_t colon = line.find(':');
    answer.headers[lower(line.substr(0, colon))] = line.substr(line.find_first_not_of(' ', colon + 1));
    at = end;
  }
  return answer;
}

}  // namespace

HttpClient::HttpClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (!socket_ || ::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("no connection to port " + std::to_string(port));
}

void HttpClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool HttpClient::read_more(std::chrono::milliseconds patience) {
  pollfd ready{.fd = socket_.get(), .events = POLLIN, .revents = 0};
  if (::poll(&ready, 1, static_cast<int>(patience.count())) <= 0)
    throw std::runtime_error("no answer in time; so far: " + received_);
  char buffer[65536];
  const ssize_t size = ::recv(socket_.get(), buffer, sizeof buffer, 0);
  if (size <= 0) return false;
  received_.append(buffer, static_cast<std::size_t>(size));
  return true;
}

std::optional<Answer> HttpClient::receive(bool has_body, std::chrono::milliseconds patience) {
  std::size_t end = 0;
  while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!read_more(patience)) return std::nullopt;
  }
  Answer answer = parsed_head(received_.substr(0, end + 2));
  received_.erase(0, end + 4);
  const std::string length = answer.header("content-length");
  const std::size_t size = !has_body || length.empty() ? 0 : std::stoul(length);
  while (received_.size() < size) {
    if (!read_more(patience)) return std::nullopt;
  }
  answer.body = received_.substr(0, size);
  received_.erase(0, size);
  return answer;
}

Answer HttpClient::request(std::string_view method, std::string_view target, std::string_view headers) {
  std::string text;
  ((text += method) += ' ') += target;
  (text += " HTTP/1.1\r\n") += headers;
  if (headers.find("Host:") == std::string_view::npos) text += "Host: localhost\r\n";
  send(text + "\r\n");
  const auto answer = receive(method != "HEAD");
  if (!answer) throw std::runtime_error("the server closed instead of answering " + std::string(target));
  return *answer;
}

bool HttpClient::closed(std::chrono::milliseconds patience) {
  pollfd ready{.fd = socket_.get(), .events = POLLIN, .revents = 0};
  char byte = 0;
  return ::poll(&ready, 1, static_cast<int>(patience.count())) > 0 && ::recv(socket_.get(), &byte, 1, 0) <= 0;
}

Answer http_get(std::uint16_t port, std::string_view target, std::string_view headers) {
  return HttpClient(port).get(target, headers);
}

}  // namespace tradewind::test
