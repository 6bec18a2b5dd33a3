#include <tradewind/version.hpp>

namespace tradewind {

const char* version() noexcept {
  return TRADEWIND_VERSION;
}

}  // namespace tradewind
