#include "cli/context.hpp"

#include <cstdlib>

namespace tradewind::cli {

const Environment& Context::environment() {
  if (environment_) return *environment_;
  environment_ = tradewind::environment(globals.project.working_directory);
  for (const auto& [name, value] : *environment_) {
    if (name.starts_with("PG")) ::setenv(name.c_str(), value.c_str(), 0);
  }
  return *environment_;
}

std::vector<ProjectDatabase> Context::databases() {
  return resolve_project(globals.project, environment());
}

}  // namespace tradewind::cli
