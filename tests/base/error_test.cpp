#include <gtest/gtest.h>
#include <tradewind/error.hpp>

namespace tradewind {
namespace {

TEST(TypedErrors, stay_what_they_are_whatever_is_added_to_them) {
  EXPECT_THROW(throw LockTimeout(Code::lock_timeout, "busy").with_sqlstate("55P03"), LockTimeout);
  EXPECT_THROW(throw ConnectionError(Code::connection_lost, "gone").with_hint("try again"), ConnectionError);
  EXPECT_THROW(throw ConnectionError(Code::connection_lost, "gone").with_statement("SELECT 1"),
               ConnectionError);
  EXPECT_THROW(throw LockTimeout(Code::lock_timeout, "busy").at({"a.sql", 1, 2}), LockTimeout);
  try {
    throw LockTimeout(Code::lock_timeout, "busy")
        .with_sqlstate("55P03")
        .with_hint("wait")
        .at({"a.sql", 3, 4});
  } catch (const LockTimeout& error) {
    EXPECT_EQ(error.sqlstate(), "55P03");
    EXPECT_EQ(error.hint(), "wait");
    EXPECT_EQ(error.location().line, 3U);
  }
}

}  // namespace
}  // namespace tradewind
