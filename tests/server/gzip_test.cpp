// T8: answers are compressed for those who ask for it, and caches are told.
#include <gtest/gtest.h>
#include <zlib.h>

#include "server/served.hpp"

namespace tradewind::test {
namespace {

std::string unzipped(std::string_view bytes) {
  constexpr int gzip_only = 16;
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, MAX_WBITS + gzip_only), Z_OK);
  std::string text(std::size_t{1} << 20, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  EXPECT_EQ(stream.avail_in, 0U);
  text.resize(stream.total_out);
  inflateEnd(&stream);
  return text;
}

constexpr auto asks = "Accept-Encoding: gzip\r\n";

class Compressed : public ServedTest {};
TRADEWIND_ON_EACH_ENGINE(Compressed);

TEST_P(Compressed, answers_hold_the_same) {
  const Server server = serve();
  for (const char* path :
       {"/api/trades", "/api/positions/history", "/openapi.json", "/api/performance/summary"}) {
    const Answer plain = server.get(path);
    const Answer small = server.get(path, asks);
    EXPECT_EQ(plain.header("content-encoding"), "") << path;
    EXPECT_EQ(small.header("content-encoding"), "gzip") << path;
    EXPECT_EQ(small.header("content-type"), plain.header("content-type"));
    EXPECT_EQ(small.header("content-length"), std::to_string(small.body.size()));
    EXPECT_LT(small.body.size(), plain.body.size() * 2 / 3) << path;
    EXPECT_EQ(unzipped(small.body), plain.body) << path;
    EXPECT_EQ(plain.header("vary"), "Accept-Encoding");
    EXPECT_EQ(small.header("vary"), "Accept-Encoding");
  }
  const Answer metrics = server.get("/metrics", asks);
  EXPECT_NE(unzipped(metrics.body).find("tradewind_build_info"), std::string::npos);
}

TEST_P(Compressed, answers_have_a_tag_of_their_own) {
  const Server server = serve();
  const std::string plain = server.get("/api/trades").header("etag");
  const std::string small = server.get("/api/trades", asks).header("etag");
  EXPECT_NE(plain, small);
  const auto status = [&](const std::string& tag, std::string_view headers) {
    const Answer answer = server.get("/api/trades", "If-None-Match: " + tag + "\r\n" + std::string(headers));
    if (answer.status == 304) {
      EXPECT_EQ(answer.header("etag"), tag);
      EXPECT_EQ(answer.header("content-encoding"), "");
      EXPECT_EQ(answer.body, "");
    }
    return answer.status;
  };
  EXPECT_EQ(status(plain, ""), 304);
  EXPECT_EQ(status(small, asks), 304);
  EXPECT_EQ(status(small, ""), 200) << "these bytes are others";
  EXPECT_EQ(status(plain, asks), 200);
}

TEST_P(Compressed, answers_are_given_to_those_who_take_them) {
  const Server server = serve();
  const auto encoding = [&](const std::string& accepted) {
    return server.get("/openapi.json", "Accept-Encoding: " + accepted + "\r\n").header("content-encoding");
  };
  for (const char* taking :
       {"gzip", "GZip", "deflate, gzip;q=0.5", "br, *", "x-gzip", "gzip ; q=1.0", "*;q=0, gzip"})
    EXPECT_EQ(encoding(taking), "gzip") << taking;
  for (const char* not_taking :
       {"", "br", "gzip;q=0", "gzip; q=0.000, *", "*;q=0", "identity", "gzipped", ",;,"})
    EXPECT_EQ(encoding(not_taking), "") << not_taking;
  EXPECT_EQ(server.get("/healthz", asks).header("content-encoding"), "") << "too short to be worth it";
  HttpClient client(server.port());
  const Answer get = client.get("/openapi.json", asks);
  const Answer head = client.request("HEAD", "/openapi.json", asks);
  EXPECT_EQ(head.header("content-length"), std::to_string(get.body.size()));
  EXPECT_EQ(head.header("etag"), get.header("etag"));
}

}  // namespace
}  // namespace tradewind::test
