#include "sql/large_stack.hpp"

#include <pthread.h>
#include <exception>
#include <system_error>
#include <tradewind/error.hpp>

namespace tradewind::sql {
namespace {

constexpr std::size_t stack_size = std::size_t{64} << 20;  // reserved, taken only as it is used

thread_local bool is_large = false;

struct Task {
  const std::function<void()>& work;
  std::exception_ptr failure;
};

void* run(void* argument) {
  Task& task = *static_cast<Task*>(argument);
  is_large = true;
  try {
    task.work();
  } catch (...) {
    task.failure = std::current_exception();
  }
  return nullptr;
}

}  // namespace

void run_on_large_stack(const std::function<void()>& work) {
  if (is_large) return work();
  Task task{work, nullptr};
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stack_size);
  pthread_t thread{};
  const int failed = pthread_create(&thread, &attributes, run, &task);
  pthread_attr_destroy(&attributes);
  if (failed != 0) {
    throw Error(Code::internal,
                "no thread could be started to parse SQL: " + std::generic_category().message(failed),
                "raise the limit of memory or of processes");
  }
  pthread_join(thread, nullptr);
  if (task.failure) std::rethrow_exception(task.failure);
}

}  // namespace tradewind::sql
