#include "place.hpp"

#include <cstdlib>

namespace tradewind::bench {

namespace fs = std::filesystem;

test::PostgresCluster& Place::cluster() {
  if (cluster_ == nullptr) {
    cluster_ = std::make_unique<test::PostgresCluster>(
        test::ClusterOptions{.fsync = true, .settings = {"autovacuum=off", "max_wal_size=4GB"}});
  }
  return *cluster_;
}

std::string Place::psql() {
  return (cluster().bin() / "psql").string();
}

std::string Place::server_version() {
  return cluster_ == nullptr ? std::string()
                             : cluster_->sql("postgres", "SHOW server_version").front().front();
}

std::string Place::fresh_database() {
  const std::string name = cluster().create_database();
  cluster().sql("postgres", "CHECKPOINT");
  return name;
}

std::string Place::fresh_file(const std::string& name) {
  const fs::path path = folder_ / (name + ".db");
  for (const char* ending : {"", "-wal", "-shm", "-journal"}) fs::remove(path.string() + ending);
  return path.string();
}

std::vector<std::string> Place::tradewind(const std::string& url, const fs::path& migrations) {
  const char* other = std::getenv("TRADEWIND_PROGRAM");
  return {
      other != nullptr ? other : TRADEWIND_PROGRAM, "up", "--database", url, "--dir", migrations.string()};
}

const Workload& Place::small(int count, const Spelling& spelling) {
  const auto [found, is_new] = workloads_.try_emplace({count, spelling.key});
  if (is_new) {
    found->second = many_small(folder_ / (spelling.key + "_" + std::to_string(count)), count, spelling);
  }
  return found->second;
}

const Workload& Place::large(const Spelling& spelling) {
  constexpr int megabytes = 50;
  const auto [found, is_new] = workloads_.try_emplace({-megabytes, spelling.key});
  if (is_new) found->second = one_large(folder_ / (spelling.key + "_large"), megabytes, spelling);
  return found->second;
}

}  // namespace tradewind::bench
