#pragma once

#include <functional>

namespace tradewind::sql {

/// Runs `work` to its end on a thread of its own with 64 MiB of stack, whatever the caller's has, and passes
/// on what it throws. Work that already runs on one stays there: around a loop it saves a thread for each
/// turn. Throws Error{internal} if the system gives no thread.
void run_on_large_stack(const std::function<void()>& work);

}  // namespace tradewind::sql
