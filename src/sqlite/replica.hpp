#pragma once

#include "database/copier.hpp"

namespace tradewind::sqlite {

std::unique_ptr<database::Replica> load_replica(const database::OpenSettings& target,
                                                const std::filesystem::path& folder,
                                                const database::CopyFacts& facts,
                                                const database::CopyOptions& options,
                                                std::string_view moment);
std::unique_ptr<database::Replica> kept_replica(const database::OpenSettings& target,
                                                const std::string& name);
std::vector<std::string> unfinished_replicas(const database::OpenSettings& target);

}  // namespace tradewind::sqlite
