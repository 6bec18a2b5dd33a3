#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <tradewind/error.hpp>

#include "ops/backup_set.hpp"

namespace tradewind::ops {
namespace {

using Json = nlohmann::ordered_json;
constexpr int format = 1;

Json to_json(const BackupDatabase& database) {
  Json json = {
      {"name", database.name},
      {"database", database.called},
      {"url", database.url},
      {"identity", database.identity},
      {"engine", database.engine},
      {"server_version", database.server_version},
      {"tool", database.tool},
      {"layout", database.layout},
      {"data", database.data},
      {"history",
       {{"table", database.history_table}, {"head", database.history_head}, {"applied", database.applied}}},
      {"schema", {{"file", database.schema}, {"sha256", database.fingerprint}}},
      {"size", database.size},
      {"duration_ms", database.elapsed_ms},
      {"settings", database.settings}};
  json["tables"] = Json::array();
  for (const BackupTable& table : database.tables)
    json["tables"].push_back({{"name", table.name}, {"rows", table.rows}});
  json["flaws"] = Json::array();
  for (const BackupFlaw& flaw : database.flaws)
    json["flaws"].push_back({{"what", flaw.what}, {"count", flaw.count}});
  json["files"] = Json::array();
  for (const BackupFile& file : database.files)
    json["files"].push_back({{"path", file.path}, {"size", file.size}, {"sha256", file.sha256}});
  return json;
}

BackupDatabase database_from(const Json& json) {
  BackupDatabase database;
  database.name = json.at("name");
  database.called = json.at("database");
  database.url = json.at("url");
  database.identity = json.value("identity", database.url);
  database.engine = json.at("engine");
  database.server_version = json.at("server_version");
  database.tool = json.at("tool");
  database.layout = json.at("layout");
  database.data = json.at("data");
  database.history_table = json.at("history").at("table");
  database.history_head = json.at("history").at("head");
  database.applied = json.at("history").at("applied");
  database.schema = json.at("schema").at("file");
  database.fingerprint = json.at("schema").at("sha256");
  database.size = json.at("size");
  database.elapsed_ms = json.at("duration_ms");
  database.settings = json.at("settings").get<std::vector<std::string>>();
  for (const Json& table : json.at("tables")) database.tables.push_back({table.at("name"), table.at("rows")});
  for (const Json& flaw : json.value("flaws", Json::array()))
    database.flaws.push_back({flaw.at("what"), flaw.at("count")});
  for (const Json& file : json.at("files"))
    database.files.push_back({file.at("path"), file.at("size"), file.at("sha256")});
  return database;
}

bool stays_below(const std::string& path) {
  const std::filesystem::path one(path);
  return !path.empty() && one.is_relative() && *one.lexically_normal().begin() != "..";
}

/// What a file says must not lead out of its folder.
void refuse_foreign_paths(const Backup& backup) {
  for (const BackupDatabase& database : backup.databases) {
    std::vector<std::string> paths = {database.data, database.schema};
    for (const BackupFile& file : database.files) paths.push_back(file.path);
    for (const std::string& path : paths) {
      if (!stays_below(path)) throw Error(Code::bad_file, "metadata.json names a file outside of the backup");
    }
  }
}

}  // namespace

std::string to_json(const Backup& backup) {
  Json json = {{"format", format},
               {"name", backup.name},
               {"label", backup.label},
               {"created_at", backup.created_at},
               {"created_by", backup.created_by},
               {"reason", backup.reason},
               {"tradewind", backup.program},
               {"verified", backup.verified},
               {"duration_ms", backup.elapsed_ms},
               {"size", backup.stored_size()}};
  json["databases"] = Json::array();
  for (const BackupDatabase& database : backup.databases) json["databases"].push_back(to_json(database));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Backup backup_from_json(std::string_view text) {
  Backup backup;
  try {
    const Json json = Json::parse(text);
    if (json.at("format") != format) {
      throw Error(Code::unsupported, fmt::format("metadata.json has the format {}", json.at("format").dump()),
                  "a newer Tradewind wrote it: use that one");
    }
    backup.name = json.at("name");
    backup.label = json.at("label");
    backup.created_at = json.at("created_at");
    backup.created_by = json.at("created_by");
    backup.reason = json.at("reason");
    backup.program = json.at("tradewind");
    backup.verified = json.at("verified");
    backup.elapsed_ms = json.at("duration_ms");
    for (const Json& database : json.at("databases")) backup.databases.push_back(database_from(database));
  } catch (const nlohmann::json::exception& error) {
    throw Error(Code::bad_file, fmt::format("metadata.json is damaged: {}", error.what()),
                "use another backup");
  }
  refuse_foreign_paths(backup);
  return backup;
}

}  // namespace tradewind::ops
