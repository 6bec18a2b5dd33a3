#include "postgres/libpq.hpp"

#include <dlfcn.h>

#include <fmt/format.h>
#include <tradewind/error.hpp>

namespace tradewind::postgres {
namespace {

constexpr const char* library_name = "libpq.so.5";

void* open_library() {
  void* library = ::dlopen(library_name, RTLD_LAZY | RTLD_LOCAL);
  if (library == nullptr)
    throw Error(Code::configuration,
                fmt::format("PostgreSQL's client library can't be opened: {}", ::dlerror()),
                "install it (Debian: apt-get install libpq5), then run the same command again; nothing was "
                "done");
  return library;
}

}  // namespace

void* libpq_function(const char* name) {
  static void* const library = open_library();
  void* function = ::dlsym(library, name);
  if (function == nullptr)
    throw Error(Code::configuration, fmt::format("{} has no function {}", library_name, name),
                "it is older than PostgreSQL 14: install a newer one, then run the same command again");
  return function;
}

}  // namespace tradewind::postgres
