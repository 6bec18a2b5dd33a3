#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "store/file.hpp"
#include "store/frame.hpp"

namespace tradewind::store {

/// The beginning of a segment's file.
struct SegmentHeader {
  static constexpr std::array<char, 8> magic_text = {'T', 'W', 'J', 'O', 'U', 'R', 'N', '1'};

  std::array<char, 8> magic = magic_text;
  Lsn base = 0;            ///< the LSN of the file's first byte
  std::uint64_t size = 0;  ///< of the file; of all of a journal's
  JournalId journal{};
  std::uint32_t zero = 0;
  std::uint32_t crc = 0;  ///< of what stands before

  void seal() { crc = crc32c(this, offsetof(SegmentHeader, crc)); }
  bool whole() const { return magic == magic_text && crc == crc32c(this, offsetof(SegmentHeader, crc)); }
};
static_assert(sizeof(SegmentHeader) == 48);

/// A segment's file, mapped for reading.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;

  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  std::span<const std::byte> bytes_;
};

/// Why the frames of a segment come to an end.
struct SegmentEnd {
  enum class Kind {
    end,     ///< an end frame: the next segment goes on
    blank,   ///< nothing that belongs to this journal follows
    broken,  ///< something follows that is no frame, and whole ones behind it perhaps
  };
  Kind kind = Kind::blank;
  Lsn at = 0;                    ///< where the next frame would be
  std::optional<Lsn> next = {};  ///< broken: where whole frames begin again
  Lsn flushed = 0;               ///< what the frame at `next` says had been on disk when it was written
};

/// What had been on disk when the frame was written.
inline Lsn flushed_before(const Frame& frame) {
  return frame.unflushed > frame.number ? 0 : frame.number - frame.unflushed;
}

/// Calls `visit` for the whole frames from `from` on, in order, up to the first place where there is none.
/// `bytes` is a whole segment of a header's base.
SegmentEnd walk(std::span<const std::byte> bytes, Lsn base, Lsn from,
                const std::function<void(const Frame&)>& visit);

/// The frame of an LSN, if it is whole.
const Frame* frame_at(std::span<const std::byte> bytes, Lsn base, Lsn lsn);

/// Of a segment whose header is lost: what its frames say.
std::optional<Lsn> base_by_frames(std::span<const std::byte> bytes);

}  // namespace tradewind::store
