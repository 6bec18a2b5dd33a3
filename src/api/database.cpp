#include <tradewind/database.hpp>

#include "api/database_implementation.hpp"
#include "database/dialect.hpp"
#include "postgres/catalog.hpp"
#include "postgres/connection.hpp"
#include "postgres/examiner.hpp"
#include "postgres/upkeep.hpp"
#include "sqlite/catalog.hpp"
#include "sqlite/connection.hpp"
#include "sqlite/examiner.hpp"
#include "sqlite/upkeep.hpp"

namespace tradewind {

Database::Database(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Database Database::open(std::string_view url, const OpenOptions& options) {
  database::OpenSettings settings{.url = database::Url::parse(url),
                                  .create = options.create,
                                  .read_only = options.read_only,
                                  .connect_timeout = options.connect_timeout,
                                  .busy_timeout = options.busy_timeout,
                                  .stop = options.stop,
                                  .pragmas = options.pragmas};
  auto implementation = std::make_unique<Implementation>();
  implementation->url = settings.url;
  implementation->stop = options.stop;
  if (settings.url.scheme == "sqlite") {
    implementation->grammar = &sql::sqlite_grammar();
    implementation->catalog = &sqlite::catalog_reader();
    implementation->upkeep = &sqlite::upkeep();
    implementation->examiner = &sqlite::examiner();
    implementation->connection = sqlite::open(std::move(settings));
  } else {
    implementation->grammar = &sql::postgres_grammar();
    implementation->catalog = &postgres::catalog_reader();
    implementation->upkeep = &postgres::upkeep();
    implementation->examiner = &postgres::examiner();
    implementation->connection = postgres::open(std::move(settings));
  }
  return Database(std::move(implementation));
}

std::string Database::engine() const {
  return implementation_->url.scheme;
}
std::string Database::url() const {
  return implementation_->url.masked();
}
std::string Database::server_version() const {
  return implementation_->connection->server_version();
}

std::vector<Row> Database::query(std::string_view sql,
                                 const std::vector<std::optional<std::string>>& parameters) {
  const database::Rows rows = implementation_->connection->query(sql, parameters);
  std::vector<Row> result(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t column = 0; column < rows.columns(); ++column) {
      const auto cell = rows.at(i, column);
      result[i].push_back(cell ? std::optional<std::string>(*cell) : std::nullopt);
    }
  }
  return result;
}

void* Database::native_handle() noexcept {
  return implementation_->connection->native_handle();
}

}  // namespace tradewind
