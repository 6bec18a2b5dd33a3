#include "store/pump.hpp"

#include <limits>

namespace tradewind::store {
namespace {

/// So much is written and flushed at a time.
constexpr std::size_t most_per_pass = std::size_t{2} << 20;
constexpr auto patience_with_trouble = std::chrono::milliseconds(20);

}  // namespace

Pump::Pump(Journal& journal, Rings& rings, std::chrono::microseconds interval)
    : journal_(journal), rings_(rings), interval_(interval) {}

Pump::~Pump() {
  stop();
}

void Pump::start() {
  thread_ = std::thread([this] { run(); });
}

void Pump::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  asleep_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool Pump::drain() {
  const auto everything = std::numeric_limits<std::uint64_t>::max();
  while (pass(everything)) {
  }
  return !limit_reached_;
}

void Pump::run() {
  for (bool last = false, more = false; !last || more;) {
    std::uint64_t asked = 0;
    {
      std::unique_lock lock(mutex_);
      const std::chrono::microseconds wait = trouble_.empty() ? interval_ : patience_with_trouble;
      if (!more) asleep_.wait_for(lock, wait, [&] { return stopping_; });
      last = stopping_;
      asked = asked_;
    }
    try {
      more = pass(rings_.numbers_taken());
      if (!more && !limit_reached_) answer(asked);
    } catch (const Error& error) {
      more = false;
      set_trouble(error.what());
    }
  }
}

/// A record that is not to be seen when the rings are looked at was published after every record numbered
/// `below` or less had begun: it may come behind them.
bool Pump::pass(std::uint64_t below) {
  if (journal_.has_unflushed()) flush();
  find_sources();
  limit_reached_ = !add_new_tables();
  const bool more = !limit_reached_ && move_records(below);
  flush();
  set_trouble(limit_reached_ ? "the journal has reached its size limit" : "");
  return more;
}

void Pump::find_sources() {
  if (rings_.count() != known_rings_) {
    const std::vector<Ring*> all = rings_.all();
    for (std::size_t i = sources_.size(); i < all.size(); ++i)
      sources_.push_back({all[i], all[i]->freed(), nullptr});
    known_rings_ = all.size();
  }
  for (Source& source : sources_) source.next = source.ring->record(source.position);
}

bool Pump::add_new_tables() {
  std::unique_lock lock(mutex_);
  while (!new_tables_.empty()) {
    if (!journal_.append(new_tables_.back())) return false;
    new_tables_.pop_back();
  }
  return true;
}

Pump::Source* Pump::first_source(std::uint64_t below) {
  Source* first = nullptr;
  for (Source& source : sources_) {
    if (source.next == nullptr || source.next->number >= below) continue;
    if (first == nullptr || source.next->number < first->next->number) first = &source;
  }
  return first;
}

bool Pump::move_records(std::uint64_t below) {
  std::size_t moved = 0;
  while (Source* source = first_source(below)) {
    if (moved >= most_per_pass) return true;
    if (source->next->crc != frame_crc(source->next))
      throw Error(Code::journal_damaged, "a record was damaged in memory before it was journalled");
    limit_reached_ = !journal_.append(*source->next);
    if (limit_reached_) return false;
    moved += source->next->length;
    source->position += source->next->length;
    source->next = source->ring->record(source->position);
  }
  return false;
}

void Pump::flush() {
  if (!journal_.has_unflushed()) return;
  journal_.flush();
  for (const Source& source : sources_) source.ring->free_up_to(source.position);
  wake();
}

void Pump::answer(std::uint64_t asked) {
  const std::scoped_lock lock(mutex_);
  if (answered_ == asked) return;
  answered_ = asked;
  progress_.notify_all();
}

bool Pump::wait_everything(std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  const std::uint64_t mine = ++asked_;
  return progress_.wait_until(lock, deadline, [&] { return answered_ >= mine; });
}

void Pump::wake() {
  {
    const std::scoped_lock lock(mutex_);
    ++wakes_;
  }
  progress_.notify_all();
}

void Pump::add_table(const TableDescription& table) {
  const std::scoped_lock lock(mutex_);
  new_tables_.push_back(table);
}

bool Pump::wait_journalled(const Mark& mark, std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  return progress_.wait_until(lock, deadline, [&] { return mark.ring->freed() >= mark.position; });
}

Lsn Pump::wait_beyond(Lsn lsn, std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  const unsigned before = wakes_;
  progress_.wait_until(lock, deadline, [&] { return journal_.durable() > lsn || wakes_ != before; });
  return journal_.durable();
}

std::string Pump::trouble() const {
  const std::scoped_lock lock(mutex_);
  return trouble_;
}

void Pump::set_trouble(std::string text) {
  const std::scoped_lock lock(mutex_);
  trouble_ = std::move(text);
}

}  // namespace tradewind::store
