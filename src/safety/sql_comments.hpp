#pragma once

#include <map>
#include <string>
#include <string_view>

namespace tradewind::safety {

/// What comments say of what a script makes: the lines right before a CREATE of a table, view, index,
/// trigger or function, and those beside a table's columns. By kind and name: "column trades.side".
void collect_comments(std::string_view sql, std::map<std::string, std::string>& comments);

}  // namespace tradewind::safety
