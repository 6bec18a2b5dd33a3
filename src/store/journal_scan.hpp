#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "store/segment.hpp"
#include "store/tables.hpp"

namespace tradewind::store {

/// Holds a segment's header without a segment: the journal's id and the size of its segments. Who writes the
/// journal has it locked.
inline constexpr const char* identity_file = "journal";

/// A segment's file, as it was found.
struct SegmentFile {
  std::filesystem::path path;
  Lsn base = 0;
};

/// Bytes that were on disk and are no frames.
struct Damage {
  std::filesystem::path path;
  Lsn begin = 0;
  Lsn end = 0;
  bool header = false;  ///< the segment's own header
};

/// What a journal's folder holds.
struct JournalScan {
  JournalId id{};
  std::uint64_t segment_size = 0;             ///< 0: there is no segment yet
  std::vector<SegmentFile> segments;          ///< in order, without a gap between them
  std::vector<std::filesystem::path> unused;  ///< files with nothing that counts, to be written anew
  Lsn begin = 0;
  Lsn end = 0;        ///< behind the last record
  bool torn = false;  ///< behind the end stands what was being written when the power went
  std::vector<Damage> damages;
  std::map<std::uint16_t, std::uint64_t> rings;  ///< the position up to which each ring's records are here
  Tables tables;
  std::uint64_t records = 0;
};

using FrameVisitor = std::function<void(const Frame&)>;

/// Reads a journal from its beginning to its end, over damaged places. Changes nothing. Throws Error for
/// files that can't be read, and Error{journal_damaged} for segments that are not of one journal.
JournalScan scan_journal(
    const std::filesystem::path& folder, const FrameVisitor& visit = [](const Frame&) {});

/// Throws Error{journal_damaged} that says where, if there is any damage from `from` on.
void refuse_damage(const JournalScan& scan, Lsn from);

/// Puts a hole into the place of each damage, so that the journal can be read on. The damaged bytes are kept
/// in files named after their LSN. Gives these files.
std::vector<std::filesystem::path> salvage(const std::filesystem::path& folder, const JournalScan& scan);

std::string uuid_text(const JournalId& id);

}  // namespace tradewind::store
