#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "sql/token.hpp"

namespace tradewind::sql {

/// The first tokens of a statement, as many as its kind can depend on.
class LeadingTokens {
 public:
  void add(const Token& token) {
    if (count_ < tokens_.size()) tokens_[count_++] = token;
  }
  void clear() { count_ = 0; }
  bool empty() const { return count_ == 0; }
  std::span<const Token> all() const { return {tokens_.data(), count_}; }

 private:
  std::array<Token, 256> tokens_;
  std::size_t count_ = 0;
};

}  // namespace tradewind::sql
