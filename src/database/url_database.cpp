#include "database/url_database.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace tradewind::database {
namespace {

/// Of a URL's query, all but the options that name the database.
std::string without_database(std::string_view query) {
  std::string kept;
  while (!query.empty()) {
    const std::string_view item = query.substr(0, query.find('&'));
    if (!item.starts_with("dbname=")) kept += (kept.empty() ? "" : "&") + std::string(item);
    query.remove_prefix(std::min(query.size(), item.size() + 1));
  }
  return kept;
}

}  // namespace

std::string with_database(std::string_view url, std::string_view name) {
  const std::size_t begin = url.find("://") + 3;
  const std::size_t user_end = url.find_first_of("@/", begin);
  const bool has_user = user_end != std::string_view::npos && url[user_end] == '@';
  const std::size_t host_end = std::min(url.find_first_of("/?", has_user ? user_end + 1 : begin), url.size());
  const std::size_t question = url.find('?', host_end);
  const std::string query =
      question == std::string_view::npos ? std::string() : without_database(url.substr(question + 1));
  return fmt::format("{}/{}{}{}", url.substr(0, host_end), base::percent_encoded(name),
                     query.empty() ? "" : "?", query);
}

}  // namespace tradewind::database
