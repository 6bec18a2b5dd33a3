#include "cli/json.hpp"

namespace tradewind::cli {
namespace {

Json text_or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}
Json number_or_null(std::size_t number) {
  return number == 0 ? Json() : Json(number);
}

Json applied(const std::vector<AppliedMigration>& migrations) {
  Json list = Json::array();
  for (const AppliedMigration& m : migrations) {
    list.push_back({{"version", m.version},
                    {"name", m.name},
                    {"batch", m.batch},
                    {"checksum", m.checksum},
                    {"applied_at", m.applied_at},
                    {"execution_time_ms", m.execution_time_ms}});
  }
  return list;
}

}  // namespace

Json to_json(const Error& error) {
  return {{"code", name(error.code())},
          {"message", error.message()},
          {"hint", text_or_null(error.hint())},
          {"file", text_or_null(error.location().file)},
          {"line", number_or_null(error.location().line)},
          {"column", number_or_null(error.location().column)},
          {"sqlstate", text_or_null(error.sqlstate())},
          {"statement", text_or_null(error.statement())}};
}

void add_status(Json& entry, const Status& status) {
  entry["applied"] = applied(status.applied);
  entry["pending"] = Json::array();
  for (const auto& m : status.pending) entry["pending"].push_back({{"version", m.version}, {"name", m.name}});
  entry["changed"] = applied(status.changed);
  entry["missing"] = applied(status.missing);
  entry["failed"] = Json::array();
  for (const auto& m : status.failed) entry["failed"].push_back({{"version", m.version}, {"error", m.error}});
}

Json ran_steps(const std::vector<Step>& steps, std::string_view direction) {
  Json list = Json::array();
  for (const Step& step : steps) {
    list.push_back({{"version", step.version},
                    {"name", step.name},
                    {"direction", direction.empty() ? std::string_view(name(step.direction)) : direction},
                    {"execution_time_ms", step.execution_time_ms}});
  }
  return list;
}

Json planned_steps(const std::vector<Step>& steps) {
  Json list = Json::array();
  for (const Step& step : steps) {
    list.push_back({{"version", step.version},
                    {"name", step.name},
                    {"direction", name(step.direction)},
                    {"transactional", step.transactional},
                    {"statements", step.statements}});
  }
  return list;
}

Json to_json(const std::vector<Finding>& findings) {
  Json list = Json::array();
  for (const Finding& f : findings) {
    list.push_back({{"kind", f.kind}, {"version", f.version}, {"message", f.message}});
  }
  return list;
}

Json to_json(const std::vector<Repair>& repairs) {
  Json list = Json::array();
  for (const Repair& r : repairs) {
    list.push_back({{"version", r.version}, {"action", r.action}, {"detail", r.detail}});
  }
  return list;
}

}  // namespace tradewind::cli
