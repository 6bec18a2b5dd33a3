#pragma once

#include <string>
#include <tradewind/backup.hpp>
#include <vector>

#include "cli/style.hpp"

namespace tradewind::cli {

/// A table, perhaps with numbers to choose by.
std::string backup_list(const std::vector<Backup>& all, const Style& style, bool numbered);

}  // namespace tradewind::cli
