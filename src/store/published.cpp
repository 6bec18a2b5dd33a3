#include "store/published.hpp"

#include <algorithm>
#include <cstring>
#include <thread>

#include "store/crc32c.hpp"

namespace tradewind {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr const char* file_name = "status";
using Text = std::array<char, 256>;
using Counts = std::array<std::uint64_t, 10>;

/// The file. Whoever changes it changes the magic.
struct StatusPage {
  static constexpr std::array<char, 8> magic_text = {'T', 'W', 'S', 'T', 'A', 'T', '0', '1'};

  std::array<char, 8> magic = magic_text;
  std::int64_t at = 0;  ///< microseconds since 1970
  Counts counts{};
  Latencies flushes;
  Latencies commits;
  std::array<char, 40> journal{};
  Text journal_trouble{};
  Text database_trouble{};
  std::uint32_t zero = 0;
  std::uint32_t crc = 0;  ///< of what stands before
};
static_assert(std::is_trivially_copyable_v<StatusPage> && sizeof(StatusPage) % 8 == 0);

std::uint32_t crc_of(const StatusPage& page) {
  return store::crc32c(&page, offsetof(StatusPage, crc));
}

template <std::size_t size>
void put(std::array<char, size>& to, const std::string& text) {
  std::copy_n(text.begin(), std::min(text.size(), size - 1), to.begin());
}

template <typename Status>
auto counts_of(Status& status) {
  return std::tie(status.rings, status.journal_bytes, status.journalled, status.written,
                  status.records_written, status.batches, status.retries, status.refused, status.repeats,
                  status.dead_letters);
}

StatusPage page_of(const StoreStatus& status) {
  StatusPage page;
  page.at = utc_now().time_since_epoch().count();
  std::apply([&](const auto&... count) { page.counts = {count...}; }, counts_of(status));
  page.flushes = status.flushes;
  page.commits = status.commits;
  put(page.journal, status.journal);
  put(page.journal_trouble, status.journal_trouble);
  put(page.database_trouble, status.database_trouble);
  page.crc = crc_of(page);
  return page;
}

PublishedStatus status_of(const StatusPage& page) {
  PublishedStatus result{.at = UtcTime(UtcTime::duration(page.at)), .status = {}};
  StoreStatus& status = result.status;
  const std::uint64_t* next = page.counts.data();
  std::apply([&](auto&... count) { ((count = *next++), ...); }, counts_of(status));
  status.flushes = page.flushes;
  status.commits = page.commits;
  status.journal = page.journal.data();
  status.journal_trouble = page.journal_trouble.data();
  status.database_trouble = page.database_trouble.data();
  return result;
}

}  // namespace

void store::StatusFile::open() {
  const fs::path path = folder_ / file_name;
  std::error_code ignored;
  File file(path, fs::exists(path, ignored) ? File::Mode::write : File::Mode::create);
  file.allocate(sizeof(StatusPage));
  file_ = std::move(file);
}

void store::StatusFile::write(const StoreStatus& status) noexcept {
  try {
    if (!file_) open();
    const StatusPage page = page_of(status);
    file_.write_at(0, &page, sizeof page);
  } catch (const std::exception&) {
    return;
  }
}

std::optional<PublishedStatus> published_status(const fs::path& journal) {
  constexpr int tries = 5;
  for (int i = 0; i < tries; ++i) {
    try {
      StatusPage page;
      const store::File file(journal / file_name, store::File::Mode::read);
      if (file.read_at(0, &page, sizeof page) != sizeof page || page.magic != StatusPage::magic_text)
        return {};
      if (page.crc == crc_of(page)) return status_of(page);
    } catch (const Error&) {
      return {};
    }
    std::this_thread::sleep_for(1ms);
  }
  return {};
}

}  // namespace tradewind
