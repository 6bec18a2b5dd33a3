// A schema as JSON and as text.
#include <gtest/gtest.h>

#include "schema/schemas.hpp"
#include "support/engines.hpp"

namespace tradewind::test {
namespace {

class SnapshotFile : public OnEachEngine {
 protected:
  Schema every_object() {
    database.sql(database.is_postgresql() ? every_postgres_object("schema_reader") : every_sqlite_object);
    return schema_at(database.url);
  }
};
TRADEWIND_ON_EACH_ENGINE(SnapshotFile);

TEST_P(SnapshotFile, is_read_back_without_loss) {
  const Schema schema = every_object();
  ASSERT_GT(schema.objects.size(), 10U);
  const Schema back = schema_from_json(to_json(schema));
  EXPECT_TRUE(back == schema);
  EXPECT_EQ(to_json(back), to_json(schema));
  EXPECT_TRUE(diff(schema, back).empty());
}

TEST_P(SnapshotFile, is_the_same_each_time) {
  const Schema schema = every_object();
  EXPECT_EQ(to_json(schema_at(database.url)), to_json(schema));
  EXPECT_EQ(to_text(schema_at(database.url)), to_text(schema));
}

TEST_P(SnapshotFile, names_each_object_once) {
  std::set<std::string> names;
  for (const SchemaObject& object : every_object().objects) {
    EXPECT_TRUE(names.insert(object.kind + " " + object.name).second) << object.kind << " " << object.name;
  }
}

TEST(SnapshotText, has_a_block_for_each_table) {
  const Schema schema{
      "postgresql",
      {{"enum", "public.side", "", {{"labels", "'buy', 'sell'"}}},
       {"table", "public.trade", "", {{"unlogged", "yes"}, {"comment", "what was traded"}}},
       {"column", "public.trade.id", "table public.trade", {{"type", "bigint"}, {"not null", "yes"}}},
       {"column", "public.trade.price", "table public.trade", {{"type", "numeric"}, {"comment", "in euros"}}},
       {"index", "public.by_price", "table public.trade", {{"definition", "CREATE INDEX ..."}}},
       {"view", "public.v", "", {{"definition", "SELECT id\n   FROM trade"}}}}};
  EXPECT_EQ(to_text(schema),
            "schema of postgresql, 6 objects\n"
            "\n"
            "enum public.side\n"
            "  labels: 'buy', 'sell'\n"
            "\n"
            "table public.trade\n"
            "  unlogged\n"
            "  comment: what was traded\n"
            "  columns:\n"
            "    id     bigint, not null\n"
            "    price  numeric, comment in euros\n"
            "  indexes:\n"
            "    public.by_price  CREATE INDEX ...\n"
            "\n"
            "view public.v\n"
            "  definition:\n"
            "    SELECT id\n"
            "       FROM trade\n");
}

TEST(DifferenceText, reads_as_a_patch) {
  const std::vector<Difference> differences = {
      {"column",
       "public.trade.price",
       "table public.trade",
       SchemaChange::changed,
       {{"type", "int", "bigint"}, {"comment", std::nullopt, "in euros"}}},
      {"column",
       "public.trade.fee",
       "table public.trade",
       SchemaChange::only_in_b,
       {{"type", std::nullopt, "numeric"}, {"not null", std::nullopt, "yes"}}},
      {"table", "public.old", "", SchemaChange::only_in_a, {}},
      {"view",
       "public.v",
       "",
       SchemaChange::changed,
       {{"definition", "SELECT a,\n  b\n FROM t", "SELECT a,\n  c\n FROM t"}}}};
  EXPECT_EQ(to_text(differences),
            "  table public.trade\n"
            "    ~ column price\n"
            "        type: int -> bigint\n"
            "        comment: (none) -> in euros\n"
            "    + column fee  numeric, not null\n"
            "- table public.old\n"
            "~ view public.v\n"
            "    definition:\n"
            "    -   b\n"
            "    +   c\n");
}

TEST(DifferenceJson, has_the_documented_shape) {
  const std::vector<Difference> differences = {
      {"column", "t.a", "table t", SchemaChange::changed, {{"type", "INT", std::nullopt}}},
      {"view", "v", "", SchemaChange::only_in_b, {}}};
  std::string text = to_json(differences);
  std::erase_if(text, [](char c) { return c == '\n'; });
  EXPECT_EQ(
      text,
      R"({ "differences": [  {   "kind": "column",   "name": "t.a",   "change": "changed",   "properties": [    {     "name": "type",     )"
      R"("a": "INT",     "b": null    }   ]  },  {   "kind": "view",   "name": "v",   "change": "only in b",   "properties": []  } ]})");
}

TEST(SnapshotJson, refuses_what_is_no_snapshot) {
  const std::vector<std::string> texts = {
      "",
      "{",
      "[]",
      "null",
      "{}",
      R"({"format":2,"engine":"sqlite","objects":[]})",
      R"({"format":"1","engine":"sqlite","objects":[]})",
      R"({"engine":"sqlite","objects":[]})",
      R"({"format":1,"objects":[]})",
      R"({"format":1,"engine":"sqlite","objects":{}})",
      R"({"format":1,"engine":"sqlite","objects":[1]})",
      R"({"format":1,"engine":"sqlite","objects":[{"kind":"table","name":"t"}]})",
      R"({"format":1,"engine":"sqlite","objects":[{"kind":"table","name":"t","properties":{"strict":true}}]})",
      std::string(100000, '[')};
  for (const std::string& text : texts) {
    try {
      schema_from_json(text);
      ADD_FAILURE() << "was read: " << text.substr(0, 100);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::bad_file) << text.substr(0, 100);
    }
  }
}

TEST(SnapshotJson, keeps_every_character) {
  const Schema schema{
      "sqlite",
      {{"table", "a\"b\\c\n\t\x01\xf0\x9f\x92\xb0", "", {{"default", std::string("nul\0end", 7)}}}}};
  EXPECT_TRUE(schema_from_json(to_json(schema)) == schema);
}

}  // namespace
}  // namespace tradewind::test
