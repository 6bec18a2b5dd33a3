/// The port's optional capability to make databases and the roles that own them: for engines that are
/// servers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "database/connection.hpp"
#include "database/url.hpp"

namespace tradewind::database {

/// What a URL, with the engine's own defaults, says. For output but for the password.
struct Place {
  std::string host;
  std::string port;
  std::string database;
  std::string user;
  std::string password;
  std::string tls;
};

/// Stateless; safe to share between threads. Everything throws Error (permission, ...), ConnectionError.
class Provisioner {
 public:
  virtual ~Provisioner() = default;
  virtual Place place(const Url& url) const = 0;
  /// The database of a server that is always there.
  virtual std::string_view first_database() const = 0;
  virtual bool has_role(Connection& connection, const std::string& name) const = 0;
  virtual bool has_database(Connection& connection, const std::string& name) const = 0;
  virtual bool has_extension(Connection& connection, const std::string& name) const = 0;
  /// One that can log in; the password, if there is one, leaves this process as a hash only.
  virtual void create_role(Connection& connection, const std::string& name,
                           const std::string& password) const = 0;
  virtual void create_database(Connection& connection, const std::string& name,
                               const std::string& owner) const = 0;
  virtual std::string create_extension(const std::string& name) const = 0;
  /// The extension that a statement makes, if it makes one.
  virtual std::string extension_of(std::string_view statement) const = 0;
};

}  // namespace tradewind::database
