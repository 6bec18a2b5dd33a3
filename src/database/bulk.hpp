/// The port's optional capability to write many typed rows in one transaction.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <tradewind/error.hpp>
#include <tradewind/record.hpp>

namespace tradewind::database {

/// A column's value. Texts are borrowed.
struct Value {
  ColumnType type = ColumnType::text;
  bool null = true;
  std::int64_t integer = 0;    ///< integer, boolean; time and seconds in microseconds
  Decimal decimal = {};        ///< decimal and real
  std::string_view text = {};  ///< text and json; of a uuid its 16 bytes

  friend bool operator==(const Value&, const Value&) = default;
};

/// Rows of one table, one after the other.
struct RowBlock {
  std::string_view table;
  std::span<const std::string_view> columns;
  std::span<const Value> values;  ///< rows times columns

  std::size_t rows() const { return columns.empty() ? 0 : values.size() / columns.size(); }
  std::span<const Value> row(std::size_t index) const {
    return values.subspan(index * columns.size(), columns.size());
  }
};

/// What to make of a failure.
enum class Refusal : std::uint8_t {
  row,           ///< the database will never take this row
  repeated_key,  ///< a row with this key is there: insert_new() tells whether it is the same
  passing,       ///< nothing is wrong with the rows: try again later
  lost,          ///< the same, with a new session; a commit in flight is of unknown outcome
};

/// One transaction at a time; belongs to its connection. Every failure is thrown as Error and leaves the
/// transaction to be rolled back.
class BulkWriter {
 public:
  virtual ~BulkWriter() = default;

  /// How many rows a transaction should have, where there are enough.
  virtual std::size_t best_batch() const = 0;

  /// A transaction whose commit is on disk when it is answered.
  virtual void begin() = 0;
  virtual void commit() = 0;
  virtual void rollback() noexcept = 0;

  /// Adds the rows.
  virtual void insert(const RowBlock& rows) = 0;
  /// Adds those whose value of `key` is not there yet; of two with the same value the first. Gives the
  /// indexes of the others, and whether each is the same as what is there in every column.
  struct Repeat {
    std::size_t row;
    bool same;
  };
  virtual std::vector<Repeat> insert_new(const RowBlock& rows, std::string_view key) = 0;

  /// Runs one statement for each row of parameters ($1, $2, ...), prepared once. `answer` is given the first
  /// row of each result, in order; empty if there is none.
  using Answer = std::function<void(std::size_t index, std::span<const std::optional<std::string_view>> row)>;
  virtual void execute(std::string_view sql, std::span<const Value> parameters, std::size_t per_row,
                       const Answer& answer) = 0;

  virtual Refusal judge(const Error& error) const = 0;

  /// Values that the table's identity column gives by itself are above `value` from now on.
  virtual void raise_identity(std::string_view table, std::string_view column, std::int64_t value) = 0;
};

}  // namespace tradewind::database
