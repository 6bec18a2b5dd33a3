#include <tradewind/journal.hpp>

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.hpp"
#include "store/journal_scan.hpp"

namespace tradewind {
namespace {

namespace fs = std::filesystem;

std::string operation_of(const TableDescription& table) {
  return table.operation == Operation::update ? "update" : "insert";
}

void check_folder(const fs::path& folder) {
  std::error_code ignored;
  if (fs::exists(folder / store::identity_file, ignored)) return;
  throw Error(Code::source_missing,
              fmt::format("there is no journal in {}", base::printable(folder.string())),
              "give the folder that the store's options name as its journal");
}

/// Tells of records as they are met; the tables that describe them stand before them.
class Teller {
 public:
  explicit Teller(const JournalRecordVisitor& visit) : visit_(visit) {}

  void take(const store::Frame& frame) {
    if (frame.kind == store::FrameKind::table) {
      TableDescription table = store::decoded_table({frame.payload(), frame.payload_size()});
      tables_.insert_or_assign(table.layout, std::move(table));
    }
    if (frame.kind != store::FrameKind::record) return;
    ++counts_[frame.layout];
    if (visit_) tell(frame);
  }

  std::vector<JournalTable> tables() const {
    std::vector<JournalTable> result;
    result.reserve(tables_.size());
    for (const auto& [layout, table] : tables_) {
      const auto count = counts_.find(layout);
      result.push_back({table.table, operation_of(table), count == counts_.end() ? 0 : count->second});
    }
    return result;
  }

 private:
  void tell(const store::Frame& frame) const {
    JournalRecord record{.lsn = frame.number, .table = {}, .operation = {}, .json = "null"};
    if (const auto known = tables_.find(frame.layout); known != tables_.end()) {
      record.table = known->second.table;
      record.operation = operation_of(known->second);
      store::Values values;
      if (store::decode(known->second, {frame.payload(), frame.payload_size()}, values))
        record.json = store::to_json(known->second, values);
    }
    visit_(record);
  }

  const JournalRecordVisitor& visit_;
  store::Tables tables_;
  std::map<std::uint32_t, std::uint64_t> counts_;
};

JournalReport report_of(const store::JournalScan& scan, const Teller& teller) {
  JournalReport report{.id = store::uuid_text(scan.id),
                       .segments = scan.segments.size(),
                       .segment_bytes = scan.segment_size,
                       .begin = scan.begin,
                       .end = scan.end,
                       .records = scan.records,
                       .torn = scan.torn,
                       .tables = teller.tables(),
                       .damages = {},
                       .kept = {}};
  for (const store::Damage& damage : scan.damages)
    report.damages.push_back({damage.path.string(), damage.begin, damage.end});
  return report;
}

}  // namespace

JournalReport inspect_journal(const fs::path& folder, const JournalRecordVisitor& visit) {
  check_folder(folder);
  Teller teller(visit);
  const store::JournalScan scan =
      store::scan_journal(folder, [&](const store::Frame& frame) { teller.take(frame); });
  return report_of(scan, teller);
}

JournalBacklog journal_backlog(const fs::path& folder, std::uint64_t lsn) {
  check_folder(folder);
  JournalBacklog backlog;
  const store::JournalScan scan = store::scan_journal(folder, [&](const store::Frame& frame) {
    if (frame.kind == store::FrameKind::record && frame.number >= lsn) ++backlog.records;
  });
  backlog.id = store::uuid_text(scan.id);
  backlog.journal_bytes = (scan.segments.size() + scan.unused.size()) * scan.segment_size;
  backlog.end = scan.end;
  backlog.bytes = scan.end - std::min<std::uint64_t>(scan.end, lsn);
  return backlog;
}

JournalReport salvage_journal(const fs::path& folder) {
  check_folder(folder);
  const store::File lock(folder / store::identity_file, store::File::Mode::write);
  if (!lock.try_lock()) {
    throw LockTimeout(Code::runner_busy,
                      fmt::format("a process writes the journal in {}", base::printable(folder.string())),
                      "stop it first");
  }
  const JournalRecordVisitor nobody;
  Teller teller(nobody);
  const store::JournalScan scan =
      store::scan_journal(folder, [&](const store::Frame& frame) { teller.take(frame); });
  JournalReport report = report_of(scan, teller);
  for (const fs::path& file : store::salvage(folder, scan)) report.kept.push_back(file.string());
  return report;
}

}  // namespace tradewind
