#pragma once

namespace tradewind::migration {

/// Another runner changed the history since it was read: plan again. Never leaves the runner.
struct Moved {};

}  // namespace tradewind::migration
