#include "store/tables.hpp"

#include <cstring>

#include <fmt/format.h>

#include "base/text.hpp"

namespace tradewind::store {
namespace {

using database::Value;

class Writer {
 public:
  void number(std::uint32_t value) { put(&value, sizeof value); }
  void text(std::string_view value) {
    number(static_cast<std::uint32_t>(value.size()));
    put(value.data(), value.size());
  }
  std::vector<std::byte> finish() {
    bytes_.resize(detail::padded(bytes_.size()));
    return std::move(bytes_);
  }

 private:
  void put(const void* value, std::size_t size) {
    const auto* begin = static_cast<const std::byte*>(value);
    bytes_.insert(bytes_.end(), begin, begin + size);
  }
  std::vector<std::byte> bytes_;
};

class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  /// The next bytes, or null if there are not so many.
  const std::byte* take(std::size_t size) {
    if (size > bytes_.size()) return nullptr;
    const std::byte* result = bytes_.data();
    bytes_ = bytes_.subspan(size);
    return result;
  }
  template <typename Number>
  std::optional<Number> number() {
    const std::byte* at = take(sizeof(Number));
    if (at == nullptr) return std::nullopt;
    Number value{};
    std::memcpy(&value, at, sizeof value);
    return value;
  }
  bool at_end() const { return bytes_.empty(); }

 private:
  std::span<const std::byte> bytes_;
};

[[noreturn]] void damaged() {
  throw Error(Code::journal_damaged, "a table's description in the journal can't be read");
}

std::uint32_t checked_number(Reader& reader) {
  const auto value = reader.number<std::uint32_t>();
  if (!value) damaged();
  return *value;
}

std::string checked_text(Reader& reader) {
  const std::uint32_t size = checked_number(reader);
  const std::byte* at = reader.take(size);
  if (at == nullptr) damaged();
  return {reinterpret_cast<const char*>(at), size};
}

bool read_text(Reader& reader, Value& value) {
  const auto size = reader.number<std::uint64_t>();
  if (!size || *size > longest_frame) return false;
  const std::byte* at = reader.take(detail::padded(*size));
  if (at != nullptr) value.text = {reinterpret_cast<const char*>(at), static_cast<std::size_t>(*size)};
  return at != nullptr;
}

bool read_value(Reader& reader, Value& value) {
  value.null = false;
  switch (value.type) {
    case ColumnType::text:
    case ColumnType::json:
      return read_text(reader, value);
    case ColumnType::uuid: {
      const std::byte* at = reader.take(16);
      if (at != nullptr) value.text = {reinterpret_cast<const char*>(at), 16};
      return at != nullptr;
    }
    case ColumnType::decimal:
    case ColumnType::real: {
      const auto units = reader.number<Decimal::Units>();
      if (units) value.decimal = Decimal::of_units(*units);
      return units.has_value();
    }
    default: {
      const auto number = reader.number<std::int64_t>();
      value.integer = number.value_or(0);
      return number.has_value();
    }
  }
}

std::string json_value(const Value& value) {
  if (value.null) return "null";
  switch (value.type) {
    case ColumnType::integer:
      return std::to_string(value.integer);
    case ColumnType::boolean:
      return value.integer != 0 ? "true" : "false";
    case ColumnType::time:
    case ColumnType::seconds:
      return json_text(to_string(UtcTime(std::chrono::microseconds(value.integer))));
    case ColumnType::decimal:
    case ColumnType::real:
      return json_text(value.decimal.to_string());
    case ColumnType::uuid: {
      Uuid uuid;
      std::memcpy(uuid.bytes.data(), value.text.data(), uuid.bytes.size());
      return json_text(uuid.to_string());
    }
    default:
      return json_text(value.text);
  }
}

}  // namespace

std::vector<std::byte> encoded(const TableDescription& table) {
  Writer writer;
  writer.number(table.layout);
  writer.number(static_cast<std::uint32_t>(table.operation));
  writer.text(table.table);
  writer.text(table.key);
  writer.text(table.while_null);
  writer.number(static_cast<std::uint32_t>(table.columns.size()));
  for (const ColumnDescription& column : table.columns) {
    writer.number(static_cast<std::uint32_t>(column.type));
    writer.text(column.name);
  }
  return writer.finish();
}

TableDescription decoded_table(std::span<const std::byte> bytes) {
  Reader reader(bytes);
  TableDescription table;
  table.layout = checked_number(reader);
  const std::uint32_t operation = checked_number(reader);
  if (operation < 1 || operation > 2) damaged();
  table.operation = static_cast<Operation>(operation);
  table.table = checked_text(reader);
  table.key = checked_text(reader);
  table.while_null = checked_text(reader);
  const std::uint32_t columns = checked_number(reader);
  if (columns > 64) damaged();
  for (std::uint32_t i = 0; i < columns; ++i) {
    const std::uint32_t type = checked_number(reader);
    if (type < 1 || type > static_cast<std::uint32_t>(ColumnType::real)) damaged();
    table.columns.push_back({checked_text(reader), static_cast<ColumnType>(type)});
  }
  return table;
}

bool decode(const TableDescription& table, std::span<const std::byte> payload, Values& out) {
  Reader reader(payload);
  auto present = reader.number<std::uint64_t>();
  if (!present) return false;
  for (const ColumnDescription& column : table.columns) {
    Value value{.type = column.type};
    if ((*present & 1) != 0 && !read_value(reader, value)) return false;
    *present >>= 1;
    out.push_back(value);
  }
  return reader.at_end() && *present == 0;
}

std::string json_text(std::string_view text) {
  std::string result = "\"";
  // A database's text column takes no NUL and nothing but UTF-8; what is wrong shows as such.
  const bool clean = !base::invalid_utf8(text);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (byte == 0) {
      result += "\\\\x00";
    } else if (byte < 0x20) {
      result += fmt::format("\\u{:04x}", byte);
    } else if (byte >= 0x80 && !clean) {
      result += fmt::format("\\\\x{:02x}", byte);
    } else {
      result += c;
    }
  }
  return result += '"';
}

std::string to_json(const TableDescription& table, std::span<const Value> values) {
  std::string result = "{";
  for (std::size_t i = 0; i < values.size(); ++i) {
    result +=
        fmt::format("{}{}:{}", i == 0 ? "" : ",", json_text(table.columns[i].name), json_value(values[i]));
  }
  return result += "}";
}

}  // namespace tradewind::store
