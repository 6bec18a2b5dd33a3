#include "cli/script.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace tradewind::cli {
namespace {

std::string heading(const Visit& visit, const std::vector<Step>& steps) {
  if (steps.empty()) return fmt::format("-- {}: nothing to do\n", visit.title);
  return fmt::format("-- {}: {}\n", visit.title, migrations(steps.size()));
}

}  // namespace

std::string terminated(std::string_view statement) {
  const std::string_view text = base::trimmed(statement);
  if (text.ends_with(';') || text.ends_with("\n\\.")) return std::string(text);
  // A comment at the end would swallow the semicolon.
  const std::size_t line = text.rfind('\n') == text.npos ? 0 : text.rfind('\n');
  const bool comment = text.find("--", line) != text.npos;
  return fmt::format("{}{};", text, comment ? "\n" : "");
}

void print_script(Context& context, Visit& visit, const std::vector<Step>& steps,
                  const std::vector<std::string>& notes) {
  visit.entry["steps"] = planned_steps(steps);
  const Style& style = context.output.out_style();
  context.output.product((visit.first ? "" : "\n") + style(Paint::dim, heading(visit, steps)));
  for (const std::string& note : notes)
    context.output.product(style(Paint::dim, fmt::format("-- {}\n", clean(note))));
  for (const Step& step : steps) {
    const std::string title = fmt::format("-- {} ({}){}", clean(step.version), name(step.direction),
                                          step.transactional ? "" : ", outside a transaction");
    context.output.product(fmt::format("\n{}\n", style(Paint::bold, title)));
    for (const std::string& statement : step.statements) context.output.product(terminated(statement) + "\n");
  }
}

}  // namespace tradewind::cli
