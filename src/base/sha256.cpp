#include "base/sha256.hpp"

// Nettle, not OpenSSL, which takes a millisecond to load: as long as to hash five thousand small files.
#include <nettle/sha2.h>

#include <array>

namespace tradewind::base {

Sha256::Sha256() : state_(std::make_unique<sha256_ctx>()) {
  sha256_init(state_.get());
}
Sha256::~Sha256() = default;

void Sha256::update(std::string_view text) {
  sha256_update(state_.get(), text.size(), reinterpret_cast<const std::uint8_t*>(text.data()));
}

std::string Sha256::finish() {
  std::array<std::uint8_t, SHA256_DIGEST_SIZE> digest{};
  sha256_digest(state_.get(), digest.size(), digest.data());
  static constexpr char digits[] = "0123456789abcdef";
  std::string text(digest.size() * 2, '\0');
  for (std::size_t i = 0; i < digest.size(); ++i) {
    text[2 * i] = digits[digest[i] >> 4];
    text[2 * i + 1] = digits[digest[i] & 15];
  }
  return text;
}

std::string sha256(std::string_view text) {
  Sha256 hash;
  hash.update(text);
  return hash.finish();
}

}  // namespace tradewind::base
