#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/sha256.hpp"
#include "base/text.hpp"
#include "migration/migration.hpp"
#include "sql/statement.hpp"

namespace tradewind::migration {
namespace {

[[noreturn]] void bad_byte(const Files& files, const std::string& name, std::string_view text,
                           std::size_t offset, std::string_view what) {
  const sql::Position at = sql::position(text, offset);
  const bool utf16 =
      text.size() > 1 && (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF") || text[1] == '\0');
  throw Error(Code::bad_file, fmt::format("{} {}", base::printable(name), what),
              utf16 ? "the file looks like UTF-16: save it as UTF-8"
                    : "save the file as UTF-8 text without NUL bytes")
      .at({.file = files.label(name), .line = at.line, .column = at.column});
}

}  // namespace

std::string read_text(const Files& files, const std::string& name) {
  std::string text = files.read(name);
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  if (const auto offset = base::invalid_utf8(text)) {
    bad_byte(files, name, text, *offset,
             fmt::format("is not UTF-8: byte 0x{:02x}", static_cast<unsigned char>(text[*offset])));
  }
  if (const std::size_t nul = text.find('\0'); nul != std::string::npos)
    bad_byte(files, name, text, nul, "holds a NUL byte");
  return text;
}

std::string checksum(std::string_view text) {
  thread_local base::Sha256 hash;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t crlf = text.find("\r\n", at);
    const std::size_t end = crlf == std::string_view::npos ? text.size() : crlf;
    hash.update(text.substr(at, end - at));
    at = end == text.size() ? end : end + 1;
  }
  return hash.finish();
}

}  // namespace tradewind::migration
