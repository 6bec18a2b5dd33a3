// PostgreSQL's client library is opened when a server is first asked for, and may not be installed.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <link.h>

#include "faults/strace.hpp"
#include "support/temp_dir.hpp"

namespace tradewind::test {
namespace {

std::string path_of_libpq() {
  void* library = ::dlopen("libpq.so.5", RTLD_LAZY);
  link_map* loaded = nullptr;
  if (library == nullptr || ::dlinfo(library, RTLD_DI_LINKMAP, static_cast<void*>(&loaded)) != 0) return {};
  return loaded->l_name;
}

Outcome without_libpq(const std::string& database) {
  const std::string path = path_of_libpq();
  EXPECT_FALSE(path.empty());
  return run_under_strace(
      {.call = "openat", .what = "error=ENOENT", .first = 1, .forever = true, .paths = {path, "/usr" + path}},
      tradewind_command({"up", "--pack", "titan", "--database", database}));
}

TEST(ClientLibrary, that_is_missing_is_named_with_what_to_install) {
  const Outcome outcome = without_libpq("postgresql://user:secret@localhost/trades");
  EXPECT_EQ(outcome.exit_status, 2) << outcome;
  EXPECT_NE(outcome.err.find("PostgreSQL's client library can't be opened: libpq.so.5"), std::string::npos)
      << outcome;
  EXPECT_NE(outcome.err.find("apt-get install libpq5"), std::string::npos) << outcome;
  EXPECT_EQ(outcome.err.find("secret"), std::string::npos) << outcome;
}

TEST(ClientLibrary, is_not_needed_for_a_file) {
  const TempDir folder;
  const Outcome outcome = without_libpq("sqlite:" + (folder / "titan.db").string());
  EXPECT_EQ(outcome.exit_status, 0) << outcome;
}

}  // namespace
}  // namespace tradewind::test
