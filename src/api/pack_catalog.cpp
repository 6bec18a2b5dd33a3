#include "api/pack_catalog.hpp"

#include <tradewind/error.hpp>
#include <tradewind/source.hpp>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "api/maintain_policy.hpp"
#include "base/mapped.hpp"
#include "base/text.hpp"
#include "packs/embedded.hpp"

namespace tradewind {
namespace {

std::string_view pack_text(const built_in::Embedded& pack, std::string_view path) {
  for (const built_in::File& file : *pack.files) {
    if (file.path == path) return file.text;
  }
  return {};
}

PackInfo read_info(const built_in::Embedded& pack) {
  PackInfo info;
  info.name = pack.name;
  const toml::table table = toml::parse(pack_text(pack, "pack.toml"));
  info.title = table["title"].value_or(std::string(pack.name));
  info.description = table["description"].value_or(std::string());
  if (const toml::array* engines = table["engines"].as_array()) {
    for (const toml::node& engine : *engines)
      info.engines.push_back(engine.value_or(std::string()) == "postgres" ? "postgresql"
                                                                          : engine.value_or(std::string()));
  }
  if (const toml::array* databases = table["database"].as_array()) {
    for (const toml::node& database : *databases) {
      const toml::table* entry = database.as_table();
      if (entry == nullptr) continue;
      info.databases.push_back((*entry)["name"].value_or(std::string()));
      info.files.push_back((*entry)["file"].value_or(std::string()));
    }
  }
  if (const toml::table* pragmas = table["sqlite"].as_table()) {
    for (const auto& [name, value] : *pragmas)
      info.pragmas.emplace(name.str(), value.value_or(std::string()));
  }
  info.ledger = table["ledger"]["path"].value_or(std::string());
  return info;
}

const built_in::Embedded& find_pack(std::string_view name) {
  std::vector<std::string> names;
  for (const built_in::Embedded& pack : built_in::embedded()) {
    if (pack.name == name) return pack;
    names.emplace_back(pack.name);
  }
  const std::string near = base::nearest(name, names);
  throw Error(Code::source_missing, fmt::format("there is no pack \"{}\"", base::printable(name)),
              near.empty() ? "there are " + base::listed(names) : fmt::format("did you mean {}?", near));
}

}  // namespace

std::string pack_folder(std::string_view engine) {
  return engine == "postgresql" ? "postgres/" : std::string(engine) + "/";
}

api::PolicySettings api::pack_policy(std::string_view name) {
  const toml::table table = toml::parse(pack_text(find_pack(name), "pack.toml"));
  const toml::node* policy = table.get("maintain");
  if (policy == nullptr) return {};
  return read_policy(*policy, [&](const std::string& message, const toml::node&, std::string hint) {
    return Error(Code::internal, fmt::format("pack {}: {}", name, message), std::move(hint));
  });
}

std::vector<PackInfo> packs() {
  return base::mapped(built_in::embedded(), read_info);
}

PackInfo pack_info(std::string_view name) {
  return read_info(find_pack(name));
}

std::vector<PackFile> pack_files(std::string_view name) {
  return base::mapped(*find_pack(name).files, [](const built_in::File& file) {
    return PackFile{std::string(file.path), file.text};
  });
}

}  // namespace tradewind
