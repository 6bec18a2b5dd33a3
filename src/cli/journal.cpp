#include <tradewind/journal.hpp>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/output.hpp"

namespace tradewind::cli {
namespace {

struct JournalRequest {
  std::string folder;
  bool records = false;
  bool salvage = false;
};

Json damage_entry(const JournalDamage& damage) {
  return {{"file", damage.file}, {"begin", damage.begin}, {"end", damage.end}};
}

Json document(const JournalReport& report) {
  Json tables = Json::array();
  for (const JournalTable& table : report.tables)
    tables.push_back({{"table", table.table}, {"operation", table.operation}, {"records", table.records}});
  Json damages = Json::array();
  for (const JournalDamage& damage : report.damages) damages.push_back(damage_entry(damage));
  return {{"journal", report.id},  {"segments", report.segments}, {"segment_bytes", report.segment_bytes},
          {"begin", report.begin}, {"end", report.end},           {"records", report.records},
          {"torn", report.torn},   {"tables", std::move(tables)}, {"damages", std::move(damages)},
          {"kept", report.kept}};
}

std::string text(const JournalReport& report) {
  std::string result =
      fmt::format("journal {}: {} records, LSN {} to {}, {} segments of {} bytes\n", report.id,
                  report.records, report.begin, report.end, report.segments, report.segment_bytes);
  for (const JournalTable& table : report.tables)
    result += fmt::format("  {:>10}  {} {}\n", table.records, table.operation, table.table);
  if (report.torn) result += "the end is torn: what was being written when the power went will be cut off\n";
  for (const JournalDamage& damage : report.damages)
    result +=
        fmt::format("damaged: {} bytes at {} in {}\n", damage.end - damage.begin, damage.begin, damage.file);
  for (const std::string& file : report.kept) result += fmt::format("kept in {}\n", file);
  return result;
}

int journal(Context& context, const JournalRequest& request) {
  if (request.folder.empty()) throw Error(Code::usage, "journal needs the folder of a journal");
  if (request.salvage) {
    const JournalReport done = salvage_journal(request.folder);
    context.output.json() ? context.output.document(document(done)) : context.output.product(text(done));
    return 0;
  }
  JournalRecordVisitor visit;
  if (request.records) {
    visit = [&](const JournalRecord& record) {
      context.output.product(fmt::format(R"({{"lsn":{},"table":"{}","operation":"{}","record":{}}})"
                                         "\n",
                                         record.lsn, record.table, record.operation, record.json));
    };
  }
  const JournalReport report = inspect_journal(request.folder, visit);
  if (context.output.json()) context.output.document(document(report));
  if (!request.records) context.output.product(text(report));
  return report.damages.empty() ? 0 : 1;
}

}  // namespace

void add_journal(Commands& commands) {
  auto request = std::make_shared<JournalRequest>();
  CLI::App& app = commands.add({
      .name = "journal",
      .synopsis = "FOLDER",
      .group = "Care",
      .summary = "shows what a store's journal holds, and cuts damage out of it",
      .details = "Exits with 1 if the journal is damaged. It may be looked at while it is being written.",
      .examples = "tradewind journal /var/lib/bot/journal\n"
                  "tradewind journal /var/lib/bot/journal --records\n"
                  "tradewind journal /var/lib/bot/journal --salvage",
      .action = [request](Context& context) { return journal(context, *request); },
  });
  app.add_option("FOLDER", request->folder, "the journal's folder");
  app.add_flag("--records", request->records, "print every record, one JSON object a line");
  app.add_flag("--salvage", request->salvage,
               "keep damaged bytes in files of their own and make the journal readable without them");
}

}  // namespace tradewind::cli
