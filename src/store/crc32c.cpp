#include "store/crc32c.hpp"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
#endif

namespace tradewind::store {
namespace {

constexpr auto table = [] {
  std::array<std::uint32_t, 256> result{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78U : 0U);
    result[i] = crc;
  }
  return result;
}();

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t by_instruction(const void* bytes, std::size_t size) noexcept {
  const auto* at = static_cast<const unsigned char*>(bytes);
  std::uint64_t crc = 0xFFFFFFFFU;
  for (; size >= 8; size -= 8, at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    crc = _mm_crc32_u64(crc, word);
  }
  auto result = static_cast<std::uint32_t>(crc);
  for (; size > 0; --size) result = _mm_crc32_u8(result, *at++);
  return ~result;
}
const bool has_instruction = __builtin_cpu_supports("sse4.2") != 0;
#elif defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)
std::uint32_t by_instruction(const void* bytes, std::size_t size) noexcept {
  const auto* at = static_cast<const unsigned char*>(bytes);
  std::uint32_t crc = 0xFFFFFFFFU;
  for (; size >= 8; size -= 8, at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    crc = __crc32cd(crc, word);
  }
  for (; size > 0; --size) crc = __crc32cb(crc, *at++);
  return ~crc;
}
constexpr bool has_instruction = true;
#else
std::uint32_t by_instruction(const void* bytes, std::size_t size) noexcept {
  return crc32c_by_table(bytes, size);
}
constexpr bool has_instruction = false;
#endif

}  // namespace

std::uint32_t crc32c_by_table(const void* bytes, std::size_t size) noexcept {
  const auto* at = static_cast<const unsigned char*>(bytes);
  std::uint32_t crc = 0xFFFFFFFFU;
  for (; size > 0; --size) crc = (crc >> 8) ^ table[(crc ^ *at++) & 0xFFU];
  return ~crc;
}

std::uint32_t crc32c(const void* bytes, std::size_t size) noexcept {
  return has_instruction ? by_instruction(bytes, size) : crc32c_by_table(bytes, size);
}

}  // namespace tradewind::store
