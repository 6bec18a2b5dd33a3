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

double value(std::uint64_t number) {
  return static_cast<double>(number);
}

void write_store(MetricsText& text, const PublishedStatus& published) {
  const StoreStatus& status = published.status;
  text.gauge("tradewind_store_status_timestamp_seconds", "When the store last said what follows.",
             std::chrono::duration<double>(published.at.time_since_epoch()).count());
  text.gauge("tradewind_store_rings", "Threads that have recorded at a time, at most.", value(status.rings));
  text.gauge("tradewind_store_journal_writable", "0 while the journal can't be written.",
             status.journal_trouble.empty() ? 1 : 0);
  text.gauge("tradewind_store_database_writable", "0 while the database can't be written.",
             status.database_trouble.empty() ? 1 : 0);
  text.counter("tradewind_store_records_written_total", "Records written to the database.",
               value(status.records_written));
  text.counter("tradewind_store_batches_total", "Transactions committed.", value(status.batches));
  text.counter("tradewind_store_retries_total", "Failures that passed or will.", value(status.retries));
  text.counter("tradewind_store_refused_total", "Records not accepted.", value(status.refused));
  text.counter("tradewind_store_repeats_total", "Records that the database had already.",
               value(status.repeats));
  text.counter("tradewind_store_dead_letters_total", "Records set aside.", value(status.dead_letters));
  const auto latencies = [&](std::string_view name, std::string_view help, const Latencies& of) {
    text.begin(name, "histogram", help);
    text.histogram({}, Latencies::bounds, of.counts, of.seconds);
  };
  latencies("tradewind_store_commit_duration_seconds", "Of transactions that were committed.",
            status.commits);
  latencies("tradewind_journal_flush_duration_seconds", "Of the journal's flushes to the disk.",
            status.flushes);
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
  write_journal(text, written);
  if (const auto published = published_status(folder_)) write_store(text, *published);
}

void JournalWatch::write_journal(MetricsText& text,
                                 const std::optional<std::vector<WrittenJournal>>& written) {
  const std::scoped_lock lock(mutex_);
  if (written) written_ = *written;
  if (const auto now = std::chrono::steady_clock::now(); now >= look_again_) {
    readable_ = look();
    look_again_ = std::chrono::steady_clock::now() + keep;
  }
  text.gauge("tradewind_journal_readable", "Whether the journal could be read.", readable_ ? 1 : 0);
  if (!readable_) return;
  text.gauge("tradewind_journal_bytes", "The journal's files.", value(seen_.journal_bytes));
  text.gauge("tradewind_journal_end_lsn", "Behind the journal's last record.", value(seen_.end));
  text.gauge("tradewind_journal_queue_records", "In the journal and not in the database.",
             value(seen_.records));
  text.gauge("tradewind_journal_lag_bytes", "In the journal and not in the database.", value(seen_.bytes));
}

}  // namespace tradewind::server
