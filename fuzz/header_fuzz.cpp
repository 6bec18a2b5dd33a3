#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <tradewind/error.hpp>

#include "sql/header.hpp"

namespace {

bool sound(const tradewind::sql::Header& header, std::size_t lines) {
  for (const auto& entry : header.entries) {
    if (entry.line == 0 || entry.line > lines || entry.key.empty()) return false;
  }
  for (const auto& found : header.misspellings) {
    if (found.line == 0 || found.line > lines || found.suggestion.empty()) return false;
  }
  for (const auto& version : header.depends) {
    if (version.empty()) return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view script(reinterpret_cast<const char*>(data), size);
  std::size_t lines = 1;
  for (const char c : script) lines += c == '\n' ? 1 : 0;
  try {
    if (!sound(tradewind::sql::read_header(script), lines)) std::abort();
  } catch (const tradewind::Error& error) {
    if (error.code() != tradewind::Code::bad_file || error.location().line > lines) std::abort();
  }
  return 0;
}
