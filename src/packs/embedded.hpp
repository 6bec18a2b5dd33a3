#pragma once

#include <span>
#include <string_view>

namespace tradewind::built_in {

/// A pack's file as it was at build time.
struct File {
  std::string_view path;
  std::string_view text;
};

struct Embedded {
  std::string_view name;
  const std::span<const File>* files;
};

/// All built-in packs, by name.
std::span<const Embedded> embedded();

}  // namespace tradewind::built_in
