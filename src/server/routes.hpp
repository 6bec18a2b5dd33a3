/// What the API offers: the one table that requests are answered from and that the OpenAPI document is made
/// of.
#pragma once

#include <span>
#include <string_view>

#include "server/message.hpp"
#include "server/parameters.hpp"

namespace tradewind::server {

class Api;

struct Route {
  std::string_view path;
  std::string_view name;  ///< operationId
  std::string_view summary;
  std::span<const std::string_view> parameters;
  std::string_view schema;  ///< of the answer, in the document's components; empty: text
  bool open = false;        ///< asks for no token
  bool blocks = true;       ///< takes the database, or the disk
  Response (*answer)(Api&, const Parameters&);
};

std::span<const Route> routes();
/// The index of the route with this path, or the number of routes.
std::size_t route_of(std::string_view path);

/// The OpenAPI 3.1 document, of routes().
std::string openapi_document();
/// Its schemas, JSON.
std::string_view openapi_schemas();

}  // namespace tradewind::server
