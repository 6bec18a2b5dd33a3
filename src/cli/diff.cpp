#include <fmt/format.h>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/schema_side.hpp"

namespace tradewind::cli {
namespace {

struct DiffOptions {
  std::string a;
  std::string b;
  std::string scratch;
};

SchemaSide second_side(Context& context, const std::string& text) {
  if (!text.empty()) return schema_side(context, text);
  const std::vector<ProjectDatabase> databases = context.databases();
  if (databases.size() > 1)
    throw Error(Code::usage, "the project has several databases",
                "say what to compare with: tradewind diff A B");
  return {clean(masked(databases.front().url)), databases.front().engine, databases.front()};
}

[[noreturn]] void refuse_engines(const SchemaSide& a, const SchemaSide& b) {
  throw Error(Code::usage, fmt::format("{} is for {}, {} for {}", a.label, a.engine, b.label, b.engine),
              "schemas of different engines have no object in common: compare two of one engine");
}

/// Where migrations are applied to be looked at: the server that --scratch names, else that of the database
/// compared with.
std::string scratch_url(const SchemaSide& a, const SchemaSide& b, const std::string& given) {
  const auto is_source = [](const SchemaSide& side) { return std::holds_alternative<Source>(side.content); };
  if (!is_source(a) && !is_source(b)) return {};
  if (!given.empty()) return given;
  const std::string& engine = a.engine.empty() ? b.engine : a.engine;
  for (const SchemaSide* side : {&a, &b}) {
    const auto* database = std::get_if<ProjectDatabase>(&side->content);
    if (database != nullptr && database->engine != "sqlite") return database->url;
  }
  if (engine == "sqlite") return "sqlite::memory:";
  const SchemaSide& source = is_source(a) ? a : b;
  throw Error(Code::usage,
              fmt::format("no server is known on which the migrations of {} could run in a scratch database",
                          source.label),
              fmt::format("name one with --scratch URL: any database on a server where the user may create "
                          "databases{}",
                          engine.empty() ? ", or sqlite::memory:" : ""));
}

std::string painted(const std::string& text, const Style& style) {
  std::string result;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string line = clean(rest.substr(0, rest.find('\n')));
    const std::size_t mark = std::min(line.find_first_not_of(' '), line.size());
    const char c = mark < line.size() ? line[mark] : ' ';
    const Paint paint = c == '-'   ? Paint::red
                        : c == '+' ? Paint::green
                        : c == '~' ? Paint::yellow
                                   : Paint::plain;
    result += style(paint, line) + "\n";
    rest.remove_prefix(
        std::min(rest.size(), rest.find('\n') == std::string_view::npos ? rest.size() : rest.find('\n') + 1));
  }
  return result;
}

int diff(Context& context, const DiffOptions& options) {
  SchemaSide a = schema_side(context, options.a);
  SchemaSide b = second_side(context, options.b);
  const std::string scratch = scratch_url(a, b, options.scratch);
  if (!a.engine.empty() && !b.engine.empty() && a.engine != b.engine) refuse_engines(a, b);
  const Schema schema_a = read_side(a, scratch);
  const Schema schema_b = read_side(b, scratch);
  a.engine = schema_a.engine;
  b.engine = schema_b.engine;
  if (a.engine != b.engine) refuse_engines(a, b);
  const std::vector<Difference> differences = tradewind::diff(schema_a, schema_b);
  context.document = Json::parse(to_json(differences));
  if (context.globals.quiet) return differences.empty() ? 0 : 1;
  const Style& style = context.output.out_style();
  if (!differences.empty()) {
    context.output.product(painted(fmt::format("- only in {}\n+ only in {}\n\n", a.label, b.label), style));
    context.output.product(painted(to_text(differences), style));
  }
  context.output.say(differences.empty() ? fmt::format("{} and {} are equal: {}\n", a.label, b.label,
                                                       base::counted(schema_a.objects.size(), "object"))
                                         : base::counted(differences.size(), "difference") + "\n");
  return differences.empty() ? 0 : 1;
}

}  // namespace

void add_diff(Commands& commands) {
  auto options = std::make_shared<DiffOptions>();
  CLI::App& app = commands.add({
      .name = "diff",
      .synopsis = "A [B]",
      .group = "Look",
      .summary = "what differs between two schemas, object by object",
      .details =
          "A and B are a database (URL or name), a snapshot (NAME.json), a directory of migrations, or\n"
          "pack:NAME[/DATABASE]; without B it is the project's database. Migrations are applied to a\n"
          "scratch database, which is dropped afterwards: SQLite's in memory, PostgreSQL's on the server\n"
          "of the other side. Exits 1 if anything differs.",
      .examples = "tradewind diff migrations postgresql://app@db/trades\n"
                  "tradewind diff before.json after.json\n"
                  "tradewind diff pack:titan snapshot.json --scratch postgresql://app@localhost/postgres",
      .action = [options](Context& context) { return diff(context, *options); },
  });
  app.add_option("A", options->a, "a database, snapshot, directory or pack")->required();
  app.add_option("B", options->b, "what to compare it with");
  app.add_option("--scratch", options->scratch,
                 "the server for scratch databases, by the URL of a database there")
      ->type_name("URL");
}

}  // namespace tradewind::cli
