#pragma once

#include <string>
#include <string_view>
#include <tradewind/schema.hpp>
#include <vector>

namespace tradewind::safety {

/// Puts what a catalog reader gives into a schema's order, and makes every text valid UTF-8.
std::vector<SchemaObject> in_order(std::vector<SchemaObject> objects);

/// "table public.trades".
std::string identity(const SchemaObject& object);

/// An object's name without that of the object it belongs to, if it begins with it.
std::string_view short_name(std::string_view name, std::string_view of);

}  // namespace tradewind::safety
