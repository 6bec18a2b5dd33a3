#pragma once

#include <optional>
#include <source_location>
#include <stdexcept>
#include <string>
#include <utility>

namespace tradewind::test {

/// What the optional holds; without it the test fails here, by an exception that says where.
template <typename T>
T given(std::optional<T> value, const std::source_location& place = std::source_location::current()) {
  if (!value) {
    throw std::runtime_error(std::string(place.file_name()) + ":" + std::to_string(place.line()) +
                             ": there is no value");
  }
  return std::move(*value);
}

}  // namespace tradewind::test
