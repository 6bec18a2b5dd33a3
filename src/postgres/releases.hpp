#pragma once

#include <optional>
#include <string_view>

#include <tradewind/doctor.hpp>

namespace tradewind::postgres {

/// What a version gets no fixes any more means, on a day as "2026-11-29"; nothing while it gets some.
std::optional<Diagnosis> support_finding(int major, std::string_view version, std::string_view today);

}  // namespace tradewind::postgres
