#include <tradewind/observer.hpp>

namespace tradewind {

void Observer::step_started(const Step&, std::size_t, std::size_t, std::size_t) {}
void Observer::statement_done(const Step&, std::size_t, std::size_t) {}
void Observer::step_finished(const Step&, std::size_t, std::size_t) {}
void Observer::waiting(std::string_view) {}
void Observer::notice(std::string_view) {}

}  // namespace tradewind
