#include "server/http_server.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <csignal>
#include <optional>
#include <unordered_set>

#include <fmt/format.h>

namespace tradewind::server {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = net::ip::tcp;
using beast::error_code;

constexpr std::size_t header_limit = std::size_t{16} << 10;
constexpr std::size_t body_limit = std::size_t{64} << 10;
constexpr std::size_t first_read = 1024;
constexpr std::int64_t most_waiting = 1024;
constexpr std::chrono::seconds linger_timeout{2};
constexpr std::chrono::milliseconds accept_pause{100};

class Session;

/// What sessions share. Only the thread that runs the context touches it, but for `workers`.
struct Shared {
  Shared(Api& the_api, const HttpOptions& the_options)
      : api(the_api), options(the_options), workers(the_options.threads) {}

  Api& api;
  HttpOptions options;
  std::unordered_set<Session*> sessions;
  std::function<void()> on_session_end;
  bool stopping = false;
  // Last: what they still hold when they go are sessions.
  net::io_context context{1};
  net::thread_pool workers;
};

using Parser = http::request_parser<http::string_body>;

Request request_of(const http::request<http::string_body>& message) {
  const auto field = [&](http::field name) { return std::string(message[name]); };
  return {.method = std::string(message.method_string()),
          .target = std::string(message.target()),
          .host = field(http::field::host),
          .authorization = field(http::field::authorization),
          .origin = field(http::field::origin),
          .if_none_match = field(http::field::if_none_match),
          .accept_encoding = field(http::field::accept_encoding),
          .preflight = message.count(http::field::access_control_request_method) > 0};
}

/// One connection. Between requests it holds a buffer and no parser.
class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, Shared& shared) : stream_(std::move(socket)), shared_(shared) {
    shared_.sessions.insert(this);
    ++shared_.api.gauges().connections;
    ++shared_.api.gauges().connections_accepted;
  }
  ~Session() {
    shared_.sessions.erase(this);
    --shared_.api.gauges().connections;
    if (shared_.on_session_end) shared_.on_session_end();
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void wait_for_request() {
    parser_.reset();
    message_.reset();
    if (buffer_.size() > 0) return read_request();
    if (shared_.stopping) return close();
    if (buffer_.capacity() > 2 * first_read) buffer_ = beast::flat_buffer();
    idle_ = true;
    stream_.expires_after(shared_.options.idle_timeout);
    stream_.async_read_some(buffer_.prepare(first_read),
                            [self = shared_from_this()](error_code error, std::size_t size) {
                              self->idle_ = false;
                              if (error) return self->close();
                              self->buffer_.commit(size);
                              self->read_request();
                            });
  }

  /// The server stops: nobody waits for an answer on an idle connection.
  void stop() {
    if (idle_) close();
  }

 private:
  void read_request() {
    parser_ = std::make_unique<Parser>();
    parser_->header_limit(header_limit);
    parser_->body_limit(body_limit);
    stream_.expires_after(shared_.options.request_timeout);
    http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](error_code error, std::size_t) {
      error ? self->refuse(error) : self->take_request();
    });
  }

  void refuse(error_code error) {
    keep_alive_ = false;
    head_ = false;
    if (error == http::error::header_limit)
      return send(shared_.api.refuse(431, "headers-too-large", "the request's headers are over 16 KiB"));
    if (error == http::error::body_limit)
      return send(shared_.api.refuse(413, "body-too-large", "the request's body is over 64 KiB"));
    const bool not_http = error.category() == make_error_code(http::error::bad_target).category() &&
                          error != http::error::end_of_stream && error != http::error::partial_message;
    if (not_http) return send(shared_.api.refuse(400, "bad-request", "this is no HTTP/1.1 request"));
    close();
  }

  void take_request() {
    const auto& message = parser_->get();
    keep_alive_ = message.keep_alive();
    head_ = message.method() == http::verb::head;
    version_ = message.version();
    Request request = request_of(message);
    stream_.expires_never();
    if (!Api::blocks(request)) return send(shared_.api.answer(request));
    ServerGauges& gauges = shared_.api.gauges();
    if (gauges.waiting >= most_waiting)
      return send(shared_.api.refuse(503, "busy", "too many requests wait for the database"));
    ++gauges.waiting;
    net::post(shared_.workers, [self = shared_from_this(), request = std::move(request),
                                guard = net::make_work_guard(shared_.context)]() mutable {
      answer_blocking(std::move(self), request);
    });
  }

  /// On a worker's thread; the session goes back to its own even if it is the last that holds it.
  static void answer_blocking(std::shared_ptr<Session> self, const Request& request) {
    Shared& shared = self->shared_;
    ServerGauges& gauges = shared.api.gauges();
    --gauges.waiting;
    ++gauges.running;
    Response response = shared.api.answer(request);
    --gauges.running;
    net::post(shared.context, [self = std::move(self), response = std::move(response)]() mutable {
      self->send(std::move(response));
    });
  }

  void send(Response response) {
    if (shared_.stopping) keep_alive_ = false;
    message_ = std::make_unique<http::response<http::string_body>>();
    message_->version(version_);
    message_->result(response.status);
    const bool bodiless = response.status == 204 || response.status == 304;
    for (auto& [name, value] : response.headers) message_->set(std::string(name), value);
    if (!bodiless) message_->set(http::field::content_type, response.content_type);
    message_->keep_alive(keep_alive_);
    if (!bodiless) message_->content_length(response.body.size());
    if (!head_) message_->body() = std::move(response.body);
    stream_.expires_after(shared_.options.answer_timeout);
    http::async_write(stream_, *message_, [self = shared_from_this()](error_code error, std::size_t) {
      if (error) return self->close();
      self->keep_alive_ ? self->wait_for_request() : self->linger();
    });
  }

  /// What the client still sends is read, or the system would take the answer back from it.
  void linger() {
    error_code ignored;
    ignored = stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.expires_after(linger_timeout);
    drain();
  }
  void drain() {
    buffer_.clear();
    stream_.async_read_some(buffer_.prepare(first_read),
                            [self = shared_from_this()](error_code error, std::size_t) {
                              error ? self->close() : self->drain();
                            });
  }

  void close() {
    error_code ignored;
    ignored = stream_.socket().close(ignored);
  }

  beast::tcp_stream stream_;
  Shared& shared_;
  beast::flat_buffer buffer_;
  std::unique_ptr<Parser> parser_;
  std::unique_ptr<http::response<http::string_body>> message_;
  unsigned version_ = 11;
  bool keep_alive_ = false;
  bool head_ = false;
  bool idle_ = false;
};

}  // namespace

class HttpServer::Implementation {
 public:
  Implementation(Api& api, const HttpOptions& options)
      : shared_(api, options),
        acceptor_(shared_.context),
        signals_(shared_.context, SIGINT, SIGTERM),
        timer_(shared_.context) {
    listen();
    shared_.on_session_end = [this] { accept(); };
  }
  ~Implementation() {
    shared_.on_session_end = nullptr;
    shared_.workers.join();
  }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  bool run() {
    wait_for_signal();
    accept();
    shared_.context.run();
    const ServerGauges& gauges = shared_.api.gauges();
    return gauges.waiting == 0 && gauges.running == 0;
  }

 private:
  void listen() {
    const HttpOptions& options = shared_.options;
    try {
      const tcp::endpoint endpoint(net::ip::make_address(options.address), options.port);
      acceptor_.open(endpoint.protocol());
      acceptor_.set_option(net::socket_base::reuse_address(true));
      acceptor_.bind(endpoint);
      acceptor_.listen();
    } catch (const boost::system::system_error& error) {
      throw Error(Code::configuration,
                  fmt::format("can't listen on {} port {}: {}", options.address, options.port,
                              error.code().message()),
                  "give another address or port with --listen");
    }
  }

  /// At the limit of connections it pauses: those to come wait in the system's queue.
  void accept() {
    if (accepting_ || shared_.stopping || shared_.sessions.size() >= shared_.options.connections) return;
    accepting_ = true;
    acceptor_.async_accept([this](error_code error, tcp::socket socket) {
      accepting_ = false;
      if (error == net::error::operation_aborted) return;
      if (error) return accept_later();
      error_code ignored;
      ignored = socket.set_option(tcp::no_delay(true), ignored);
      std::make_shared<Session>(std::move(socket), shared_)->wait_for_request();
      accept();
    });
  }

  /// No file descriptor is free.
  void accept_later() {
    timer_.expires_after(accept_pause);
    timer_.async_wait([this](error_code error) {
      if (!error) accept();
    });
  }

  void wait_for_signal() {
    signals_.async_wait([this](error_code error, int number) {
      if (error) return;
      if (!shared_.stopping) return stop();
      std::signal(number, SIG_DFL);
      std::raise(number);
    });
  }

  void stop() {
    shared_.stopping = true;
    error_code ignored;
    ignored = acceptor_.close(ignored);
    for (Session* session : std::unordered_set<Session*>(shared_.sessions)) session->stop();
    if (shared_.sessions.empty()) return finish();
    shared_.on_session_end = [this] {
      if (shared_.sessions.empty()) finish();
    };
    wait_for_signal();
    timer_.expires_after(shared_.options.stop_timeout);
    timer_.async_wait([this](error_code error) {
      if (!error) cancel();
    });
  }

  void cancel() {
    shared_.api.cancel();
    timer_.expires_after(shared_.options.cancel_timeout);
    timer_.async_wait([this](error_code error) {
      if (!error) shared_.context.stop();
    });
  }

  void finish() {
    signals_.cancel();
    timer_.cancel();
  }

  Shared shared_;
  tcp::acceptor acceptor_;
  net::signal_set signals_;
  net::steady_timer timer_;
  bool accepting_ = false;
};

HttpServer::HttpServer(Api& api, const HttpOptions& options)
    : implementation_(std::make_unique<Implementation>(api, options)) {}
HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const {
  return implementation_->port();
}

bool HttpServer::run() {
  return implementation_->run();
}

}  // namespace tradewind::server
