// Prices and sizes are exact decimals: T1 of the requirements holds no double for money.
#include <gtest/gtest.h>

#include <limits>
#include <tradewind/record.hpp>

#include "support/given.hpp"

namespace tradewind::test {
namespace {

using namespace tradewind::literals;

std::string round_trip(std::string_view text) {
  const auto value = Decimal::parse(text);
  return value ? value->to_string() : "none";
}

TEST(Decimals, are_read_and_written_exactly) {
  EXPECT_EQ(round_trip("0"), "0");
  EXPECT_EQ(round_trip("-0"), "0");
  EXPECT_EQ(round_trip("+61000.50"), "61000.5");
  EXPECT_EQ(round_trip("0.0000000001"), "0.0000000001");
  EXPECT_EQ(round_trip("-999999999999999999.9999999999"), "-999999999999999999.9999999999");
  EXPECT_EQ(round_trip("1.0e-08"), "0.00000001");
  EXPECT_EQ(round_trip("12.5E+3"), "12500");
  EXPECT_EQ(round_trip("1.00000000000000000000"), "1");
}

TEST(Decimals, refuse_what_they_cannot_hold) {
  for (const char* text :
       {"", "-", ".5", "5.", "1,000", "1e", "1e99999", " 1", "1 ", "NaN", "inf", "0x10", "--1", "1.2.3",
        "1000000000000000000", "0.00000000001", "1e18", "1e-11", "123456789012345678901234567890"}) {
    EXPECT_EQ(round_trip(text), "none") << text;
  }
}

TEST(Decimals, of_a_mantissa_and_an_exponent) {
  EXPECT_EQ(Decimal::scaled(6100050, 2), 61000.5_dec);
  EXPECT_EQ(Decimal::scaled(-1, 10), -0.0000000001_dec);
  EXPECT_EQ(Decimal::scaled(1000, 13), 0.0000000001_dec);
  EXPECT_EQ(Decimal::scaled(1, 11), std::nullopt);
  EXPECT_EQ(Decimal::scaled(std::numeric_limits<std::int64_t>::max(), 0), std::nullopt);
  EXPECT_EQ(Decimal::scaled(std::numeric_limits<std::int64_t>::max(), 8), 92233720368.54775807_dec);
}

TEST(Decimals, compare_and_add_exactly) {
  EXPECT_EQ(0.1_dec + 0.2_dec, 0.3_dec);
  EXPECT_LT(-1_dec, 0.0000000001_dec);
  Decimal sum;
  for (int i = 0; i < 1'000'000; ++i) sum += 0.0000000001_dec;
  EXPECT_EQ(sum, 0.0001_dec);
  EXPECT_EQ(Decimal(7) - 7.25_dec, -0.25_dec);
  EXPECT_EQ((1.25_dec).decimals(), 2);
  EXPECT_EQ((100_dec).decimals(), 0);
}

TEST(Decimals, multiply_with_one_rounding_or_not_at_all) {
  EXPECT_EQ(product(61000.5_dec, 0.25_dec), 15250.125_dec);
  EXPECT_EQ(product(0.00001_dec, 0.000005_dec), 0.0000000001_dec);
  EXPECT_EQ(product(-0.00001_dec, 0.000005_dec), -0.0000000001_dec);
  EXPECT_EQ(product(0.00001_dec, 0.0000049_dec), 0_dec);
  EXPECT_EQ(product(999999999_dec, 999999999_dec), 999999998000000001_dec);
  EXPECT_EQ(product(1000000000_dec, 1000000000_dec), std::nullopt);
  EXPECT_EQ(product(999999999999999999_dec, 999999999999999999_dec), std::nullopt);
}

TEST(Decimals, round_half_away_from_zero) {
  EXPECT_EQ((0.125_dec).rounded(2), 0.13_dec);
  EXPECT_EQ((-0.125_dec).rounded(2), -0.13_dec);
  EXPECT_EQ((0.1249999999_dec).rounded(2), 0.12_dec);
  EXPECT_EQ((0.0000000001_dec).rounded(10), 0.0000000001_dec);
  EXPECT_EQ((61000.5_dec).rounded(0), 61001_dec);
}

TEST(Times, are_utc_with_microseconds) {
  const auto time = given(parse_utc("2026-11-21T09:30:00.25Z"));
  EXPECT_EQ(to_string(time), "2026-11-21T09:30:00.250000Z");
  EXPECT_EQ(parse_utc("2026-11-21 09:30:00.250000+00"), time);
  EXPECT_EQ(to_string(given(parse_utc("2026-11-21"))), "2026-11-21T00:00:00.000000Z");
  EXPECT_EQ(to_string(given(parse_utc("1969-12-31T23:59:59.999999Z"))), "1969-12-31T23:59:59.999999Z");
  for (const char* text :
       {"", "2026", "2026-02-30", "2026-11-21T", "2026-11-21T25:00", "2026-11-21T09:30:00+01:00",
        "2026-11-21T09:30:00.1234567Z", "2026-11-21T09:30:00.", "21.11.2026"}) {
    EXPECT_EQ(parse_utc(text), std::nullopt) << text;
  }
}

TEST(Uuids, are_read_and_written) {
  const auto uuid = given(Uuid::parse("0190A0E6-7f2b-7c3d-8e4f-0123456789ab"));
  EXPECT_EQ(uuid.to_string(), "0190a0e6-7f2b-7c3d-8e4f-0123456789ab");
  EXPECT_EQ(Uuid::parse("0190a0e67f2b7c3d8e4f0123456789ab"), std::nullopt);
  EXPECT_EQ(Uuid::parse("0190a0e6-7f2b-7c3d-8e4f-0123456789ag"), std::nullopt);
}

}  // namespace
}  // namespace tradewind::test
