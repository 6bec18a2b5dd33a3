#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <tradewind/error.hpp>

namespace tradewind::sql {

/// An error at a byte of the script: line, column and excerpt set.
Error complaint(Code code, std::string_view script, std::size_t offset, const std::string& message,
                std::string hint = {});

/// Throws Error{bad_file} unless offsets fit a Statement and no byte is NUL, which would end the text for an
/// engine.
void require_text(std::string_view script);

}  // namespace tradewind::sql
