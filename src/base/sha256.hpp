#pragma once

#include <memory>
#include <string>
#include <string_view>

struct sha256_ctx;  // NOLINT(readability-identifier-naming): the name is Nettle's

namespace tradewind::base {

/// SHA-256 (FIPS 180-4) of text given in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void update(std::string_view text);
  /// 64 lower-case hexadecimal digits; the object starts anew.
  std::string finish();

 private:
  std::unique_ptr<sha256_ctx> state_;
};

std::string sha256(std::string_view text);

}  // namespace tradewind::base
