#include "api/schema_scratch.hpp"

#include <unistd.h>

#include <random>

#include <fmt/format.h>
#include <tradewind/error.hpp>
#include <tradewind/project.hpp>

#include "base/text.hpp"
#include "database/url.hpp"
#include "database/url_database.hpp"

namespace tradewind::api {
namespace {

std::string new_name() {
  std::random_device random;
  return fmt::format("tradewind_scratch_{}_{:08x}{:08x}", ::getpid(), random(), random());
}

}  // namespace

ScratchDatabase::ScratchDatabase(const ScratchOptions& options) : url_(options.url) {
  if (database::Url::parse(url_).scheme == "sqlite") {
    database_ = std::make_unique<Database>(Database::open("sqlite::memory:", {.stop = options.stop}));
    return;
  }
  create(options);
  try {
    database_ = std::make_unique<Database>(
        Database::open(database::with_database(url_, name_), {.stop = options.stop}));
  } catch (...) {
    drop_on_server();
    throw;
  }
}

void ScratchDatabase::create(const ScratchOptions& options) {
  const std::string name = new_name();
  // Without `stop`: what is made must be dropped, whatever was asked for meanwhile.
  server_ = std::make_unique<Database>(Database::open(url_));
  if (options.stop != nullptr && options.stop->load())
    throw Error(Code::interrupted, "stopped on request, before a scratch database was made");
  try {
    server_->query(fmt::format("CREATE DATABASE {} TEMPLATE template0", name));
  } catch (const Error& error) {
    if (error.code() != Code::permission) throw;
    throw Error(
        Code::permission,
        fmt::format("no scratch database can be made beside {}: {}", masked(url_), error.message()),
        "let the user (ALTER ROLE ... CREATEDB), or name another server on which it may with --scratch URL")
        .with_sqlstate(error.sqlstate());
  }
  name_ = name;
}

ScratchDatabase::~ScratchDatabase() {
  try {
    drop_on_server();
  } catch (const Error&) {
    return;  // drop() tells; here another error is on its way
  }
}

void ScratchDatabase::drop() {
  const std::string name = name_;
  try {
    drop_on_server();
  } catch (const Error& error) {
    throw Error(error.code(),
                fmt::format("the scratch database {} could not be dropped: {}", name, error.message()),
                fmt::format("drop it yourself: DROP DATABASE {}", name))
        .with_sqlstate(error.sqlstate());
  }
}

void ScratchDatabase::drop_on_server() {
  database_.reset();
  if (name_.empty()) return;
  const std::string name = std::exchange(name_, {});
  // A session that a migration left behind, as dblink's, must not keep it.
  const bool can_force = !server_->server_version().starts_with("12.");
  const std::string text =
      fmt::format("DROP DATABASE IF EXISTS {}{}", name, can_force ? " WITH (FORCE)" : "");
  // A server that was started again has forgotten the session, not the database.
  try {
    server_->query(text);
  } catch (const ConnectionError&) {
    *server_ = Database::open(url_);
    server_->query(text);
  }
}

}  // namespace tradewind::api
