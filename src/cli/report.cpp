#include "cli/report.hpp"

#include <fmt/format.h>

#include "base/mapped.hpp"
#include "base/text.hpp"

namespace tradewind::cli {
namespace {

constexpr int partly_applied = 4;
const std::string please_report = "this is a bug: please report it, with the command and this message";

/// The line with a caret below the place.
std::string excerpt(const Error& error, const Style& style) {
  if (error.excerpt().empty() || error.location().line == 0) return {};
  std::string line = clean(error.excerpt());
  std::replace(line.begin(), line.end(), '\t', ' ');
  const std::string number = std::to_string(error.location().line);
  const std::string margin(number.size(), ' ');
  std::string text = fmt::format("{} |\n{} | {}\n", margin, number, line);
  if (error.caret() > 0 && error.caret() <= width(line) + 1) {
    text += fmt::format("{} | {}{}\n", margin, std::string(error.caret() - 1, ' '), style(Paint::red, "^"));
  }
  return text;
}

std::string place(const Error& error, const Style& style) {
  const Location& at = error.location();
  if (at.file.empty()) return {};
  std::string text = clean(at.file);
  if (at.line > 0) text += fmt::format(":{}", at.line);
  if (at.line > 0 && at.column > 0) text += fmt::format(":{}", at.column);
  return fmt::format(" {} {}\n", style(Paint::cyan, "-->"), text);
}

/// Without a place in a file, the statement says where it was.
std::string statement(const Error& error) {
  if (error.statement().empty() || !error.excerpt().empty()) return {};
  return fmt::format("  in: {}\n", base::printable(base::trimmed(error.statement())));
}

std::string versions_of(const std::vector<Step>& steps) {
  return base::listed(base::mapped(steps, [](const Step& step) { return clean(step.version); }));
}

/// "2 migrations were", or were not.
std::string counted_were(const std::vector<Step>& steps, std::string_view noun) {
  return fmt::format("{} {}", base::counted(steps.size(), noun), steps.size() == 1 ? "was" : "were");
}

std::string done_before(const std::vector<Step>& steps, Deed deed) {
  if (deed == Deed::loads)
    return fmt::format("{} loaded, and that stays: {}", counted_were(steps, "script"), versions_of(steps));
  const auto is_down = [](const Step& step) { return step.direction == Direction::down; };
  const bool all_up = std::none_of(steps.begin(), steps.end(), is_down);
  const bool all_down = std::all_of(steps.begin(), steps.end(), is_down);
  const char* verb = all_up ? "applied" : all_down ? "reverted" : "reverted or applied again";
  return fmt::format("{} {}, and that stays: {}", counted_were(steps, "migration"), verb, versions_of(steps));
}

std::string unknown(const RunFailed& error) {
  std::string open = fmt::format(
      "whether {} and what follows it in the plan is done is unknown; each is whole or not at all",
      clean(error.version()));
  if (error.applied().empty()) return open;
  return fmt::format("{} committed, perhaps not flushed to disk: {}; {}",
                     counted_were(error.applied(), "migration"), versions_of(error.applied()), open);
}

std::string kept(const RunFailed& error) {
  return fmt::format("{} of {} ran outside a transaction and {}; the next run goes on after {}",
                     base::counted(error.statements_kept(), "statement"), clean(error.version()),
                     error.statements_kept() == 1 ? "stays" : "stay",
                     error.statements_kept() == 1 ? "it" : "them");
}

std::string untouched(Deed deed) {
  switch (deed) {
    case Deed::applies:
      return "nothing was applied; the database is unchanged";
    case Deed::reverts:
      return "nothing was reverted; the database is unchanged";
    case Deed::records:
      return "nothing was recorded; the database is unchanged";
    case Deed::loads:
      return "nothing was loaded; the database is unchanged";
    case Deed::looks:
      break;
  }
  return {};
}

std::string fate(const Error& error, Deed deed) {
  if (deed == Deed::looks) return {};
  const auto* run = dynamic_cast<const RunFailed*>(&error);
  if (run != nullptr && run->outcome_unknown()) return unknown(*run);
  if (run != nullptr && !run->applied().empty()) {
    const std::string before = done_before(run->applied(), deed);
    return run->statements_kept() > 0 ? before + "; " + kept(*run) : before;
  }
  if (run != nullptr && run->statements_kept() > 0) return kept(*run);
  if (error.code() == Code::outcome_unknown) return "what was under way may or may not have happened";
  return error.code() == Code::internal ? std::string() : untouched(deed);
}

std::string labelled(std::string_view label, Paint paint, std::string_view text, const Style& style) {
  if (text.empty()) return {};
  const std::string indent(width(label) + 2, ' ');
  std::string lines;
  for (const char c : clean(text)) lines += c == '\n' ? "\n" + indent : std::string(1, c);
  return fmt::format("{} {}\n", style(paint, fmt::format("{}:", label)), lines);
}

int gravity(int status) {
  constexpr int order[] = {0, 1, 5, 2, 3, 4, 70};
  const auto* found = std::find(std::begin(order), std::end(order), status);
  return static_cast<int>(found - std::begin(order));
}

}  // namespace

int exit_status_of(const Error& error) {
  const auto* run = dynamic_cast<const RunFailed*>(&error);
  if (run != nullptr && (!run->applied().empty() || run->statements_kept() > 0)) return partly_applied;
  return exit_status(error.code());
}

int worse(int a, int b) {
  return gravity(a) >= gravity(b) ? a : b;
}

std::string error_text(const Error& error, Deed deed, std::string_view database, const Style& style) {
  const std::string where = database.empty() ? "" : fmt::format("{}: ", database);
  std::string text = labelled("error", Paint::red, where + error.message(), style);
  text += place(error, style) + excerpt(error, style) + statement(error);
  text += labelled("the database", Paint::bold, fate(error, deed), style);
  const bool our_bug = error.code() == Code::internal && error.hint().empty();
  text += labelled("hint", Paint::cyan, our_bug ? please_report : error.hint(), style);
  return text;
}

std::string bug_text(std::string_view what, const Style& style) {
  return labelled("error", Paint::red, fmt::format("{}", what), style) +
         labelled("hint", Paint::cyan, please_report, style);
}

std::string migrations(std::size_t count) {
  return base::counted(count, "migration");
}

}  // namespace tradewind::cli
