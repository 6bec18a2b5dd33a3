#include "store/rings.hpp"

#include <algorithm>
#include <exception>

#include <fmt/format.h>

#include "base/mapped.hpp"
#include "base/text.hpp"

namespace tradewind::store {
namespace {

namespace fs = std::filesystem;

/// The rings that this thread has, of however many stores.
class Leases {
 public:
  struct Lease {
    std::uint64_t number;
    std::weak_ptr<Rings> rings;
    Ring* ring;
  };

  ~Leases() {
    for (const Lease& lease : leases_) {
      if (const auto rings = lease.rings.lock()) rings->give_back(lease.ring);
    }
  }
  Ring* find(std::uint64_t number) const {
    for (const Lease& lease : leases_) {
      if (lease.number == number) return lease.ring;
    }
    return nullptr;
  }
  void add(Lease lease) {
    std::erase_if(leases_, [](const Lease& old) { return old.rings.expired(); });
    leases_.push_back(std::move(lease));
  }

 private:
  std::vector<Lease> leases_;
};

thread_local Leases leases;
std::atomic<std::uint64_t> objects{0};

}  // namespace

thread_local constinit Rings::Current Rings::current{0, nullptr};

Rings::Rings(RingOptions options, const JournalId& journal, std::map<std::uint16_t, std::uint64_t> journalled)
    : number_(objects.fetch_add(1) + 1),
      options_(std::move(options)),
      journal_(journal),
      journalled_(std::move(journalled)) {
  make_folder(options_.folder);
  std::vector<fs::path> left;
  for (const auto& entry : fs::directory_iterator(options_.folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("ring-")) left.push_back(entry.path());
    if (name.starts_with("unfinished-ring-")) fs::remove(entry.path());
  }
  std::sort(left.begin(), left.end());
  for (const fs::path& path : left) take_over(path);
}

Rings::~Rings() = default;

void Rings::take_over(const fs::path& path) {
  auto ring = std::make_unique<Ring>(path);
  const std::string name = base::printable(path.string());
  if (ring->identity().journal != journal_) {
    throw Error(
        Code::journal_damaged, fmt::format("{} belongs to another journal", name),
        "give each journal a ring folder of its own; if that journal is gone, move the file away: what "
        "it holds may not be in any database");
  }
  const auto known = journalled_.find(ring->identity().number);
  if (const std::size_t lost = ring->recover(known == journalled_.end() ? 0 : known->second); lost > 0) {
    throw Error(
        Code::journal_damaged, fmt::format("{} holds up to {} bytes that are no records", name, lost),
        "the memory was written over: keep a copy of the file, then move it away to go on without it");
  }
  free_.push_back(ring.get());
  rings_.push_back(std::move(ring));
  count_.fetch_add(1, std::memory_order_release);
}

std::vector<Ring*> Rings::all() const {
  const std::scoped_lock lock(mutex_);
  return base::mapped(rings_, [](const auto& ring) { return ring.get(); });
}

void Rings::give_back(Ring* ring) noexcept {
  const std::scoped_lock lock(mutex_);
  free_.push_back(ring);
}

Ring* Rings::find_or_lease() noexcept {
  try {
    Ring* ring = leases.find(number_);
    if (ring == nullptr) ring = lease();
    if (ring != nullptr) current = {number_, ring};
    return ring;
  } catch (const std::exception&) {
    return nullptr;  // no memory left for it: refused, and tried again with the next record
  }
}

Ring* Rings::lease() {
  const std::scoped_lock lock(mutex_);
  free_.reserve(rings_.size() + 1);
  Ring* ring = free_.empty() ? nullptr : free_.back();
  if (ring == nullptr) {
    if (rings_.size() >= options_.most) return nullptr;
    std::uint16_t number = 1;
    const auto taken = [&](const auto& one) { return one->identity().number == number; };
    while (std::any_of(rings_.begin(), rings_.end(), taken)) ++number;
    const auto known = journalled_.find(number);
    rings_.push_back(std::make_unique<Ring>(options_.folder / fmt::format("ring-{:04}", number),
                                            Ring::Identity{journal_, number}, options_.capacity,
                                            known == journalled_.end() ? 0 : known->second));
    free_.reserve(rings_.size());
    ring = rings_.back().get();
    count_.fetch_add(1, std::memory_order_release);
  } else {
    free_.pop_back();
  }
  leases.add({number_, weak_from_this(), ring});
  return ring;
}

}  // namespace tradewind::store
