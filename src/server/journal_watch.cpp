#include "server/journal_watch.hpp"

#include <algorithm>
#include <limits>

namespace tradewind::server {
namespace {

constexpr std::uint64_t behind_everything = std::numeric_limits<std::uint64_t>::max();

std::uint64_t written_lsn(const std::vector<WrittenJournal>& written, const std::string& journal) {
  const auto found =
      std::find_if(written.begin(), written.end(), [&](const auto& one) { return one.journal == journal; });
  return found == written.end() ? 0 : found->written;
}

}  // namespace

bool JournalWatch::look() {
  try {
    if (seen_.id.empty()) seen_ = journal_backlog(folder_, behind_everything);
    seen_ = journal_backlog(folder_, written_lsn(written_, seen_.id));
    return true;
  } catch (const Error&) {
    seen_ = {};
    return false;
  }
}

void JournalWatch::write(MetricsText& text, const std::optional<std::vector<WrittenJournal>>& written) {
  const std::scoped_lock lock(mutex_);
  if (written) written_ = *written;
  if (const auto now = std::chrono::steady_clock::now(); now >= look_again_) {
    readable_ = look();
    look_again_ = std::chrono::steady_clock::now() + keep;
  }
  text.gauge("tradewind_journal_readable", "Whether the journal could be read.", readable_ ? 1 : 0);
  if (!readable_) return;
  const auto value = [](std::uint64_t number) { return static_cast<double>(number); };
  text.gauge("tradewind_journal_bytes", "The journal's files.", value(seen_.journal_bytes));
  text.gauge("tradewind_journal_end_lsn", "Behind the journal's last record.", value(seen_.end));
  text.gauge("tradewind_journal_queue_records", "In the journal and not in the database.",
             value(seen_.records));
  text.gauge("tradewind_journal_lag_bytes", "In the journal and not in the database.", value(seen_.bytes));
}

}  // namespace tradewind::server
