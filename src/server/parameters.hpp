#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tradewind/store_rows.hpp>

namespace tradewind::server {

/// What a route's parameter is, for its check and for the OpenAPI document.
struct ParameterInfo {
  std::string_view name;
  std::string_view description;
  std::string_view schema;  ///< JSON
};
const ParameterInfo& parameter_info(std::string_view name);

/// The parameters of a request. Every member throws Error{usage} with the reason for a value that can't be.
class Parameters {
 public:
  /// Percent-encoded, name=value&...; each of the known ones once.
  Parameters(std::string_view query, std::span<const std::string_view> known);

  std::optional<UtcTime> start_date() const;
  /// The moment before which all is wanted: a day counts whole.
  std::optional<UtcTime> end_date() const;
  std::optional<std::string> symbol() const { return word("symbol"); }
  std::optional<std::string> event_type() const { return word("event_type"); }
  std::optional<int> phase() const;
  std::optional<Severity> severity() const;
  Page page() const;

 private:
  std::optional<std::string_view> value(std::string_view name) const;
  std::optional<std::string> word(std::string_view name) const;
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t least, std::int64_t most) const;

  struct Given {
    std::string name;
    std::string value;
  };
  std::vector<Given> given_;
};

}  // namespace tradewind::server
