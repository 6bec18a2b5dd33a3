#pragma once

#include <cstdint>
#include <string>

#include "database/bulk.hpp"
#include "postgres/libpq.hpp"

namespace tradewind::postgres {

/// A column as the server has it, a domain seen through.
struct ServerColumn {
  std::string name;
  Oid type = 0;
  bool is_enum = false;
};

/// COPY's binary format: PostgreSQL documentation, "COPY", "Binary Format".
class CopyRows {
 public:
  CopyRows();
  void begin_row(std::size_t fields);
  /// Throws Error with SQLSTATE 22003 for a number that the column can't hold, Error{unsupported} for a type
  /// of column that the value has no binary form for.
  void add(const database::Value& value, const ServerColumn& column);
  void finish();

  std::string& bytes() { return bytes_; }

 private:
  template <typename Integer>
  void put(Integer value);
  void put_sized_integer(std::int64_t value, const ServerColumn& column);
  void put_double(double value);
  void put_numeric(Decimal value);
  void put_text(std::string_view text, bool with_version);

  std::string bytes_;
};

}  // namespace tradewind::postgres
