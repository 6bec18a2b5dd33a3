#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <tradewind/tradewind.hpp>
#include <vector>

namespace tradewind::test {

/// The schema of the database at this URL.
Schema schema_at(const std::string& url);

/// What a property of an object ("column public.trade.qty") says; "(no object)", "(no property)".
std::string told(const Schema& schema, std::string_view object, std::string_view property);

/// "+ column public.trade.fee", "~ table public.trade: options", ...
std::vector<std::string> told(const std::vector<Difference>& differences);

/// One of each kind of object, for an empty PostgreSQL database. `role` is made if it is not there.
std::string every_postgres_object(const std::string& role);
extern const char* const every_sqlite_object;

/// A pack for one engine; `database` is empty but for packs of several.
struct PackVariant {
  std::string pack;
  std::string database;
  std::string engine;
};
/// For messages of failed expectations.
std::ostream& operator<<(std::ostream& stream, const PackVariant& variant);
std::vector<PackVariant> all_pack_variants();

}  // namespace tradewind::test
