#include "postgres/provision.hpp"

#include <memory>
#include <regex>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/text.hpp"
#include "postgres/handle.hpp"
#include "postgres/libpq.hpp"

namespace tradewind::postgres {
namespace {

using database::Connection;
using database::Parameter;
using database::Place;

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, FreeOptions>;

struct FreeMemory {
  void operator()(char* text) const { PQfreemem(text); }
};
using Text = std::unique_ptr<char, FreeMemory>;

std::string option(const Options& options, std::string_view name) {
  for (const PQconninfoOption* at = options.get(); at != nullptr && at->keyword != nullptr; ++at) {
    if (name == at->keyword && at->val != nullptr) return at->val;
  }
  return {};
}

class PostgresProvisioner : public database::Provisioner {
 public:
  Place place(const database::Url& url) const override {
    char* message = nullptr;
    const Options given(PQconninfoParse(url.text.c_str(), &message));
    const Text problem(message);
    const Options defaults(PQconndefaults());
    const auto value = [&](std::string_view name) {
      const std::string text = option(given, name);
      return text.empty() ? option(defaults, name) : text;
    };
    Place place{value("host"), value("port"),     value("dbname"),
                value("user"), value("password"), value("sslmode")};
    if (place.database.empty()) place.database = place.user;
    return place;
  }

  std::string_view first_database() const override { return "postgres"; }

  bool has_role(Connection& connection, const std::string& name) const override {
    return has(connection, "SELECT 1 FROM pg_roles WHERE rolname = $1", name);
  }
  bool has_database(Connection& connection, const std::string& name) const override {
    return has(connection, "SELECT 1 FROM pg_database WHERE datname = $1", name);
  }
  bool has_extension(Connection& connection, const std::string& name) const override {
    return has(connection, "SELECT 1 FROM pg_extension WHERE extname = $1", name);
  }

  void create_role(Connection& connection, const std::string& name,
                   const std::string& password) const override {
    std::string text = fmt::format("CREATE ROLE {} LOGIN", base::quoted(name));
    if (!password.empty()) {
      auto* handle = static_cast<PGconn*>(connection.native_handle());
      const Text hash(PQencryptPasswordConn(handle, password.c_str(), name.c_str(), nullptr));
      if (hash == nullptr) throw Error(Code::statement_failed, message(handle));
      text += " PASSWORD " + base::literal(std::string(hash.get()));
    }
    try {
      connection.query(text);
    } catch (const Error& error) {
      // Not with the statement, which has the hash.
      throw Error(error.code(), error.message(), error.hint()).with_sqlstate(error.sqlstate());
    }
  }

  void create_database(Connection& connection, const std::string& name,
                       const std::string& owner) const override {
    const bool is_owner = connection.query("SELECT current_user").text(0, 0) == owner;
    // Who is no superuser can give a database only to a role that it is a member of.
    const bool superuser =
        connection.query("SELECT rolsuper::int FROM pg_roles WHERE rolname = current_user").is_true(0, 0);
    if (!is_owner && !superuser)
      connection.query(fmt::format("GRANT {} TO CURRENT_USER", base::quoted(owner)));
    connection.query(fmt::format("CREATE DATABASE {} OWNER {}", base::quoted(name), base::quoted(owner)));
  }

  std::string create_extension(const std::string& name) const override {
    return fmt::format("CREATE EXTENSION IF NOT EXISTS {}", base::quoted(name));
  }

  std::string extension_of(std::string_view statement) const override {
    static const std::regex creation(
        R"re((?:\s|--[^\n]*\n)*CREATE\s+EXTENSION\s+(?:IF\s+NOT\s+EXISTS\s+)?("[^"]+"|\w+)[\s\S]*)re",
        std::regex::icase);
    // Only short statements are such: a long one would be long to match.
    std::cmatch found;
    if (statement.size() > 2000 ||
        !std::regex_match(statement.data(), statement.data() + statement.size(), found, creation))
      return {};
    std::string name = found[1];
    return name.starts_with('"') ? name.substr(1, name.size() - 2) : base::lower(name);
  }

 private:
  static bool has(Connection& connection, std::string_view query, const std::string& name) {
    const std::vector<Parameter> parameters = {name};
    return !connection.query(query, parameters).empty();
  }
};

}  // namespace

const database::Provisioner& provisioner() {
  static const PostgresProvisioner instance;
  return instance;
}

}  // namespace tradewind::postgres
