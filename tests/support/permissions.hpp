#pragma once

#include <cstddef>
#include <filesystem>
#include <iterator>
#include <stdexcept>
#include <string_view>

namespace tradewind::test {

/// The permissions as `ls -l` writes them: "rwxr-xr-x".
constexpr std::filesystem::perms permissions(std::string_view letters) {
  using std::filesystem::perms;
  constexpr perms all[] = {perms::owner_read,  perms::owner_write,  perms::owner_exec,
                           perms::group_read,  perms::group_write,  perms::group_exec,
                           perms::others_read, perms::others_write, perms::others_exec};
  if (letters.size() != std::size(all)) throw std::invalid_argument("a mode has nine letters");
  perms result = perms::none;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if (letters[i] != '-') result = result | all[i];
  }
  return result;
}

}  // namespace tradewind::test
