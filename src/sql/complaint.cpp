#include "sql/complaint.hpp"

#include <cstdint>
#include <limits>
#include <utility>

#include "sql/statement.hpp"

namespace tradewind::sql {

Error complaint(Code code, std::string_view script, std::size_t offset, const std::string& message,
                std::string hint) {
  const Position where = position(script, offset);
  const Excerpt shown = excerpt(script, offset);
  return Error(code, message, std::move(hint))
      .at({{}, where.line, where.column})
      .with_excerpt(shown.line, shown.caret);
}

void require_text(std::string_view script) {
  if (script.size() >= std::numeric_limits<std::uint32_t>::max()) {
    throw Error(Code::bad_file, "the script is larger than 4 GiB", "split it into several migrations");
  }
  if (const std::size_t nul = script.find('\0'); nul != std::string_view::npos) {
    throw complaint(Code::bad_file, script, nul, "the script holds a NUL byte",
                    "SQL is text without NUL: save the file as UTF-8 (UTF-16 is full of them)");
  }
}

}  // namespace tradewind::sql
