#include <tradewind/error.hpp>

#include <algorithm>
#include <iterator>

namespace tradewind {
namespace {

struct Entry {
  std::string_view name;
  Code code;
  int exit_status;
};

constexpr int wrong_call = 2;
constexpr int failed = 3;
constexpr int retry = 5;
constexpr int our_bug = 70;

constexpr Entry entries[] = {
    {"usage", Code::usage, wrong_call},
    {"configuration", Code::configuration, wrong_call},
    {"source-missing", Code::source_missing, wrong_call},
    {"source-empty", Code::source_empty, wrong_call},
    {"unknown-version", Code::unknown_version, wrong_call},
    {"authentication", Code::authentication, wrong_call},
    {"no-such-database", Code::no_such_database, wrong_call},
    {"pooling-proxy", Code::pooling_proxy, wrong_call},
    {"source-unreadable", Code::source_unreadable, failed},
    {"bad-file", Code::bad_file, failed},
    {"bad-name", Code::bad_name, failed},
    {"duplicate-version", Code::duplicate_version, failed},
    {"unknown-dependency", Code::unknown_dependency, failed},
    {"dependency-cycle", Code::dependency_cycle, failed},
    {"out-of-order", Code::out_of_order, failed},
    {"checksum-mismatch", Code::checksum_mismatch, failed},
    {"syntax-error", Code::syntax_error, failed},
    {"no-down", Code::no_down, failed},
    {"history-foreign", Code::history_foreign, failed},
    {"history-damaged", Code::history_damaged, failed},
    {"journal-damaged", Code::journal_damaged, failed},
    {"statement-failed", Code::statement_failed, failed},
    {"verify-failed", Code::verify_failed, failed},
    {"pending", Code::pending, failed},
    {"production", Code::production, failed},
    {"permission", Code::permission, failed},
    {"read-only", Code::read_only, failed},
    {"disk-full", Code::disk_full, failed},
    {"interrupted", Code::interrupted, failed},
    {"outcome-unknown", Code::outcome_unknown, failed},
    {"unsupported", Code::unsupported, failed},
    {"connection-failed", Code::connection_failed, retry},
    {"connection-lost", Code::connection_lost, retry},
    {"lock-timeout", Code::lock_timeout, retry},
    {"runner-busy", Code::runner_busy, retry},
    {"internal", Code::internal, our_bug},
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
