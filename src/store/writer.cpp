#include "store/writer.hpp"

#include <algorithm>
#include <map>
#include <random>

#include <fmt/format.h>

#include "base/text.hpp"
#include "store/nearest_decimal.hpp"

namespace tradewind::store {
namespace {

using database::BulkWriter;
using database::Refusal;
using database::Value;

/// Thrown inside a transaction when another one was faster, or our own had been committed after all.
struct CursorMoved {};

std::string sql_table(std::string_view name) {
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return base::quoted(name);
  return base::quoted(name.substr(0, dot)) + "." + base::quoted(name.substr(dot + 1));
}

bool closes_position(const ChangedRow& row) {
  const Value* closed = row.table == "positions" ? row.value("closed_at") : nullptr;
  return closed != nullptr && !closed->null && row.value("realized_pnl") != nullptr;
}

std::string update_statement(const ChangedRow& row) {
  std::string assignments;
  std::size_t number = 1;
  for (const std::string_view column : row.columns) {
    if (column != row.key_column)
      assignments +=
          fmt::format("{}{} = ${}", assignments.empty() ? "" : ", ", base::quoted(column), ++number);
  }
  const std::string guard = row.guard.empty() ? "" : fmt::format(" AND {} IS NULL", base::quoted(row.guard));
  return fmt::format("UPDATE {} SET {} WHERE {} = $1{} RETURNING {}", sql_table(row.table), assignments,
                     base::quoted(row.key_column), guard,
                     closes_position(row) ? "symbol, phase_at_entry, realized_pnl" : "1");
}

}  // namespace

Writer::Writer(std::unique_ptr<database::Connection> connection, Journal& journal, Pump& pump, Cursor cursor,
               Lsn from, Options options)
    : connection_(std::move(connection)),
      journal_(journal),
      pump_(pump),
      cursor_(std::move(cursor)),
      options_(options),
      reader_(journal, from),
      in_database_(from),
      applied_(from),
      limit_(connection_->bulk()->best_batch()) {
  journal_.release(from);
}

Writer::~Writer() {
  stop();
}

void Writer::start() {
  thread_ = std::thread([this] { run(); });
}

void Writer::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  pump_.wake();
  if (thread_.joinable()) thread_.join();
}

void Writer::catch_up() {
  while (work()) {
    if (const std::string why = trouble(); !why.empty()) throw Error(Code::connection_failed, why);
  }
}

void Writer::run() {
  for (;;) {
    bool worked = false;
    try {
      worked = work();
    } catch (const std::exception& error) {
      set_trouble(error.what());
    }
    {
      const std::scoped_lock lock(mutex_);
      if (stopping_ && (!worked || !trouble_.empty())) return;
    }
    if (!trouble().empty()) pause();
    if (!worked) pump_.wait_beyond(applied(), std::chrono::steady_clock::now() + std::chrono::seconds(1));
  }
}

bool Writer::fill(Batch& batch, Lsn& end, const Frame*& only) {
  if (reader_.position() == applied()) {
    reader_.forget();
  } else {
    reader_.seek(applied());
  }
  end = applied();
  while (batch.records() < limit_) {
    const Frame* frame = reader_.next();
    if (frame != nullptr && !batch.add(*frame)) break;
    end = reader_.position();
    if (frame == nullptr) break;
    only = frame;
  }
  return batch.records() > 0;
}

bool Writer::work() {
  if (session_lost_) make_session();
  if (!trouble().empty() && session_lost_) return true;
  for (;;) {
    Batch batch(reader_.tables(), expected_);
    Lsn end = 0;
    const Frame* only = nullptr;
    if (!fill(batch, end, only)) {
      set_trouble({});
      pass_over(end);
      return false;
    }
    try {
      apply(batch, end);
      expected_ = batch.records();
      limit_ = std::min(limit_ * 2, connection_->bulk()->best_batch());
      merging_ -= merging_ > 0 ? 1 : 0;
      return true;
    } catch (const CursorMoved&) {
      advance_to(cursor_.read(*connection_));
    } catch (const Error& error) {
      if (!recover_from(error, batch, only, end)) return true;
    }
  }
}

void Writer::in_transaction(Lsn end, const std::function<void(BulkWriter&)>& write) {
  BulkWriter& bulk = *connection_->bulk();
  pending_ = {};
  performance_ = {};
  const auto begun = std::chrono::steady_clock::now();
  try {
    bulk.begin();
    if (!cursor_.advance(bulk, in_database_, end)) throw CursorMoved();
    write(bulk);
    pending_.batches = 1;
    if (options_.performance) performance_.write(bulk);
    bulk.commit();
    commits_.took(begun);
  } catch (const CursorMoved&) {
    bulk.rollback();
    throw;
  } catch (const Error&) {
    bulk.rollback();
    throw;
  }
  advance_to(end);
}

/// What is no record needs no transaction.
void Writer::pass_over(Lsn end) {
  applied_.store(end, std::memory_order_release);
  changed_.notify_all();
}

void Writer::advance_to(Lsn end) {
  in_database_ = end;
  applied_.store(end, std::memory_order_release);
  journal_.release(end);
  next_pause_ = std::chrono::milliseconds(10);
  {
    const std::scoped_lock lock(mutex_);
    trouble_.clear();
    counts_.records += pending_.records;
    counts_.batches += pending_.batches;
    counts_.repeats += pending_.repeats;
    counts_.dead_letters += pending_.dead_letters;
    pending_ = {};
  }
  changed_.notify_all();
}

void Writer::apply(const Batch& batch, Lsn end) {
  in_transaction(end, [&](BulkWriter& bulk) {
    std::vector<DeadLetter> letters = batch.refused();
    for (const InsertGroup& group : batch.inserts()) insert(group, letters);
    for (const InsertGroup& group : added_rows(batch.changes())) insert(group, letters);
    update_all(batch.changes(), letters);
    for (const ChangedRow& row : batch.changes()) {
      if (row.added && closes_position(row))
        performance_.close(row.value("symbol")->text, row.value("phase_at_entry")->integer,
                           row.value("realized_pnl")->decimal);
    }
    write_dead_letters(bulk, cursor_.journal(), letters);
    pending_.records = batch.records();
    pending_.dead_letters = letters.size();
  });
}

void Writer::insert(const InsertGroup& group, std::vector<DeadLetter>& letters) {
  BulkWriter& bulk = *connection_->bulk();
  std::vector<bool> left_out(group.lsns.size());
  if (merging_ == 0 || group.key.empty()) {
    bulk.insert(group.block());
    return note_inserted(group, left_out);
  }
  TableDescription described{.table = std::string(group.table), .key = {}, .while_null = {}, .columns = {}};
  for (std::size_t i = 0; i < group.columns.size(); ++i)
    described.columns.push_back({std::string(group.columns[i]), group.values[i].type});
  for (const auto& [row, same] : bulk.insert_new(group.block(), group.key)) {
    left_out[row] = true;
    pending_.repeats += same ? 1 : 0;
    if (same) continue;
    letters.push_back({group.lsns[row], described.table,
                       fmt::format("there is another record with this {}", group.key), "23505",
                       to_json(described, group.block().row(row))});
  }
  note_inserted(group, left_out);
}

void Writer::note_inserted(const InsertGroup& group, const std::vector<bool>& left_out) {
  if (!options_.performance || group.table != "trades") return;
  const auto place = [&](std::string_view name) {
    return static_cast<std::size_t>(std::find(group.columns.begin(), group.columns.end(), name) -
                                    group.columns.begin());
  };
  const std::size_t symbol = place("symbol");
  const std::size_t phase = place("phase");
  if (std::max(symbol, phase) >= group.columns.size()) return;
  for (std::size_t row = 0; row < left_out.size(); ++row) {
    const auto values = group.block().row(row);
    if (!left_out[row]) performance_.trade(values[symbol].text, values[phase].integer);
  }
}

void Writer::update_all(const std::vector<ChangedRow>& changes, std::vector<DeadLetter>& letters) {
  std::map<std::string, std::vector<const ChangedRow*>> by_statement;
  for (const ChangedRow& row : changes) {
    if (!row.added) by_statement[update_statement(row)].push_back(&row);
  }
  for (const auto& [statement, rows] : by_statement) update(rows, letters);
}

void Writer::update(const std::vector<const ChangedRow*>& rows, std::vector<DeadLetter>& letters) {
  const ChangedRow& first = *rows.front();
  Values parameters;
  parameters.reserve(rows.size() * (first.columns.size() + 1));
  for (const ChangedRow* row : rows) {
    parameters.push_back(row->key);
    for (std::size_t i = 0; i < row->columns.size(); ++i) {
      if (row->columns[i] != row->key_column) parameters.push_back(row->values[i]);
    }
  }
  const bool closes = closes_position(first);
  const auto answered = [&](std::size_t index, std::span<const std::optional<std::string_view>> row) {
    if (row.empty()) {
      for (const ChangedRow::Source& source : rows[index]->sources) {
        letters.push_back(
            {source.lsn, std::string(first.table),
             fmt::format("there is no such row{}",
                         first.guard.empty() ? "" : fmt::format(", or its {} is set", first.guard)),
             "", to_json(*source.table, source.values)});
      }
    } else if (closes) {
      performance_.close(row[0].value_or(""), base::number<std::int64_t>(row[1].value_or("")).value_or(0),
                         nearest_decimal(row[2].value_or("0")).value_or(0));
    }
  };
  connection_->bulk()->execute(update_statement(first), parameters, parameters.size() / rows.size(),
                               answered);
}

void Writer::set_aside(const Batch& batch, const Frame& only, Lsn end, const Error& error) {
  in_transaction(end, [&](BulkWriter& bulk) {
    const DeadLetter letter = batch.dead_letter(only, error.what(), error.sqlstate());
    write_dead_letters(bulk, cursor_.journal(), {letter});
    pending_.records = 1;
    pending_.dead_letters = 1;
  });
}

bool Writer::recover_from(const Error& error, const Batch& batch, const Frame* only, Lsn end) {
  constexpr unsigned merge_for = 16;
  const Refusal refusal = connection_->bulk()->judge(error);
  if (refusal == Refusal::repeated_key && merging_ == 0) {
    merging_ = merge_for;
    return true;
  }
  if (refusal == Refusal::row || refusal == Refusal::repeated_key) {
    if (batch.records() > 1) {
      limit_ = std::max<std::size_t>(1, batch.records() / 2);
      return true;
    }
    try {
      set_aside(batch, *only, end, error);
      return true;
    } catch (const Error& again) {
      set_trouble(again.what());
      session_lost_ = true;
      return false;
    }
  }
  session_lost_ = refusal == Refusal::lost;
  {
    const std::scoped_lock lock(mutex_);
    ++counts_.retries;
  }
  set_trouble(error.what());
  return false;
}

/// Where a commit of unknown outcome has left the cursor, the database says.
void Writer::make_session() {
  try {
    connection_->reconnect();
    const Lsn at = cursor_.read(*connection_);
    session_lost_ = false;
    if (at <= in_database_) pending_ = {};  // it was not committed
    advance_to(at);
  } catch (const Error& error) {
    set_trouble(error.what());
    const std::scoped_lock lock(mutex_);
    ++counts_.retries;
  }
}

void Writer::pause() {
  thread_local std::minstd_rand random(std::random_device{}());
  const auto time =
      next_pause_ / 2 + std::chrono::milliseconds(random() % static_cast<unsigned>(next_pause_.count()));
  next_pause_ = std::min(next_pause_ * 2, options_.longest_pause);
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, time, [&] { return stopping_; });
}

bool Writer::wait_applied(Lsn lsn, std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, deadline, [&] { return applied() >= lsn; });
}

WriterCounts Writer::counts() const {
  const std::scoped_lock lock(mutex_);
  return counts_;
}

std::string Writer::trouble() const {
  const std::scoped_lock lock(mutex_);
  return trouble_;
}

void Writer::set_trouble(std::string text) {
  const std::scoped_lock lock(mutex_);
  trouble_ = std::move(text);
}

}  // namespace tradewind::store
