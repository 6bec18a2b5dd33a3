#include "base/sha256.hpp"

// The functions without a context of the library's: making one reads its configuration, which takes longer
// than to hash a thousand small files.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <array>

namespace tradewind::base {

Sha256::Sha256() : state_(std::make_unique<SHA256state_st>()) {
  SHA256_Init(state_.get());
}
Sha256::~Sha256() = default;

void Sha256::update(std::string_view text) {
  SHA256_Update(state_.get(), text.data(), text.size());
}

std::string Sha256::finish() {
  std::array<unsigned char, 32> digest{};
  SHA256_Final(digest.data(), state_.get());
  SHA256_Init(state_.get());
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(digest.size() * 2);
  for (const unsigned char byte : digest) {
    text.push_back(digits[byte >> 4]);
    text.push_back(digits[byte & 15]);
  }
  return text;
}

std::string sha256(std::string_view text) {
  Sha256 hash;
  hash.update(text);
  return hash.finish();
}

}  // namespace tradewind::base
