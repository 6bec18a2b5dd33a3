#include "database/rows.hpp"

#include <fmt/format.h>
#include <tradewind/error.hpp>

#include "base/text.hpp"

namespace tradewind::database {
namespace {

template <typename Number>
Number parsed(std::optional<std::string_view> cell) {
  if (!cell) return 0;
  if (const auto number = base::number<Number>(*cell)) return *number;
  throw Error(Code::statement_failed,
              fmt::format("the database holds \"{}\" where a number belongs", base::printable(*cell, 80)),
              "somebody else has written it: look at the table and put it right");
}

}  // namespace

std::vector<std::string> Rows::texts(std::size_t column) const {
  std::vector<std::string> result;
  result.reserve(size());
  for (std::size_t row = 0; row < size(); ++row) result.emplace_back(text(row, column));
  return result;
}

std::int64_t Rows::integer(std::size_t row, std::size_t column) const {
  return parsed<std::int64_t>(at(row, column));
}

double Rows::real(std::size_t row, std::size_t column) const {
  return parsed<double>(at(row, column));
}

}  // namespace tradewind::database
