#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <tradewind/decimal.hpp>
#include <tradewind/record.hpp>

namespace tradewind::server {

/// Appends JSON to a text: no tree is built. The caller sees to the nesting.
class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  /// Names are the program's own: nothing in them is escaped.
  JsonWriter& key(std::string_view name);

  /// Bytes that are no UTF-8 become U+FFFD.
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
  template <std::integral Integer>
  JsonWriter& value(Integer number) {
    return integer(static_cast<std::int64_t>(number));
  }
  JsonWriter& value(bool truth) { return raw(truth ? "true" : "false"); }
  JsonWriter& value(double number);
  /// A string: programs that read numbers as doubles would round it.
  JsonWriter& value(Decimal number);
  /// ISO 8601 with microseconds.
  JsonWriter& value(UtcTime time);
  template <typename T>
  JsonWriter& value(const std::optional<T>& perhaps) {
    return perhaps ? value(*perhaps) : raw("null");
  }
  /// JSON already.
  JsonWriter& raw(std::string_view json);

  template <typename T>
  JsonWriter& member(std::string_view name, const T& what) {
    return key(name).value(what);
  }

  void reserve(std::size_t size) { text_.reserve(size); }
  std::string take() { return std::move(text_); }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  JsonWriter& integer(std::int64_t number);
  void separate();
  void escape(std::string_view text);

  std::string text_;
};

}  // namespace tradewind::server
