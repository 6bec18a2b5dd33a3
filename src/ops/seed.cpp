#include "ops/seed.hpp"

#include <algorithm>
#include <random>
#include <thread>

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/text.hpp"
#include "migration/failure.hpp"
#include "migration/migration.hpp"
#include "migration/version.hpp"

namespace tradewind::ops {
namespace {

using database::Command;
using database::Role;
using migration::Script;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::string_view ending = ".sql";
constexpr int longest_lock_timeout_ms = 2000;

std::string stem(std::string_view file) {
  return std::string(file.substr(0, file.size() - ending.size()));
}

/// BEGIN, the script, COMMIT.
class SeedStream : public database::CommandStream {
 public:
  SeedStream(const Script& script, const database::Dialect& dialect,
             const database::TransactionSettings& settings)
      : script_(script) {
    for (std::string& text : dialect.begin(settings)) before_.push_back(std::move(text));
    for (std::string& text : dialect.clean_session(settings)) after_.push_back(std::move(text));
    commit_ = dialect.commit();
  }

  std::optional<Command> next() override {
    Command command;
    if (at_ < before_.size()) return own(before_[at_++], Role::begin);
    const std::size_t statement = at_ - before_.size();
    const std::size_t count = script_.statements().size();
    if (statement < count) {
      const sql::Statement& found = script_.statements()[statement];
      command.text = script_.text_of(statement);
      if (found.kind == sql::Kind::copy_in) command.copy_data = found.data(script_.text());
      command.tag.statement = static_cast<std::uint32_t>(statement);
      ++at_;
      return command;
    }
    const std::size_t end = statement - count;
    ++at_;
    if (end < after_.size()) return own(after_[end], Role::setting);
    return end == after_.size() ? std::optional(own(commit_, Role::commit)) : std::nullopt;
  }

 private:
  static Command own(const std::string& text, Role role) {
    Command command;
    command.text = text;
    command.tag.role = role;
    command.flush = role == Role::commit;
    return command;
  }

  const Script& script_;
  std::vector<std::string> before_;
  std::vector<std::string> after_;
  std::string commit_;
  std::size_t at_ = 0;
};

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!(text = base::trimmed(text)).empty()) {
    const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return words;
}

/// What the comments before the first statement say.
void read_header(std::string_view text, SeedResult& result) {
  while (text.starts_with("--")) {
    const std::string_view line = text.substr(0, text.find('\n'));
    const std::string_view said = base::trimmed(line.substr(2));
    const std::size_t colon = std::min(said.find(':'), said.size());
    const std::string key = base::lower(said.substr(0, colon));
    const std::string_view value = base::trimmed(said.substr(std::min(colon + 1, said.size())));
    if (key == "description" && result.description.empty()) result.description = value;
    const std::vector<std::string> words = key == "credential" ? words_of(value) : std::vector<std::string>();
    if (words.size() >= 2)
      result.credentials.push_back({words[0], words[1], words.size() > 2 ? words[2] : std::string()});
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
}

/// The same error, told of a script rather than of a migration.
Error told(const Error& error, const std::string& name, const std::string& message) {
  return Error(error.code(), fmt::format("{}: {}", name, message), error.hint())
      .at(error.location())
      .with_excerpt(error.excerpt(), error.caret())
      .with_sqlstate(error.sqlstate())
      .with_statement(error.statement());
}

LockTimeout not_loaded(const Error& error) {
  return LockTimeout(error.code(), fmt::format("{}; nothing of it is loaded", error.message()), error.hint())
      .at(error.location())
      .with_sqlstate(error.sqlstate())
      .with_statement(error.statement());
}

bool is_meant(const std::string& name, std::string_view wanted) {
  const std::string_view number = migration::number_of(name);
  const std::size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
  const std::string rest = name.substr(std::min(digits + 1, name.size()));
  const bool same_number = !number.empty() &&
                           wanted.find_first_not_of("0123456789") == std::string_view::npos &&
                           migration::number_of(wanted) == number;
  return name == wanted || rest == wanted || same_number;
}

}  // namespace

std::vector<std::string> Seeder::names() const {
  std::vector<std::string> names;
  for (const std::string& file : files_.names()) {
    if (file.ends_with(ending) && !file.starts_with(".")) names.push_back(stem(file));
  }
  if (names.empty()) {
    throw Error(Code::source_empty, fmt::format("there is no script in {}", files_.description()),
                "a script is a file NAME.sql that is safe to run again");
  }
  return names;
}

std::vector<std::string> Seeder::chosen(std::string_view only) const {
  std::vector<std::string> all = names();
  std::sort(all.begin(), all.end(), migration::version_less);
  if (only.empty()) return all;
  std::vector<std::string> meant;
  std::copy_if(all.begin(), all.end(), std::back_inserter(meant),
               [&](const std::string& name) { return is_meant(name, only); });
  if (meant.size() == 1) return meant;
  const std::string text = base::printable(only);
  if (meant.empty()) {
    throw Error(Code::unknown_version, fmt::format("{} has no script \"{}\"", files_.description(), text),
                fmt::format("there is {}", base::listed(all)));
  }
  throw Error(Code::usage, fmt::format("\"{}\" means {}", text, base::listed(meant)), "write the whole name");
}

SeedResult Seeder::load(const std::string& name, bool dry_run) const {
  const std::string file = name + std::string(ending);
  SeedResult result;
  result.name = name;
  const Script script(files_.label(file), migration::read_text(files_, file), grammar_, true);
  if (!script.transactional()) {
    throw Error(
        Code::bad_file, fmt::format("{} can't run in one transaction", files_.label(file)),
        "a script is loaded whole or not at all: take out what ends the transaction or can't stand in one");
  }
  read_header(script.text(), result);
  if (dry_run) {
    script.check_syntax(grammar_, connection_);
    for (std::size_t i = 0; i < script.statements().size(); ++i)
      result.statements.emplace_back(script.text_of(i));
    return result;
  }
  std::optional<WrittenTables> tables;
  patiently([&](int lock_timeout_ms) {
    // It goes on: the limit holds for what is checked at COMMIT too.
    const database::TransactionSettings settings{
        .lock_timeout_ms = lock_timeout_ms, .goes_on = true, .only_data = true};
    look(settings, [&] { tables.emplace(connection_, script); });
    const auto begun = steady_clock::now();
    run(script, settings, name);
    result.elapsed_ms = std::chrono::duration<double, std::milli>(steady_clock::now() - begun).count();
  });
  try {
    look({.lock_timeout_ms = longest_lock_timeout_ms, .only_data = true},
         [&] { result.tables = tables->counted(); });
  } catch (const LockTimeout&) {
    return result;  // it is loaded; what that came to is not worth waiting for
  }
  return result;
}

/// In a transaction, for its lock timeout.
void Seeder::look(const database::TransactionSettings& settings, const std::function<void()>& work) const {
  const auto end = [&] {
    try {
      connection_.query("ROLLBACK");
    } catch (const Error&) {
      return;  // it had not begun, or the connection is lost
    }
  };
  try {
    for (const std::string& text : connection_.dialect().begin(settings)) connection_.query(text);
    work();
  } catch (const LockTimeout& error) {
    end();
    throw not_loaded(error);
  } catch (const Error&) {
    end();
    throw;
  }
  end();
}

void Seeder::run(const Script& script, const database::TransactionSettings& settings,
                 const std::string& name) const {
  SeedStream stream(script, connection_.dialect(), settings);
  database::Listener nobody;
  const auto failed = connection_.run(stream, nobody);
  if (!failed) return;
  migration::LoadedStep step;
  step.plan.version = name;
  step.script = std::make_shared<const Script>(script);
  const Error error = told(migration::describe(*failed, step, {}), name, failed->message);
  if (failed->kind == database::Failure::Kind::lock) throw not_loaded(error);
  throw error;
}

void Seeder::patiently(const std::function<void(int lock_timeout_ms)>& work) const {
  std::minstd_rand random(std::random_device{}());
  const auto deadline = steady_clock::now() + lock_patience_;
  for (int timeout = 100;; timeout = std::min(longest_lock_timeout_ms, 2 * timeout)) {
    try {
      return work(timeout);
    } catch (const LockTimeout&) {
      if (steady_clock::now() >= deadline) throw;
    }
    // Others get more time than we take from them.
    const auto pause = milliseconds(timeout) * (5 + static_cast<int>(random() % 5));
    const auto until = std::min(deadline, steady_clock::now() + pause);
    while (steady_clock::now() < until) {
      if (stop_ != nullptr && stop_->load(std::memory_order_relaxed))
        throw Error(Code::interrupted, "stopped on request; nothing of it is loaded");
      std::this_thread::sleep_for(milliseconds(20));
    }
  }
}

}  // namespace tradewind::ops
