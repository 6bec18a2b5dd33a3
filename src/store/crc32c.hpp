#pragma once

#include <cstddef>
#include <cstdint>

namespace tradewind::store {

/// CRC-32C (Castagnoli), by the processor's instruction where it has one.
std::uint32_t crc32c(const void* bytes, std::size_t size) noexcept;
/// The same by table: for comparison.
std::uint32_t crc32c_by_table(const void* bytes, std::size_t size) noexcept;

}  // namespace tradewind::store
