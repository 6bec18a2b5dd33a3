#pragma once

#include <string>
#include <string_view>

namespace tradewind::server {

/// A strong ETag of these bytes, with its quotes. Not for secrets.
std::string entity_tag(std::string_view body);
/// Whether an If-None-Match names the tag: a list of them, or *.
bool matches(std::string_view if_none_match, std::string_view tag);

}  // namespace tradewind::server
