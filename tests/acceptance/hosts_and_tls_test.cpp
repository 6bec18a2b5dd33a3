// Servers that are one of several, and servers that speak TLS.
// Shows: I8, R9
#include "engine_folder.hpp"
#include "support/permissions.hpp"
#include "support/postgres_programs.hpp"

namespace tradewind::test {
namespace {

namespace fs = std::filesystem;

class Hosts : public ::testing::Test {
 protected:
  Hosts() { folder.write("migrations/001_a.up.sql", "CREATE TABLE a AS SELECT 1 AS id;\n"); }
  Outcome run(const char* command, const std::string& url) const {
    return folder.run({command, "--database", url, "--wait", "5"});
  }

  Folder folder;
};

TEST_F(Hosts, the_second_is_taken_where_the_first_refuses) {
  auto& cluster = PostgresCluster::shared();
  const std::string name = cluster.create_database();
  const std::string port = std::to_string(cluster.port());
  const std::string options =
      "/" + name + "?sslmode=disable&gssencmode=disable&target_session_attrs=read-write";
  const std::string both = "postgresql://postgres@127.0.0.1:1,127.0.0.1:" + port + options;
  for (const char* command : {"plan", "up", "status", "verify"}) {
    const Outcome outcome = run(command, both);
    EXPECT_EQ(outcome.exit_status, 0) << command << "\n" << outcome;
  }
  EXPECT_EQ(cluster.sql(name, "SELECT version FROM schema_migrations"), (Rows{{"001_a"}}));
  const Outcome neither = run("up", "postgresql://postgres@127.0.0.1:1,127.0.0.1:2" + options);
  EXPECT_EQ(neither.exit_status, 5) << neither;
  EXPECT_TRUE(contains(neither.err, "port 1 failed") && contains(neither.err, "port 2 failed")) << neither;
}

/// A server with a certificate that it has signed itself.
class Tls : public Hosts {
 protected:
  void SetUp() override {
    fs::permissions(keys_.path(), permissions("rwxr-xr-x"));
    certify("server");
    certify("other");
    if (const auto user = server_identity()) {
      ASSERT_EQ(chown((keys_ / "server.key").c_str(), user->user, user->group), 0);
    }
    try {
      cluster_ = std::make_unique<PostgresCluster>(
          ClusterOptions{.settings = {"ssl=on", "ssl_cert_file=" + (keys_ / "server.crt").string(),
                                      "ssl_key_file=" + (keys_ / "server.key").string()}});
    } catch (const std::runtime_error& error) {
      const bool without =
          std::string_view(error.what()).find("SSL is not supported") != std::string_view::npos;
      if (!without) throw;
      GTEST_SKIP() << "this server was built without TLS";
    }
  }
  void certify(const std::string& name) const {
    const Outcome made = Program::run(
        {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "2", "-subj", "/CN=" + name, "-addext", "subjectAltName=DNS:localhost", "-keyout",
         (keys_ / (name + ".key")).string(), "-out", (keys_ / (name + ".crt")).string()});
    ASSERT_EQ(made.exit_status, 0) << made;
  }
  std::string url(const std::string& host, const std::string& mode, const std::string& root = {}) const {
    std::string result = "postgresql://postgres@" + host + ":" + std::to_string(cluster_->port()) +
                         "/postgres?hostaddr=127.0.0.1&sslmode=" + mode;
    return root.empty() ? result : result + "&sslrootcert=" + (keys_ / root).string();
  }
  std::string applied() const {
    return cluster_->sql("postgres", "SELECT to_regclass('schema_migrations') IS NOT NULL").at(0).at(0);
  }

  TempDir keys_;
  std::unique_ptr<PostgresCluster> cluster_;
};

TEST_F(Tls, is_spoken_with_a_server_whose_certificate_fits) {
  folder.write("migrations/001_a.up.sql",
               "CREATE TABLE a AS SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid();\n");
  folder.write("migrations/001_a.down.sql", "DROP TABLE a;\n");
  for (const std::string& there : {url("127.0.0.1", "require"), url("127.0.0.1", "verify-ca", "server.crt"),
                                   url("localhost", "verify-full", "server.crt")}) {
    const Outcome up = run("up", there);
    EXPECT_EQ(up.exit_status, 0) << up;
    EXPECT_EQ(cluster_->sql("postgres", "SELECT ssl FROM a"), (Rows{{"t"}})) << there;
    EXPECT_EQ(run("down", there).exit_status, 0);
  }
}

TEST_F(Tls, is_refused_with_a_server_whose_certificate_does_not_fit) {
  for (const std::string& there :
       {url("127.0.0.1", "verify-ca", "other.crt"), url("example.com", "verify-full", "server.crt"),
        url("127.0.0.1", "verify-ca", "missing.crt")}) {
    const Outcome up = run("up", there);
    EXPECT_NE(up.exit_status, 0) << up;
    EXPECT_TRUE(contains(up.err, "certificate")) << up;
    EXPECT_EQ(applied(), "f") << there;
  }
}

}  // namespace
}  // namespace tradewind::test
