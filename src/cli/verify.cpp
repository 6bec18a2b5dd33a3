#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/each_database.hpp"

namespace tradewind::cli {
namespace {

// Verify scripts may write: what they do is rolled back.
constexpr Access verifying{Deed::looks, false, false};

int verify(Context& context) {
  return on_each_database(context, verifying, [&](Visit& visit) {
    const std::vector<Finding> findings = visit.migrator.verify();
    visit.entry["findings"] = to_json(findings);
    const Style& style = context.output.out_style();
    std::string text;
    for (const Finding& finding : findings) {
      text += fmt::format("  {}  {}  {}\n", style(Paint::red, fmt::format("{:<9}", clean(finding.kind))),
                          clean(finding.version), clean(finding.message));
    }
    text += findings.empty()
                ? fmt::format("{}: all is well\n", visit.title)
                : fmt::format("{}: {}\n", visit.title, base::counted(findings.size(), "finding"));
    if (!context.globals.quiet) context.output.product(text);
    return findings.empty() ? 0 : 1;
  });
}

}  // namespace

void add_verify(Commands& commands) {
  commands.add({
      .name = "verify",
      .synopsis = {},
      .group = "Look",
      .summary = "checks what was applied: files, verify scripts, integrity",
      .details = "Verify scripts run in a transaction that is rolled back. Exits 1 if anything is found.",
      .examples = "tradewind verify",
      .action = verify,
  });
}

}  // namespace tradewind::cli
