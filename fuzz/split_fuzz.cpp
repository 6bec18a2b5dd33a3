#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "split_properties.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view script(reinterpret_cast<const char*>(data), size);
  for (const auto* grammar : {&tradewind::sql::postgres_grammar(), &tradewind::sql::sqlite_grammar()}) {
    const std::string problem = tradewind::fuzz::split_problem(*grammar, script);
    if (problem.empty()) continue;
    std::fprintf(stderr, "%s\n", problem.c_str());
    std::abort();
  }
  return 0;
}
