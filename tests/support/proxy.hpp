/// A TCP proxy between the program and the server, to be slow, to break and to count.
///
///     Proxy proxy({.port = cluster.port()});
///     proxy.set_delay(25ms);                                    // 50 ms a round trip
///     proxy.cut_at({Direction::to_server, "COMMIT", Moment::before});
///     tradewind("up", "--database", PostgresCluster::tcp_url_at(proxy.port(), database));
///
/// Connections must go without TLS, or patterns are never seen.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace tradewind::test {

enum class Direction { to_server, to_client };

/// When a connection is cut, seen from the pattern.
enum class Moment {
  before,  ///< nothing from the pattern on is forwarded
  after,   ///< it is, with the rest of its burst, but nothing of what the other side says to it
};

struct Cut {
  Direction direction = Direction::to_server;
  std::string pattern;  ///< bytes, wherever they stand in the stream, also across packets
  Moment moment = Moment::before;
  int occurrence = 1;  ///< the how manieth one, counted over all connections from now on
};

/// Where the server is: a port of 127.0.0.1, or the path of a Unix socket.
struct Upstream {
  std::uint16_t port = 0;
  std::filesystem::path socket = {};
};

/// Listens on a free port of 127.0.0.1 and works on a thread of its own; any thread may call the members.
/// A cut closes both sides of one connection; later connections are served as before.
class Proxy {
 public:
  explicit Proxy(const Upstream& upstream);
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  std::uint16_t port() const noexcept;

  /// One way, the same for both directions or each its own. A delay line: what is sent together arrives
  /// together.
  void set_delay(std::chrono::microseconds one_way);
  void set_delay(Direction direction, std::chrono::microseconds one_way);

  /// Cuts the connection at the pattern, once.
  void cut_at(const Cut& cut);
  /// Cuts the connection that brings this direction's total from now on to `bytes`; exactly these are
  /// forwarded.
  void cut_after_bytes(Direction direction, std::uint64_t bytes);
  /// Cuts all that is open, now.
  void cut_all();
  /// Cuts that have happened.
  int cuts() const;
  /// Waits until so many have; false when the time is over.
  bool wait_for_cuts(int count, std::chrono::milliseconds timeout = std::chrono::seconds(30)) const;

  /// As a network that is gone: packets vanish unacknowledged both ways, new connections are not answered.
  /// Heals when set back: then what was sent meanwhile arrives.
  void black_hole(bool on);
  /// New connections are closed at once.
  void refuse(bool on);

  /// Bytes forwarded.
  std::uint64_t bytes(Direction direction) const;
  /// How often the conversation turned from one side to the other, as the client sees it. Exact when the
  /// delay is longer than the client and the server take to say all they have to say at once.
  std::uint64_t turns() const;
  /// How often the client waited for an answer before it went on: the round trips.
  std::uint64_t round_trips() const { return turns() / 2; }
  /// Connections accepted.
  int connections() const;
  /// Bytes, turns and connections count from zero again.
  void reset_counts();

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace tradewind::test
