#pragma once

#include <array>
#include <optional>
#include <string>

#include "support/delay_line.hpp"
#include "support/proxy.hpp"
#include "support/spawn.hpp"

namespace tradewind::test {

constexpr std::size_t index(Direction direction) {
  return direction == Direction::to_server ? 0 : 1;
}

/// What a proxy is told to do and what it has counted; shared by its links, under the proxy's mutex.
struct ProxyRules {
  std::array<std::chrono::microseconds, 2> delay = {};
  std::optional<Cut> cut = {};
  std::array<std::optional<std::uint64_t>, 2> budget = {};  ///< bytes left before the cut
  std::array<std::uint64_t, 2> bytes = {};
  std::uint64_t turns = 0;
  int connections = 0;
  int cuts = 0;
  bool black_hole = false;
  bool refuse = false;
};

/// Makes the kernel drop what arrives at the socket, unacknowledged, or take it again.
void drop_packets(int socket, bool on);

/// One client's connection through the proxy.
class ProxyLink {
 public:
  using Clock = DelayLine::Clock;

  ProxyLink(Descriptor client, Descriptor server, ProxyRules& rules);

  int client() const noexcept { return client_.get(); }
  int server() const noexcept { return server_.get(); }
  /// The poll events it waits for at the client's and at the server's socket.
  short client_events() const;
  short server_events() const;
  /// When it has to work even if nothing arrives.
  std::optional<Clock::time_point> wakes_at() const;

  void work(short client_events, short server_events);
  void cut();
  void drop_packets(bool on) const;
  bool finished() const noexcept { return !client_ && !server_; }

 private:
  struct Lane {
    Direction direction;
    DelayLine line = {};
    std::string held = {};  ///< what may be the beginning of the pattern
    Clock::time_point held_until = {};
    bool muted = false;
    bool blocked = false;
  };

  Lane& lane(Direction direction) { return lanes_[index(direction)]; }
  short events(const Lane& in, const Lane& out) const;
  void receive(Lane& from, const Descriptor& socket);
  void admit(Lane& into, std::string text);
  void scan(Lane& into, std::string text);
  void hit(Lane& into, std::string text, std::size_t position);
  void pass(Lane& into, std::string text);
  void release(Lane& held);
  void forward(Lane& out, const Descriptor& socket);
  void turn(Direction speaker);
  void drain();
  void close() noexcept;

  Descriptor client_;
  Descriptor server_;
  ProxyRules& rules_;
  std::array<Lane, 2> lanes_ = {{{Direction::to_server}, {Direction::to_client}}};
  Direction speaker_ = Direction::to_client;
  std::optional<Clock::time_point> cut_at_;
  std::optional<Direction> last_burst_;
  bool draining_ = false;
  int ended_ = 0;
};

}  // namespace tradewind::test
