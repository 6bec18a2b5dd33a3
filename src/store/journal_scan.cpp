#include "store/journal_scan.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "base/text.hpp"

namespace tradewind::store {
namespace {

namespace fs = std::filesystem;

struct Found {
  fs::path path;
  SegmentHeader header;
  bool whole = false;
};

std::vector<Found> find_segments(const fs::path& folder) {
  std::vector<Found> found;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    if (!entry.path().filename().string().starts_with("segment-")) continue;
    Found one{.path = entry.path(), .header = {}, .whole = false};
    const File file(one.path, File::Mode::read);
    one.whole = file.read_at(0, &one.header, sizeof one.header) == sizeof one.header && one.header.whole() &&
                one.header.size == file.size();
    found.push_back(std::move(one));
  }
  if (failed) throw file_error("read the folder", folder, failed.value());
  std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) { return a.path < b.path; });
  return found;
}

/// Follows a journal through its segments.
class Scanner {
 public:
  Scanner(const fs::path& folder, const FrameVisitor& visit) : folder_(folder), visit_(visit) {}

  JournalScan run() {
    read_identity();
    sort_out(find_segments(folder_));
    for (std::size_t i = 0; i < scan_.segments.size() && !finished_; ++i) read(i);
    return std::move(scan_);
  }

 private:
  void read_identity() {
    const fs::path path = folder_ / identity_file;
    std::error_code ignored;
    if (!fs::exists(path, ignored)) return;
    SegmentHeader identity;
    const File file(path, File::Mode::read);
    // A file that was just being made is empty.
    const std::size_t size = file.read_at(0, &identity, sizeof identity);
    if (size == 0) return;
    if (size != sizeof identity || !identity.whole()) {
      throw Error(Code::journal_damaged, fmt::format("{} is damaged", base::printable(path.string())),
                  "restore the file from a backup of the folder, or begin a new journal in an empty folder");
    }
    scan_.id = identity.journal;
    scan_.segment_size = identity.size;
  }

  void sort_out(const std::vector<Found>& found) {
    std::vector<fs::path> headless;
    for (const Found& one : found) {
      if (!one.whole) {
        headless.push_back(one.path);
        continue;
      }
      adopt(one);
    }
    for (const fs::path& path : headless) adopt_headless(path);
    std::sort(scan_.segments.begin(), scan_.segments.end(),
              [](const SegmentFile& a, const SegmentFile& b) { return a.base < b.base; });
    keep_the_last_run();
  }

  void adopt(const Found& one) {
    if (one.header.journal != scan_.id || one.header.size != scan_.segment_size) {
      throw Error(
          Code::journal_damaged,
          fmt::format("{} does not belong to the journal of its folder", base::printable(one.path.string())),
          "keep each journal's files, all of them, in a folder of their own");
    }
    scan_.segments.push_back({one.path, one.header.base});
  }

  /// A file that was being made or taken into use again, or a segment whose header was damaged: its frames
  /// tell.
  void adopt_headless(const fs::path& path) {
    const MappedFile file(path);
    const auto base = base_by_frames(file.bytes());
    const bool fits = base && file.bytes().size() == scan_.segment_size && *base % scan_.segment_size == 0;
    const auto same = [&](const SegmentFile& one) { return one.base == *base; };
    if (!fits || std::any_of(scan_.segments.begin(), scan_.segments.end(), same)) {
      scan_.unused.push_back(path);
      return;
    }
    headless_.push_back(*base);
    scan_.segments.push_back({path, *base});
  }

  /// Segments are used again oldest first, so what counts stands without a gap before the last one.
  void keep_the_last_run() {
    std::size_t first = scan_.segments.size();
    while (first > 0 && (first == scan_.segments.size() ||
                         scan_.segments[first - 1].base + scan_.segment_size == scan_.segments[first].base))
      --first;
    for (std::size_t i = 0; i < first; ++i) scan_.unused.push_back(scan_.segments[i].path);
    scan_.segments.erase(scan_.segments.begin(), scan_.segments.begin() + static_cast<std::ptrdiff_t>(first));
    if (scan_.segments.empty()) return;
    scan_.begin = scan_.segments.front().base;
    scan_.end = scan_.begin + sizeof(SegmentHeader);
  }

  void read(std::size_t index) {
    const SegmentFile& segment = scan_.segments[index];
    const MappedFile file(segment.path);
    if (std::find(headless_.begin(), headless_.end(), segment.base) != headless_.end())
      scan_.damages.push_back({segment.path, segment.base, segment.base + sizeof(SegmentHeader), true});
    Lsn from = segment.base + sizeof(SegmentHeader);
    for (;;) {
      const SegmentEnd end = walk(file.bytes(), segment.base, from, [&](const Frame& frame) { take(frame); });
      const Lsn room = segment.base + scan_.segment_size - end.at;
      if (end.kind == SegmentEnd::Kind::end || room < sizeof(Frame)) return go_on(index);
      if (end.kind == SegmentEnd::Kind::blank) return stop_in(index, end.at);
      // Bytes that were not on disk yet may have been lost with the power, those behind them not.
      if (std::max(end.flushed, flushed_before_segment(index + 1)) <= end.at) return tear(end.at);
      scan_.damages.push_back({segment.path, end.at, *end.next, false});
      from = *end.next;
    }
  }

  void go_on(std::size_t index) {
    scan_.end = scan_.segments[index].base + scan_.segment_size + sizeof(SegmentHeader);
  }

  /// The frames of a segment end without an end frame: this is the journal's end, unless the next segment
  /// says that more had been on disk.
  void stop_in(std::size_t index, Lsn at) {
    scan_.end = at;
    if (index + 1 == scan_.segments.size()) {
      finished_ = true;
      return;
    }
    if (flushed_before_segment(index + 1) <= at) return tear(at);
    scan_.damages.push_back({scan_.segments[index].path, at, scan_.segments[index + 1].base, false});
  }

  Lsn flushed_before_segment(std::size_t index) const {
    if (index >= scan_.segments.size()) return 0;
    const SegmentFile& segment = scan_.segments[index];
    const MappedFile file(segment.path);
    const Frame* frame = frame_at(file.bytes(), segment.base, segment.base + sizeof(SegmentHeader));
    return frame == nullptr ? 0 : flushed_before(*frame);
  }

  void tear(Lsn at) {
    scan_.end = at;
    scan_.torn = true;
    finished_ = true;
  }

  void take(const Frame& frame) {
    scan_.end = frame.number + frame.length;
    if (frame.kind == FrameKind::table) {
      TableDescription table = decoded_table({frame.payload(), frame.payload_size()});
      scan_.tables.insert_or_assign(table.layout, std::move(table));
    }
    if (frame.kind == FrameKind::record) {
      ++scan_.records;
      std::uint64_t& position = scan_.rings[frame.ring];
      position = std::max(position, frame.position + frame.length);
    }
    visit_(frame);
  }

  const fs::path& folder_;
  const FrameVisitor& visit_;
  JournalScan scan_;
  std::vector<Lsn> headless_;
  bool finished_ = false;
};

Frame hole(Lsn begin, Lsn end) {
  Frame frame{};
  frame.length = static_cast<std::uint32_t>(end - begin);
  frame.number = begin;
  frame.kind = FrameKind::hole;
  frame.crc = frame_crc(&frame);
  return frame;
}

fs::path keep_bytes(const fs::path& folder, const Damage& damage, const std::vector<char>& bytes) {
  fs::path kept = folder / fmt::format("damaged-{}-{}", damage.begin, damage.end);
  for (int copy = 1; fs::exists(kept); ++copy)
    kept = folder / fmt::format("damaged-{}-{}.{}", damage.begin, damage.end, copy);
  const File file(kept, File::Mode::create);
  file.write_at(0, bytes.data(), bytes.size());
  file.flush();
  return kept;
}

}  // namespace

JournalScan scan_journal(const fs::path& folder, const FrameVisitor& visit) {
  return Scanner(folder, visit).run();
}

void refuse_damage(const JournalScan& scan, Lsn from) {
  for (const Damage& damage : scan.damages) {
    if (damage.end <= from) continue;
    throw Error(
        Code::journal_damaged,
        fmt::format("{} holds {} bytes at {} that are no records, with records behind them",
                    base::printable(damage.path.string()), damage.end - damage.begin, damage.begin),
        fmt::format("`tradewind journal {} --salvage` keeps these bytes in a file and makes the journal "
                    "readable without them",
                    base::printable(damage.path.parent_path().string())));
  }
}

std::vector<fs::path> salvage(const fs::path& folder, const JournalScan& scan) {
  std::vector<fs::path> kept;
  kept.reserve(scan.damages.size());
  for (const Damage& damage : scan.damages) {
    const Lsn base = damage.begin - damage.begin % scan.segment_size;
    const File file(damage.path, File::Mode::write);
    std::vector<char> bytes(damage.end - damage.begin);
    file.read_at(damage.begin - base, bytes.data(), bytes.size());
    kept.push_back(keep_bytes(folder, damage, bytes));
    if (damage.header) {
      SegmentHeader header{.base = base, .size = scan.segment_size, .journal = scan.id};
      header.seal();
      file.write_at(0, &header, sizeof header);
    } else {
      // A place too small for a frame at a segment's end is nothing that anybody reads.
      const Frame frame = hole(damage.begin, damage.end);
      if (bytes.size() >= sizeof frame) file.write_at(damage.begin - base, &frame, sizeof frame);
    }
    file.flush();
  }
  flush_folder(folder);
  return kept;
}

std::string uuid_text(const JournalId& id) {
  Uuid uuid;
  uuid.bytes = id;
  return uuid.to_string();
}

}  // namespace tradewind::store
