#include "migration/version.hpp"

#include <algorithm>

namespace tradewind::migration {
namespace {

std::size_t digits(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
  return end;
}

}  // namespace

std::string_view number_of(std::string_view version) {
  std::string_view number = version.substr(0, digits(version));
  while (number.size() > 1 && number.front() == '0') number.remove_prefix(1);
  return number;
}

int compare_numbers(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

bool version_less(std::string_view a, std::string_view b) {
  const int numbers = compare_numbers(number_of(a), number_of(b));
  return numbers != 0 ? numbers < 0 : a < b;
}

std::string name_of(std::string_view version) {
  std::string_view rest = version.substr(digits(version));
  while (!rest.empty() && (rest.front() == '_' || rest.front() == '-' || rest.front() == '.'))
    rest.remove_prefix(1);
  std::string name(rest.empty() ? version : rest);
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

}  // namespace tradewind::migration
