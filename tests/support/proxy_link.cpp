#include "support/proxy_link.hpp"

#include <linux/filter.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

#include "support/given.hpp"

namespace tradewind::test {
namespace {

// Longer than a sender pauses inside of what it says at once.
constexpr auto quiet = std::chrono::milliseconds(50);

constexpr short read_event = POLLIN;
constexpr short write_event = POLLOUT;

/// How many of the last bytes could be the pattern's first.
std::size_t partial_match(std::string_view text, std::string_view pattern) {
  for (std::size_t size = std::min(text.size(), pattern.size() - 1); size > 0; --size) {
    if (text.ends_with(pattern.substr(0, size))) return size;
  }
  return 0;
}

Direction opposite(Direction direction) {
  return direction == Direction::to_server ? Direction::to_client : Direction::to_server;
}

}  // namespace

void drop_packets(int socket, bool on) {
  sock_filter nothing = {BPF_RET | BPF_K, 0, 0, 0};
  const sock_fprog program = {1, &nothing};
  const int option = on ? SO_ATTACH_FILTER : SO_DETACH_FILTER;
  if (setsockopt(socket, SOL_SOCKET, option, &program, sizeof program) == 0 || errno == ENOENT) return;
  throw std::system_error(errno, std::generic_category(), "a packet filter for the black hole");
}

ProxyLink::ProxyLink(Descriptor client, Descriptor server, ProxyRules& rules)
    : client_(std::move(client)), server_(std::move(server)), rules_(rules) {}

short ProxyLink::events(const Lane& in, const Lane& out) const {
  if (rules_.black_hole) return 0;
  const bool reads = !in.line.closed() && !in.line.full();
  return static_cast<short>((reads ? read_event : 0) | (out.blocked ? write_event : 0));
}

short ProxyLink::client_events() const {
  return client_ ? events(lanes_[0], lanes_[1]) : short{0};
}
short ProxyLink::server_events() const {
  return server_ ? events(lanes_[1], lanes_[0]) : short{0};
}

std::optional<ProxyLink::Clock::time_point> ProxyLink::wakes_at() const {
  if (rules_.black_hole) return std::nullopt;
  std::optional<Clock::time_point> first = cut_at_;
  const auto consider = [&](std::optional<Clock::time_point> time) {
    if (time && (!first || *time < *first)) first = time;
  };
  for (const auto& lane : lanes_) {
    if (!lane.blocked) consider(lane.line.next_due());
    if (!lane.held.empty()) consider(lane.held_until);
  }
  return first;
}

void ProxyLink::work(short client_events, short server_events) {
  if (rules_.black_hole || finished()) return;
  if (client_events != 0) receive(lane(Direction::to_server), client_);
  if (server_events != 0) receive(lane(Direction::to_client), server_);
  if (draining_) {
    if (lane(Direction::to_client).line.closed()) close();
    return;
  }
  for (auto& lane : lanes_) release(lane);
  forward(lane(Direction::to_server), server_);
  forward(lane(Direction::to_client), client_);
  if (cut_at_ && last_burst_ && Clock::now() >= *cut_at_ && lane(*last_burst_).line.empty()) drain();
  if (ended_ == 2) cut_at_ ? cut() : close();
}

void ProxyLink::receive(Lane& from, const Descriptor& socket) {
  if (!socket || from.line.closed() || from.line.full()) return;
  static thread_local std::string buffer(256U << 10, '\0');
  const auto count = recv(socket.get(), buffer.data(), buffer.size(), 0);
  if (count < 0 && errno == EAGAIN) return;
  if (count > 0) return admit(from, buffer.substr(0, static_cast<std::size_t>(count)));
  pass(from, std::exchange(from.held, {}));
  from.line.close(DelayLine::Mark::end, Clock::now() + rules_.delay[index(from.direction)]);
}

void ProxyLink::admit(Lane& into, std::string text) {
  if (into.muted) return;
  if (into.direction == Direction::to_server) turn(Direction::to_server);
  auto& budget = rules_.budget[index(into.direction)];
  if (!budget) return scan(into, std::move(text));
  const bool spent = text.size() >= *budget;
  if (spent) text.resize(*budget);
  *budget -= text.size();
  scan(into, std::move(text));
  if (!spent) return;
  budget.reset();
  pass(into, std::exchange(into.held, {}));
  into.line.close(DelayLine::Mark::cut, Clock::now() + rules_.delay[index(into.direction)]);
}

void ProxyLink::scan(Lane& into, std::string text) {
  text.insert(0, std::exchange(into.held, {}));
  if (!rules_.cut || rules_.cut->direction != into.direction) return pass(into, std::move(text));
  const std::string& pattern = rules_.cut->pattern;
  std::size_t from = 0;
  for (auto at = text.find(pattern); at != std::string::npos; at = text.find(pattern, from)) {
    if (--rules_.cut->occurrence <= 0) return hit(into, std::move(text), at);
    from = at + pattern.size();
  }
  const auto held = partial_match(std::string_view(text).substr(from), pattern);
  into.held = text.substr(text.size() - held);
  into.held_until = Clock::now() + quiet;
  text.erase(text.size() - held);
  pass(into, std::move(text));
}

void ProxyLink::hit(Lane& into, std::string text, std::size_t position) {
  const Cut cut = given(std::exchange(rules_.cut, std::nullopt));
  if (cut.moment == Moment::before) {
    text.resize(position);
    pass(into, std::move(text));
    into.line.close(DelayLine::Mark::cut, Clock::now() + rules_.delay[index(into.direction)]);
    return;
  }
  lane(opposite(into.direction)).muted = true;
  last_burst_ = into.direction;
  pass(into, std::move(text));
}

void ProxyLink::pass(Lane& into, std::string text) {
  if (text.empty()) return;
  const auto due = Clock::now() + rules_.delay[index(into.direction)];
  if (last_burst_ == into.direction) cut_at_ = due + quiet;
  into.line.push(std::move(text), due);
}

void ProxyLink::release(Lane& lane) {
  if (!lane.held.empty() && Clock::now() >= lane.held_until) pass(lane, std::exchange(lane.held, {}));
}

void ProxyLink::forward(Lane& out, const Descriptor& socket) {
  if (!socket) return;
  std::uint64_t sent = 0;
  const auto state = out.line.send(socket.get(), Clock::now(), sent);
  rules_.bytes[index(out.direction)] += sent;
  if (sent > 0 && out.direction == Direction::to_client) turn(Direction::to_client);
  out.blocked = state == DelayLine::State::blocked;
  if (state == DelayLine::State::cut) return cut();
  if (state == DelayLine::State::broken) return close();
  if (state != DelayLine::State::ended) return;
  shutdown(socket.get(), SHUT_WR);
  ++ended_;
}

void ProxyLink::turn(Direction speaker) {
  if (speaker != speaker_) ++rules_.turns;
  speaker_ = speaker;
}

void ProxyLink::cut() {
  if (finished()) return;
  ++rules_.cuts;
  close();
}

// A server that fails to send breaks off what it does. Its answers are taken to the last, so that it carries
// out all it was sent.
void ProxyLink::drain() {
  if (last_burst_ == Direction::to_client) return cut();
  ++rules_.cuts;
  cut_at_.reset();
  draining_ = true;
  client_.close();
  shutdown(server_.get(), SHUT_WR);
}

void ProxyLink::close() noexcept {
  client_.close();
  server_.close();
}

void ProxyLink::drop_packets(bool on) const {
  for (const auto* socket : {&client_, &server_}) {
    if (*socket) test::drop_packets(socket->get(), on);
  }
}

}  // namespace tradewind::test
