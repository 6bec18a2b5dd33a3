#include "cli/table.hpp"

namespace tradewind::cli {

Table::Table(const std::vector<std::string>& headings) {
  for (const std::string& heading : headings) {
    right_.push_back(heading.starts_with('>'));
    headings_.push_back({right_.back() ? heading.substr(1) : heading, Paint::dim});
  }
}

std::string Table::text(const Style& style) const {
  const std::vector<std::size_t> columns = widths();
  std::string result = line(headings_, columns, style);
  for (const auto& row : rows_) result += line(row, columns, style);
  return result;
}

std::vector<std::size_t> Table::widths() const {
  std::vector<std::size_t> result(headings_.size());
  const auto measure = [&](const std::vector<Cell>& row) {
    for (std::size_t i = 0; i < row.size(); ++i) result[i] = std::max(result[i], width(row[i].text));
  };
  measure(headings_);
  for (const auto& row : rows_) measure(row);
  return result;
}

std::string Table::line(const std::vector<Cell>& row, const std::vector<std::size_t>& widths,
                        const Style& style) const {
  std::string result;
  std::string gap = "  ";
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::string padding(widths[i] - width(row[i].text), ' ');
    if (right_[i]) gap += padding;
    if (!row[i].text.empty()) {
      result += gap + style(row[i].paint, row[i].text);
      gap.clear();
    }
    if (!right_[i]) gap += padding;
    gap += "  ";
  }
  return result + "\n";
}

}  // namespace tradewind::cli
