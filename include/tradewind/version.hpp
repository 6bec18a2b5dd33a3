#pragma once

namespace [[gnu::visibility("default")]] tradewind {

/// The library's version, "0.1.0".
const char* version() noexcept;

}  // namespace tradewind
