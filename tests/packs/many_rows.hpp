#pragma once

#include "packs/pack_support.hpp"

namespace tradewind::test {

/// Makes a temporary table numbers: n from 1 to 100,000, and `at`, the instant n minutes after the start of
/// 2026 (TIMESTAMPTZ; on SQLite a text like 2026-01-01T00:01:00.000Z).
void make_numbers(PackDatabase& database);

}  // namespace tradewind::test
