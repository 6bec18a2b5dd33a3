#include <tradewind/error.hpp>

#include <algorithm>
#include <iterator>

namespace tradewind {
namespace {

struct Entry {
  Code code;
  std::string_view name;
  int exit_status;
};

constexpr int wrong_call = 2;
constexpr int failed = 3;
constexpr int retry = 5;
constexpr int our_bug = 70;

constexpr Entry entries[] = {
    {Code::usage, "usage", wrong_call},
    {Code::configuration, "configuration", wrong_call},
    {Code::source_missing, "source-missing", wrong_call},
    {Code::source_empty, "source-empty", wrong_call},
    {Code::unknown_version, "unknown-version", wrong_call},
    {Code::authentication, "authentication", wrong_call},
    {Code::no_such_database, "no-such-database", wrong_call},
    {Code::pooling_proxy, "pooling-proxy", wrong_call},
    {Code::source_unreadable, "source-unreadable", failed},
    {Code::bad_file, "bad-file", failed},
    {Code::bad_name, "bad-name", failed},
    {Code::duplicate_version, "duplicate-version", failed},
    {Code::unknown_dependency, "unknown-dependency", failed},
    {Code::dependency_cycle, "dependency-cycle", failed},
    {Code::out_of_order, "out-of-order", failed},
    {Code::checksum_mismatch, "checksum-mismatch", failed},
    {Code::syntax_error, "syntax-error", failed},
    {Code::no_down, "no-down", failed},
    {Code::history_foreign, "history-foreign", failed},
    {Code::history_damaged, "history-damaged", failed},
    {Code::journal_damaged, "journal-damaged", failed},
    {Code::statement_failed, "statement-failed", failed},
    {Code::verify_failed, "verify-failed", failed},
    {Code::pending, "pending", failed},
    {Code::production, "production", failed},
    {Code::permission, "permission", failed},
    {Code::read_only, "read-only", failed},
    {Code::disk_full, "disk-full", failed},
    {Code::interrupted, "interrupted", failed},
    {Code::outcome_unknown, "outcome-unknown", failed},
    {Code::unsupported, "unsupported", failed},
    {Code::connection_failed, "connection-failed", retry},
    {Code::connection_lost, "connection-lost", retry},
    {Code::lock_timeout, "lock-timeout", retry},
    {Code::runner_busy, "runner-busy", retry},
    {Code::internal, "internal", our_bug},
};

const Entry& entry(Code code) noexcept {
  const auto* found =
      std::find_if(std::begin(entries), std::end(entries), [code](const Entry& e) { return e.code == code; });
  return found == std::end(entries) ? entries[std::size(entries) - 1] : *found;
}

}  // namespace

std::string_view name(Code code) noexcept {
  return entry(code).name;
}

int exit_status(Code code) noexcept {
  return entry(code).exit_status;
}

const char* name(Direction direction) noexcept {
  return direction == Direction::up ? "up" : "down";
}

Error::Error(Code code, const std::string& message, std::string hint)
    : std::runtime_error(message), code_(code), hint_(std::move(hint)) {}

RunFailed::RunFailed(const Error& cause, std::vector<Step> applied, std::string version,
                     std::size_t statements_kept, bool outcome_unknown)
    : Error(cause),
      applied_(std::move(applied)),
      version_(std::move(version)),
      statements_kept_(statements_kept),
      outcome_unknown_(outcome_unknown) {}

}  // namespace tradewind
