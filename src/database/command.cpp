#include "database/command.hpp"

namespace tradewind::database {

std::optional<Failure> unmet(const Tag& tag, std::size_t rows, std::string_view first_cell) {
  Failure failed;
  failed.tag = tag;
  if (tag.role == Role::guard && rows > 0) {
    failed.kind = Failure::Kind::moved;
  } else if (tag.role == Role::history && rows != 1) {
    failed.kind = Failure::Kind::unrecorded;
  } else if (tag.role == Role::check && rows > 0) {
    failed.message = first_cell;
  } else {
    return std::nullopt;
  }
  return failed;
}

}  // namespace tradewind::database
