#pragma once

#include <string>
#include <vector>

#include "cli/style.hpp"

namespace tradewind::cli {

struct Cell {
  std::string text;
  Paint paint = Paint::plain;
};

/// Rows in aligned columns, two spaces apart and two from the left.
class Table {
 public:
  /// Headings; one that begins with '>' stands for a column aligned to the right.
  explicit Table(const std::vector<std::string>& headings);

  void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.empty(); }
  std::string text(const Style& style) const;

 private:
  std::vector<std::size_t> widths() const;
  std::string line(const std::vector<Cell>& row, const std::vector<std::size_t>& widths,
                   const Style& style) const;

  std::vector<Cell> headings_;
  std::vector<bool> right_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace tradewind::cli
