#pragma once

#include <exception>
#include <string_view>

#include "database/command.hpp"

namespace tradewind::postgres {

/// Stands between a listener that may throw and libpq, through whose frames nothing may be thrown: keeps the
/// first exception, and is deaf from then on.
class ShieldedListener : public database::Listener {
 public:
  explicit ShieldedListener(database::Listener& listener) : listener_(listener) {}

  void done(const database::Tag& tag, std::string_view value) override {
    tell([&] { listener_.done(tag, value); });
  }
  void notice(std::string_view text) override {
    tell([&] { listener_.notice(text); });
  }
  void waiting(std::string_view who) override {
    tell([&] { listener_.waiting(who); });
  }

  bool has_thrown() const { return thrown_ != nullptr; }
  void rethrow() const {
    if (thrown_ != nullptr) std::rethrow_exception(thrown_);
  }

 private:
  template <typename Call>
  void tell(Call call) noexcept {
    if (thrown_ != nullptr) return;
    try {
      call();
    } catch (...) {
      thrown_ = std::current_exception();
    }
  }

  database::Listener& listener_;
  std::exception_ptr thrown_;
};

}  // namespace tradewind::postgres
