#include "migration/verifier.hpp"

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "database/dialect.hpp"
#include "migration/failure.hpp"
#include "migration/planner.hpp"
#include "migration/script.hpp"

namespace tradewind::migration {
namespace {

using database::Command;
using database::Role;

/// A script's statements in a transaction that nothing commits.
class VerifyStream : public database::CommandStream {
 public:
  explicit VerifyStream(const Script& script) : script_(script) {}

  std::optional<Command> next() override {
    Command command;
    if (!begun_) {
      begun_ = true;
      command.text = "BEGIN";
      command.tag.role = Role::begin;
      return command;
    }
    if (statement_ == script_.statements().size()) return std::nullopt;
    const sql::Statement& statement = script_.statements()[statement_];
    command.text = script_.text_of(statement_);
    if (statement.kind == sql::Kind::copy_in) command.copy_data = statement.data(script_.text());
    command.tag.statement = static_cast<std::uint32_t>(statement_++);
    return command;
  }

 private:
  const Script& script_;
  bool begun_ = false;
  std::size_t statement_ = 0;
};

/// What would end the transaction would keep what the script has done so far.
void refuse_untransactional(const Script& script) {
  if (script.transactional()) return;
  for (const sql::Statement& statement : script.statements()) {
    const bool control = statement.kind == sql::Kind::begin || statement.kind == sql::Kind::commit;
    if (!control && !sql::needs_no_transaction(statement.kind)) continue;
    Error error(Code::bad_file,
                "a verify script runs in a transaction that is rolled back, and this can't stand in one",
                "take it out; the script was not run");
    throw Error(script.place(error, statement.begin));
  }
}

std::optional<Finding> run_script(database::Connection& connection, const sql::Grammar& grammar,
                                  const Catalogue& catalogue, const Migration& migration,
                                  const History& history) {
  const std::string label = catalogue.files().label(*migration.verify_file);
  LoadedStep step;
  step.plan = {Direction::up, migration.version, migration.name, &migration};
  auto script = std::make_shared<Script>(label, read_text(catalogue.files(), *migration.verify_file), grammar,
                                         std::nullopt);
  refuse_untransactional(*script);
  step.script = script;
  VerifyStream stream(*script);
  database::Listener nobody;
  const auto failed = connection.run(stream, nobody);
  if (!failed) return std::nullopt;
  const Error error = describe(*failed, step, history.tables());
  if (error.code() == Code::connection_lost || error.code() == Code::interrupted) throw Error(error);
  return Finding{
      "verify", migration.version,
      fmt::format("{}:{}:{}: {}", label, error.location().line, error.location().column, failed->message)};
}

/// A check that ends with an error has found something too.
void check_integrity(database::Connection& connection, std::vector<Finding>& findings) {
  for (const std::string& check : connection.dialect().integrity_checks()) {
    try {
      const database::Rows rows = connection.query(check);
      for (std::size_t i = 0; i < rows.size(); ++i)
        findings.push_back({"integrity", "", std::string(rows.text(i, 0))});
    } catch (const Error& error) {
      if (error.code() != Code::statement_failed) throw;
      findings.push_back({"integrity", "", fmt::format("a check came to no end: {}", error.message())});
    }
  }
}

}  // namespace

std::vector<Finding> verify(database::Connection& connection, const sql::Grammar& grammar,
                            const Catalogue& catalogue, History& history) {
  std::vector<Finding> findings;
  history.find();
  const std::vector<Applied> applied = history.applied_in_full();
  const Comparison comparison = compare(catalogue, applied);
  findings.reserve(comparison.changed.size() + comparison.missing.size());
  for (const Applied* row : comparison.changed) {
    findings.push_back({"changed", row->version,
                        fmt::format("{} is not the text that was applied on {}",
                                    *catalogue.find(row->version)->up_file, row->applied_at)});
  }
  for (const Applied* row : comparison.missing) {
    findings.push_back(
        {"missing", row->version,
         fmt::format("applied on {}, and {} has no file of it", row->applied_at, catalogue.description())});
  }
  for (const FailedMigration& failed : history.failed())
    findings.push_back({"failed", failed.version, failed.error});
  for (const Applied& row : applied) {
    const Migration* migration = catalogue.find(row.version);
    if (migration == nullptr || migration->verify_file == nullptr) continue;
    if (auto finding = run_script(connection, grammar, catalogue, *migration, history))
      findings.push_back(std::move(*finding));
  }
  check_integrity(connection, findings);
  return findings;
}

}  // namespace tradewind::migration
