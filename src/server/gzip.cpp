#include "server/gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <new>

#include "base/text.hpp"

namespace tradewind::server {
namespace {

/// "gzip;q=0" and "gzip; q=0.000" refuse it.
bool is_refused(std::string_view parameters) {
  const std::size_t mark = parameters.find("q=");
  if (mark == std::string_view::npos) return false;
  const std::string_view weight = base::trimmed(parameters.substr(mark + 2));
  return weight.starts_with('0') && weight.find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
  bool any = false;
  while (!accept_encoding.empty()) {
    const std::string item = base::lower(accept_encoding.substr(0, accept_encoding.find(',')));
    accept_encoding.remove_prefix(std::min(accept_encoding.size(), item.size() + 1));
    const std::size_t end = std::min(item.find(';'), item.size());
    const std::string_view name = base::trimmed(std::string_view(item).substr(0, end));
    const bool taken = !is_refused(std::string_view(item).substr(end));
    if (name == "gzip" || name == "x-gzip") return taken;
    if (name == "*") any = taken;
  }
  return any;
}

std::string gzip(std::string_view text) {
  constexpr int with_gzip_header = 16;
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + with_gzip_header, MAX_MEM_LEVEL,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
  std::string result(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  deflate(&stream, Z_FINISH);  // there is room for all of it
  result.resize(stream.total_out);
  deflateEnd(&stream);
  return result;
}

}  // namespace tradewind::server
