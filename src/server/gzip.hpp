#pragma once

#include <string>
#include <string_view>

namespace tradewind::server {

/// Whether an Accept-Encoding takes gzip.
bool accepts_gzip(std::string_view accept_encoding);
/// Compressed, fast rather than small. Throws std::bad_alloc.
std::string gzip(std::string_view text);

}  // namespace tradewind::server
