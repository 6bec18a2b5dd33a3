#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tradewind::database {

/// A result as text, in one block of memory: 10,000 rows are two allocations. Views live as long as it does.
class Rows {
 public:
  explicit Rows(std::size_t columns = 0) : columns_(columns) {}

  std::size_t size() const { return columns_ == 0 ? 0 : cells_.size() / columns_; }
  std::size_t columns() const { return columns_; }
  bool empty() const { return cells_.empty(); }

  std::optional<std::string_view> at(std::size_t row, std::size_t column) const {
    const Cell& cell = cells_[row * columns_ + column];
    if (cell.length < 0) return std::nullopt;
    return std::string_view(text_).substr(cell.offset, static_cast<std::size_t>(cell.length));
  }
  /// NULL as an empty text.
  std::string_view text(std::size_t row, std::size_t column) const { return at(row, column).value_or(""); }
  /// A column's.
  std::vector<std::string> texts(std::size_t column) const;
  /// A number; NULL as 0. Throws Error if the cell holds anything else.
  std::int64_t integer(std::size_t row, std::size_t column) const;
  double real(std::size_t row, std::size_t column) const;
  bool is_true(std::size_t row, std::size_t column) const {
    return text(row, column) == "t" || text(row, column) == "1";
  }

  void reserve(std::size_t rows) { cells_.reserve(rows * columns_); }
  void add(std::string_view value) {
    cells_.push_back({text_.size(), static_cast<std::int64_t>(value.size())});
    text_.append(value);
  }
  void add_null() { cells_.push_back({text_.size(), -1}); }

 private:
  struct Cell {
    std::size_t offset;
    std::int64_t length;
  };
  std::size_t columns_;
  std::string text_;
  std::vector<Cell> cells_;
};

}  // namespace tradewind::database
