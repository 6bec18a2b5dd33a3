#include "cli/own_command.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace tradewind::cli {
namespace {

/// Options whose name ends with "password" go.
std::string without_secret_options(const std::string& url) {
  const std::size_t question = url.find('?');
  if (question == std::string::npos) return url;
  std::string result = url.substr(0, question);
  char joint = '?';
  std::string_view rest = std::string_view(url).substr(question + 1);
  while (!rest.empty()) {
    const std::string_view one = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    if (base::lower(one.substr(0, one.find('='))).ends_with("password")) continue;
    result += joint + std::string(one);
    joint = '&';
  }
  return result;
}

std::string without_password(const std::string& text) {
  if (masked(text) == text) return text;
  std::string url = text;
  const std::size_t scheme = url.find("://");
  const std::size_t begin = scheme == std::string::npos ? 0 : scheme + 3;
  const std::size_t end = std::min(url.find_first_of("/?", begin), url.size());
  const std::size_t at = url.rfind('@', end);
  const std::size_t colon = url.find(':', begin);
  if (scheme != std::string::npos && at != std::string::npos && at > begin && colon < at)
    url.erase(colon, at - colon);
  url = without_secret_options(url);
  // In doubt it can't be pasted: a leak would be worse.
  return masked(url);
}

}  // namespace

std::string quoted_for_shell(const std::string& text) {
  const bool plain =
      text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=@") ==
      std::string::npos;
  if (plain && !text.empty()) return text;
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

std::string command_of(const Context& context, const std::string& database) {
  const ProjectOptions& options = context.globals.project;
  std::string text = "tradewind";
  const auto add = [&](const char* option, const std::string& value) {
    if (!value.empty()) text += fmt::format(" {} {}", option, quoted_for_shell(value));
  };
  add("--config", options.config);
  add("--pack", options.pack);
  add("--dir", options.directory);
  add("--history-table", options.history_table);
  add("--database", without_password(database.empty() ? options.database : database));
  return text;
}

std::string needs_of(const Context& context) {
  const std::string& database = context.globals.project.database;
  const bool has_password = without_password(database) != database;
  return has_password ? " (without the password: set PGPASSWORD, or write it into ~/.pgpass)" : std::string();
}

}  // namespace tradewind::cli
