#pragma once

#include <string>
#include <string_view>

namespace tradewind {

/// The folder inside a pack that holds an engine's files: "postgres/".
std::string pack_folder(std::string_view engine);

}  // namespace tradewind
