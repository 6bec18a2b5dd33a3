#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "database/command.hpp"
#include "database/open.hpp"
#include "postgres/libpq.hpp"

namespace tradewind::postgres {

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using Handle = std::unique_ptr<PGconn, Finish>;

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, Clear>;

/// A new session. Throws ConnectionError.
Handle connect(const database::OpenSettings& settings);

/// The error in a result as a failure of the command with this text.
database::Failure failure(const PGresult* result, std::string_view text, const database::Tag& tag);

/// The failure of a statement as an exception.
[[noreturn]] void throw_failure(const database::Failure& failed, std::string_view sql);

/// Asks the server to cancel what the session is doing.
void cancel(PGconn* connection);

/// libpq's message without trailing newline and without a password.
std::string message(PGconn* connection);

}  // namespace tradewind::postgres
