#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tradewind::postgres {

/// Gives rows of kind, name and owner ("table public.trades") of an object, then a column for each property.
/// $1 is an array of the relations to leave out.
struct CatalogQuery {
  std::string text;
  std::vector<std::string_view> properties;
};

/// For a server of this major version.
std::vector<CatalogQuery> catalog_queries(int version);

/// The part of a query that differs between versions, and the relations that every other query stands on,
/// filled in.
std::string filled_in(std::string_view text, int version);

std::vector<CatalogQuery> relation_queries(int version);
std::vector<CatalogQuery> routine_queries(int version);
std::vector<CatalogQuery> grant_queries(int version);

}  // namespace tradewind::postgres
