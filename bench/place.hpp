#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support/postgres_cluster.hpp"
#include "support/temp_dir.hpp"
#include "workload.hpp"

namespace tradewind::bench {

/// Where the benchmarks work: a folder, and a PostgreSQL server with fsync on, started when one is first
/// asked for. All of it is gone in the destructor.
class Place {
 public:
  const test::TempDir& folder() const { return folder_; }
  test::PostgresCluster& cluster();
  std::string psql();
  /// PostgreSQL's version, or empty where no server was started.
  std::string server_version();

  /// A new database after a checkpoint, so that none pays for what another wrote.
  std::string fresh_database();
  /// The path of a new SQLite file, the one before it removed.
  std::string fresh_file(const std::string& name);

  /// The program with its options for a database and a directory.
  static std::vector<std::string> tradewind(const std::string& url, const std::filesystem::path& migrations);

  /// Made at the first call, shared by the cases.
  const Workload& small(int count, const Spelling& spelling);
  const Workload& large(const Spelling& spelling);

 private:
  test::TempDir folder_{"tradewind_bench"};
  std::unique_ptr<test::PostgresCluster> cluster_;
  std::map<std::pair<int, std::string>, Workload> workloads_;
};

}  // namespace tradewind::bench
