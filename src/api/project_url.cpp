#include "api/project_url.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/text.hpp"
#include "database/url.hpp"

namespace tradewind::api {
namespace {

constexpr std::array<std::string_view, 2> file_schemes = {"sqlite3:", "sqlite:"};

bool is_number(std::string_view text) {
  return base::number<unsigned short>(text).value_or(0) >= 1;
}

/// Hosts and ports come in lists, one for each server.
void check_port(std::string_view ports) {
  for (std::string_view rest = ports;;) {
    const std::string_view port = rest.substr(0, rest.find(','));
    if (!is_number(port)) {
      throw Error(Code::configuration,
                  fmt::format("DB_PORT is \"{}\", which is no port", base::printable(ports)),
                  "set it to a number from 1 to 65535");
    }
    if (port.size() == rest.size()) return;
    rest.remove_prefix(port.size() + 1);
  }
}

/// A socket's folder, an IPv6 address and a list of hosts can't stand in a URL's host part.
bool is_plain_host(const std::string& host) {
  return host.find_first_of("/:,@ ") == std::string::npos;
}

std::string credentials(const std::string& user, const std::string& password) {
  if (user.empty()) return {};
  return base::percent_encoded(user) + (password.empty() ? "" : ":" + base::percent_encoded(password)) + "@";
}

/// As it is, blanks and all, but for the end of a line that it was read from.
std::string without_line_end(const Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  if (found == environment.end()) return {};
  return found->second.substr(0, found->second.find_last_not_of("\r\n") + 1);
}

/// Whether the ${NAME} from `begin` to `end` of a URL stands for a user, a password or a part of one.
bool is_credential(std::string_view url, std::size_t begin, std::size_t end) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos || scheme >= begin) return false;
  const std::string_view before = url.substr(scheme + 3, begin - scheme - 3);
  if (before.find_first_of("/?") == std::string_view::npos)
    return url.find('@', end) != std::string_view::npos;
  const std::size_t option = before.find_last_of("?&");
  return option != std::string_view::npos &&
         base::lower(before.substr(option + 1, before.find('=', option) - option - 1)).ends_with("password");
}

std::string server_url(const Environment& environment) {
  const auto value = [&](const char* name) { return variable(environment, name).value_or(""); };
  const std::string host = value("DB_HOST");
  const std::string port = value("DB_PORT");
  const std::string user = value("DB_USER");
  if (!port.empty()) check_port(port);
  std::vector<std::string> options;
  const auto add_option = [&](std::string_view name, const std::string& text) {
    if (!text.empty()) options.push_back(fmt::format("{}={}", name, base::percent_encoded(text)));
  };
  const bool plain = is_plain_host(host) && (port.empty() || (!host.empty() && port.find(',') == port.npos));
  if (!plain) {
    add_option("host", host);
    add_option("port", port);
  }
  const std::string password = without_line_end(environment, "DB_PASSWORD");
  if (user.empty()) add_option("password", password);
  add_option("sslmode", value("DB_SSLMODE"));
  const std::string place = plain ? host + (port.empty() ? "" : ":" + port) : "";
  const std::string url = fmt::format("postgresql://{}{}/{}", credentials(user, password), place,
                                      base::percent_encoded(value("DB_NAME")));
  return options.empty() ? url : fmt::format("{}?{}", url, fmt::join(options, "&"));
}

std::string sqlite_url(const Environment& environment) {
  if (const auto name = variable(environment, "DB_NAME")) return "sqlite:" + *name;
  throw Error(Code::configuration,
              "DATABASE_TYPE says sqlite, and there is no DATABASE_URL that names the file",
              "set DATABASE_URL to the file's path, such as DATABASE_URL=./data/app.db");
}

enum class Type { none, postgresql, sqlite };

Type environment_type(const Environment& environment) {
  const auto type = variable(environment, "DATABASE_TYPE");
  if (!type) return Type::none;
  const std::string text = base::lower(*type);
  if (text == "postgres" || text == "postgresql") return Type::postgresql;
  if (text == "sqlite" || text == "sqlite3") return Type::sqlite;
  static const std::array<std::string, 4> known = {"postgresql", "postgres", "sqlite", "sqlite3"};
  const std::string meant = base::nearest(text, known);
  throw Error(Code::configuration,
              fmt::format("DATABASE_TYPE is \"{}\", which is not supported", base::printable(*type)),
              meant.empty() ? "set it to postgresql or sqlite" : fmt::format("did you mean \"{}\"?", meant));
}

bool is_url(std::string_view text) {
  const auto begins = [&](std::string_view scheme) { return text.starts_with(scheme); };
  return text.find("://") != std::string_view::npos || text == ":memory:" ||
         std::any_of(file_schemes.begin(), file_schemes.end(), begins);
}

/// Where the path begins and ends in a SQLite URL.
std::pair<std::size_t, std::size_t> path_span(std::string_view url) {
  std::size_t begin = 0;
  for (const std::string_view scheme : file_schemes) {
    if (url.starts_with(scheme)) begin = scheme.size();
  }
  if (begin > 0 && url.substr(begin).starts_with("//")) begin += 2;
  return {begin, std::min(url.find('?', begin), url.size())};
}

}  // namespace

std::optional<std::string> variable(const Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  if (found == environment.end() || base::trimmed(found->second).empty()) return std::nullopt;
  return std::string(base::trimmed(found->second));
}

std::optional<std::string> environment_url(const Environment& environment) {
  if (auto url = variable(environment, "DATABASE_URL")) {
    if (is_url(*url)) return url;
    return environment_type(environment) == Type::sqlite ? "sqlite:" + *url : *url;
  }
  switch (environment_type(environment)) {
    case Type::sqlite:
      return sqlite_url(environment);
    case Type::postgresql:
      return server_url(environment);
    case Type::none:
      break;
  }
  if (variable(environment, "DB_NAME")) return server_url(environment);
  return std::nullopt;
}

std::string with_variables(std::string_view text, const Environment& environment) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = std::min(text.find("${", at), text.size());
    result += text.substr(at, begin - at);
    if (begin == text.size()) break;
    const std::size_t end = text.find('}', begin);
    if (end == std::string_view::npos)
      throw Error(Code::configuration, "a ${ without its }", "write ${NAME}");
    const std::string name(text.substr(begin + 2, end - begin - 2));
    const auto value = variable(environment, name);
    if (!value) {
      throw Error(
          Code::configuration, fmt::format("the environment variable {} is not set", base::printable(name)),
          fmt::format("set {0} in the environment or in .env, or pass --database", base::printable(name)));
    }
    // Blanks at its ends may be a password's own.
    result +=
        is_credential(text, begin, end) ? base::percent_encoded(without_line_end(environment, name)) : *value;
    at = end + 1;
  }
  return result;
}

std::optional<std::filesystem::path> file_path(std::string_view url) {
  const database::Url parsed = database::Url::parse(url);
  if (parsed.scheme != "sqlite" || parsed.path == ":memory:" || parsed.path.empty()) return std::nullopt;
  return parsed.path;
}

std::string with_path(std::string_view url, const std::filesystem::path& path) {
  const auto [begin, end] = path_span(url);
  return fmt::format("{}{}{}", url.substr(0, begin), path.string(), url.substr(end));
}

}  // namespace tradewind::api
