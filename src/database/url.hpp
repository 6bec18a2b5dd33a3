#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tradewind::database {

/// Where a database is. `scheme` says which adapter opens it, `text` is the URL as given.
struct Url {
  std::string scheme;  ///< "postgresql" or "sqlite"
  std::string text;
  std::string path;                                          ///< of a file; ":memory:" for none
  std::vector<std::pair<std::string, std::string>> options;  ///< of a file: ?name=value&...

  /// Throws Error{configuration} for what is neither a URL known nor a path with a known ending.
  static Url parse(std::string_view text);
  /// The URL with its password replaced: for output.
  std::string masked() const;
};

/// Any text, URL or not, with what looks like a URL's password replaced.
std::string mask_password(std::string_view text);

/// A message about this URL without its password and without any part of it: a password that is not encoded
/// is taken for a host or a port.
std::string conceal(std::string_view message, std::string_view url);

/// Whether the password before the host has a sign in it that must be encoded.
bool has_bare_password_signs(std::string_view url);

}  // namespace tradewind::database
