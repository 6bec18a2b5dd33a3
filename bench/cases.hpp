#pragma once

#include <functional>
#include <string>
#include <vector>

#include "comparison.hpp"
#include "place.hpp"

namespace tradewind::bench {

/// A comparison that is set up when it is run.
struct Case {
  std::string name;
  std::string work;
  std::function<Comparison(Place&)> make;
};

std::vector<Case> postgres_cases();
std::vector<Case> sqlite_cases();
std::vector<Case> backup_cases();

}  // namespace tradewind::bench
