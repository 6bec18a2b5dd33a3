#pragma once

#include "database/copier.hpp"

namespace tradewind::postgres {

std::unique_ptr<database::Replica> load_replica(const database::OpenSettings& target,
                                                const std::filesystem::path& folder,
                                                const database::CopyFacts& facts,
                                                const database::CopyOptions& options,
                                                std::string_view moment);
std::unique_ptr<database::Replica> kept_replica(const database::OpenSettings& target,
                                                const std::string& name);
bool database_exists(const database::OpenSettings& target);
/// As the URL, the environment or the user's name say.
std::string database_name(const database::OpenSettings& target);
/// Its server, port and name, without the user.
std::string database_identity(const database::OpenSettings& target);
std::vector<std::string> unfinished_replicas(const database::OpenSettings& target);

}  // namespace tradewind::postgres
