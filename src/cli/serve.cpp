#include <cstdlib>

#include <fmt/format.h>

#include "base/mapped.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "server/http_server.hpp"
#include "server/listen.hpp"

namespace tradewind::cli {
namespace {

struct ServeRequest {
  std::string listen = "127.0.0.1:8080";
  std::string token_file;
  std::vector<std::string> origins;
  std::string journal;
  std::string connections = "8";
  std::string idle_timeout = "75";
  std::string request_timeout = "10";
};

std::int64_t whole_number(std::string_view option, const std::string& text, std::int64_t most) {
  const auto value = base::number<std::int64_t>(text);
  if (value && *value >= 1 && *value <= most) return *value;
  throw Error(Code::usage, fmt::format("{} takes a whole number from 1 to {}, not \"{}\"", option, most,
                                       base::printable(text, 80)));
}

std::string token(Context& context, const ServeRequest& request) {
  if (!request.token_file.empty()) return server::read_token(request.token_file);
  const auto variable = context.environment().find("TRADEWIND_TOKEN");
  if (variable == context.environment().end()) return {};
  return server::checked_token(variable->second, "TRADEWIND_TOKEN");
}

ProjectDatabase the_database(Context& context) {
  std::vector<ProjectDatabase> databases = context.databases();
  if (databases.size() == 1) return std::move(databases.front());
  throw Error(Code::usage, "serve reads one database",
              fmt::format("say which one with --database: {}",
                          base::listed(base::mapped(databases, &ProjectDatabase::name))));
}

void refuse_open_door(const server::Place& place, const std::string& token) {
  if (place.is_loopback() || !token.empty()) return;
  throw Error(Code::configuration,
              fmt::format("{} can be reached from other machines, and no token is set", place.url()),
              "set one with --token-file or TRADEWIND_TOKEN, or listen on 127.0.0.1");
}

server::ApiOptions api_options(Context& context, const ServeRequest& request) {
  server::ApiOptions options{.token = token(context, request),
                             .origins = request.origins,
                             .journal = request.journal,
                             .log = [&context](const std::string& text) { context.output.say(text + "\n"); },
                             .access = {}};
  options.connections = static_cast<std::size_t>(whole_number("--connections", request.connections, 1000));
  if (context.globals.verbose) options.access = options.log;
  return options;
}

server::HttpOptions http_options(const ServeRequest& request, const server::Place& place) {
  server::HttpOptions options{.address = place.address, .port = place.port};
  options.threads = static_cast<std::size_t>(whole_number("--connections", request.connections, 1000));
  options.idle_timeout = std::chrono::seconds(whole_number("--idle-timeout", request.idle_timeout, 86'400));
  options.request_timeout =
      std::chrono::seconds(whole_number("--request-timeout", request.request_timeout, 86'400));
  return options;
}

int serve(Context& context, const ServeRequest& request) {
  server::Place place = server::Place::parse(request.listen);
  server::ApiOptions options = api_options(context, request);
  refuse_open_door(place, options.token);
  server::Api api(the_database(context), std::move(options));
  server::HttpServer http(api, http_options(request, place));
  place.port = http.port();
  context.output.say(fmt::format("listening on {}\n", place.url()));
  if (!http.run()) {
    context.output.say("stopped; a query that can't be cancelled was left behind\n");
    std::_Exit(0);  // its thread would never be joined, and nothing here has to be written
  }
  context.output.say("stopped\n");
  context.document["url"] = place.url();
  return 0;
}

}  // namespace

void add_serve(Commands& commands) {
  auto request = std::make_shared<ServeRequest>();
  CLI::App& app = commands.add({
      .name = "serve",
      .synopsis = {},
      .group = "More",
      .summary = "an HTTP API that reads trades, positions, regimes, events and performance",
      .details = "Reads only. GET /openapi.json says what there is. Without a token it answers this machine "
                 "alone; TRADEWIND_TOKEN or --token-file sets one. SIGTERM and SIGINT stop it once what runs "
                 "is answered, or cancelled after 10 seconds.",
      .examples = "tradewind --pack titan serve\n"
                  "tradewind serve --listen 0.0.0.0:8080 --token-file /etc/tradewind/token\n"
                  "curl -H \"Authorization: Bearer $TRADEWIND_TOKEN\" 'localhost:8080/api/trades?limit=10'",
      .action = [request](Context& context) { return serve(context, *request); },
  });
  const auto option = [&](const char* name, std::string& value, const char* type, const char* text) {
    app.add_option(name, value, text)->type_name(type);
  };
  option("--listen", request->listen, "ADDRESS:PORT", "where to listen (default: 127.0.0.1:8080)");
  option("--token-file", request->token_file, "FILE", "the bearer token that requests must carry");
  app.add_option("--cors", request->origins, "a web page's origin that may ask; may be given again")
      ->type_name("ORIGIN")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  option("--journal", request->journal, "FOLDER", "a store's journal that /metrics shall tell of");
  option("--connections", request->connections, "N", "to the database, and threads that wait for them (8)");
  option("--idle-timeout", request->idle_timeout, "SECONDS", "of a connection between requests (75)");
  option("--request-timeout", request->request_timeout, "SECONDS", "for a request to arrive (10)");
}

}  // namespace tradewind::cli
