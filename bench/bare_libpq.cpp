/// What libpq alone needs for a workload's script, without reading, checking or recording a migration:
///
///     bare_libpq URL SCRIPT pipeline   every statement a message, one pipeline, all commits but the last
///                                      asynchronous
///     bare_libpq URL SCRIPT chunks     simple queries of 256 KiB
#include <libpq-fe.h>
#include <poll.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
  void operator()(PGresult* result) const { PQclear(result); }
};
using Connection = std::unique_ptr<PGconn, Finish>;
using Result = std::unique_ptr<PGresult, Finish>;

std::string read(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

/// Takes the statements off the front that end with the line at or behind `size`.
std::string cut(std::string_view& text, std::size_t size) {
  const std::size_t end = size < text.size() ? text.find(";\n", size) : std::string_view::npos;
  std::string piece(text.substr(0, end == std::string_view::npos ? end : end + 2));
  text.remove_prefix(piece.size());
  return piece;
}

void check(const PGresult* result) {
  const ExecStatusType status = PQresultStatus(result);
  if (status == PGRES_FATAL_ERROR || status == PGRES_PIPELINE_ABORTED)
    throw std::runtime_error(PQresultErrorMessage(result));
}

void run(PGconn* connection, const std::string& text) {
  check(Result(PQexec(connection, text.c_str())).get());
}

void chunks(PGconn* connection, std::string_view script) {
  while (!script.empty()) run(connection, cut(script, std::size_t{256} << 10));
}

/// Reads what has come; writes what is left to write, if `all` until nothing is.
void exchange(PGconn* connection, bool all) {
  for (;;) {
    const int left = PQflush(connection);
    if (left < 0) throw std::runtime_error(PQerrorMessage(connection));
    if (left == 0 || !all) return;
    pollfd ready{PQsocket(connection), POLLIN | POLLOUT, 0};
    ::poll(&ready, 1, -1);
    if ((ready.revents & POLLIN) != 0 && PQconsumeInput(connection) == 0)
      throw std::runtime_error(PQerrorMessage(connection));
  }
}

void pipeline(PGconn* connection, std::string_view script) {
  run(connection, "SET synchronous_commit = off");
  const std::size_t last = script.rfind("BEGIN;\n");
  const std::string_view whole = script;
  PQenterPipelineMode(connection);
  PQsetnonblocking(connection, 1);
  const auto send = [&](const std::string& text) {
    if (PQsendQueryParams(connection, text.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0) == 0)
      throw std::runtime_error(PQerrorMessage(connection));
  };
  for (int sent = 1; !script.empty(); ++sent) {
    const bool begins_last = static_cast<std::size_t>(script.data() - whole.data()) == last;
    send(cut(script, 1));
    if (begins_last) send("SET LOCAL synchronous_commit = on");
    if (sent % 256 == 0) exchange(connection, true);
  }
  PQpipelineSync(connection);
  exchange(connection, true);
  for (int nothing = 0; nothing < 2;) {
    const Result result(PQgetResult(connection));
    nothing = result == nullptr ? nothing + 1 : 0;
    if (result != nullptr) check(result.get());
    if (result != nullptr && PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC) return;
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 4) throw std::invalid_argument("bare_libpq URL SCRIPT pipeline|chunks");
    const Connection connection(PQconnectdb(argv[1]));
    if (PQstatus(connection.get()) != CONNECTION_OK)
      throw std::runtime_error(PQerrorMessage(connection.get()));
    const std::string script = read(argv[2]);
    (std::string_view(argv[3]) == "chunks" ? chunks : pipeline)(connection.get(), script);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bare_libpq: %s\n", error.what());
    return 1;
  }
}
