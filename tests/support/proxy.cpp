#include "support/proxy.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <list>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "support/proxy_link.hpp"

namespace tradewind::test {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

Descriptor listen_on_loopback() {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const sockaddr_in address = loopback(0);
  if (bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("bind");
  if (listen(socket.get(), 64) != 0) fail("listen");
  return socket;
}

std::uint16_t port_of(const Descriptor& socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) fail("getsockname");
  return ntohs(address.sin_port);
}

bool connect_to(const Descriptor& socket, const Upstream& upstream) {
  if (upstream.socket.empty()) {
    const sockaddr_in address = loopback(upstream.port);
    return connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  upstream.socket.native().copy(address.sun_path, sizeof address.sun_path - 1);
  return connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

void prepare(const Descriptor& socket) {
  const int on = 1;
  setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(socket.get(), F_SETFL, O_NONBLOCK);
}

}  // namespace

class Proxy::Loop {
 public:
  explicit Loop(const Upstream& upstream);
  ~Loop();

  std::uint16_t port() const noexcept { return port_; }
  /// Changes or reads the rules between two rounds of the loop.
  template <typename Action>
  auto with_rules(Action action) {
    const std::lock_guard lock(mutex_);
    wake();
    return action(rules_);
  }
  void cut_all();
  void black_hole(bool on);
  bool wait_for_cuts(int count, std::chrono::milliseconds timeout);

 private:
  using Clock = ProxyLink::Clock;

  void wake();
  void work();
  std::vector<pollfd> events() const;
  std::optional<timespec> patience() const;
  void round(const std::vector<pollfd>& files);
  void accept_one();

  Upstream upstream_;
  Descriptor listener_;
  Descriptor bell_;
  std::uint16_t port_;
  std::mutex mutex_;
  std::condition_variable cut_;
  ProxyRules rules_;
  std::list<ProxyLink> links_;
  bool stopping_ = false;
  std::thread thread_;
};

Proxy::Loop::Loop(const Upstream& upstream)
    : upstream_(upstream),
      listener_(listen_on_loopback()),
      bell_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      port_(port_of(listener_)),
      thread_([this] { work(); }) {}

Proxy::Loop::~Loop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake();
  }
  thread_.join();
}

void Proxy::Loop::wake() {
  eventfd_write(bell_.get(), 1);
}

void Proxy::Loop::work() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    auto files = events();
    const auto limit = patience();
    lock.unlock();
    const int ready = ppoll(files.data(), files.size(), limit ? &*limit : nullptr, nullptr);
    lock.lock();
    if (ready >= 0) round(files);
  }
}

// A descriptor of -1 is left out: one that waits for nothing would report a hang-up for ever.
std::vector<pollfd> Proxy::Loop::events() const {
  std::vector<pollfd> files = {{bell_.get(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
  for (const auto& link : links_) {
    const short client = link.client_events();
    const short server = link.server_events();
    files.push_back({client != 0 ? link.client() : -1, client, 0});
    files.push_back({server != 0 ? link.server() : -1, server, 0});
  }
  return files;
}

std::optional<timespec> Proxy::Loop::patience() const {
  std::optional<Clock::time_point> first;
  for (const auto& link : links_) {
    const auto time = link.wakes_at();
    if (time && (!first || *time < *first)) first = time;
  }
  if (!first) return std::nullopt;
  const auto left = std::max<Clock::duration>(*first - Clock::now(), Clock::duration::zero());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
  return timespec{seconds.count(), std::chrono::nanoseconds(left - seconds).count()};
}

// The links are those of `files`, in order: only this thread adds and removes any.
void Proxy::Loop::round(const std::vector<pollfd>& files) {
  eventfd_t count = 0;
  eventfd_read(bell_.get(), &count);
  std::size_t file = 2;
  for (auto& link : links_) {
    const short client = files[file++].revents;
    const short server = files[file++].revents;
    link.work(client, server);
  }
  links_.remove_if([](const ProxyLink& link) { return link.finished(); });
  if (files[1].revents != 0) accept_one();
  cut_.notify_all();
}

void Proxy::Loop::accept_one() {
  Descriptor client(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!client) return;
  ++rules_.connections;
  if (rules_.refuse) return;
  Descriptor server(socket(upstream_.socket.empty() ? AF_INET : AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!connect_to(server, upstream_)) return;
  prepare(client);
  prepare(server);
  links_.emplace_back(std::move(client), std::move(server), rules_);
}

void Proxy::Loop::cut_all() {
  const std::lock_guard lock(mutex_);
  for (auto& link : links_) link.cut();
  cut_.notify_all();
  wake();
}

void Proxy::Loop::black_hole(bool on) {
  const std::lock_guard lock(mutex_);
  drop_packets(listener_.get(), on);
  rules_.black_hole = on;
  for (const auto& link : links_) link.drop_packets(on);
  wake();
}

bool Proxy::Loop::wait_for_cuts(int count, std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  return cut_.wait_for(lock, timeout, [&] { return rules_.cuts >= count; });
}

Proxy::Proxy(const Upstream& upstream) : loop_(std::make_unique<Loop>(upstream)) {}
Proxy::~Proxy() = default;

std::uint16_t Proxy::port() const noexcept {
  return loop_->port();
}

void Proxy::set_delay(std::chrono::microseconds one_way) {
  loop_->with_rules([&](ProxyRules& rules) { rules.delay = {one_way, one_way}; });
}

void Proxy::set_delay(Direction direction, std::chrono::microseconds one_way) {
  loop_->with_rules([&](ProxyRules& rules) { rules.delay[index(direction)] = one_way; });
}

void Proxy::cut_at(const Cut& cut) {
  if (cut.pattern.empty()) throw std::invalid_argument("a cut needs a pattern");
  loop_->with_rules([&](ProxyRules& rules) { rules.cut = cut; });
}

void Proxy::cut_after_bytes(Direction direction, std::uint64_t bytes) {
  loop_->with_rules([&](ProxyRules& rules) { rules.budget[index(direction)] = bytes; });
}

void Proxy::cut_all() {
  loop_->cut_all();
}
int Proxy::cuts() const {
  return loop_->with_rules([](const ProxyRules& rules) { return rules.cuts; });
}

bool Proxy::wait_for_cuts(int count, std::chrono::milliseconds timeout) const {
  return loop_->wait_for_cuts(count, timeout);
}

void Proxy::black_hole(bool on) {
  loop_->black_hole(on);
}
void Proxy::refuse(bool on) {
  loop_->with_rules([&](ProxyRules& rules) { rules.refuse = on; });
}

std::uint64_t Proxy::bytes(Direction direction) const {
  return loop_->with_rules([&](const ProxyRules& rules) { return rules.bytes[index(direction)]; });
}
std::uint64_t Proxy::turns() const {
  return loop_->with_rules([](const ProxyRules& rules) { return rules.turns; });
}
int Proxy::connections() const {
  return loop_->with_rules([](const ProxyRules& rules) { return rules.connections; });
}

void Proxy::reset_counts() {
  loop_->with_rules([](ProxyRules& rules) {
    rules.bytes = {};
    rules.turns = 0;
    rules.connections = 0;
  });
}

}  // namespace tradewind::test
