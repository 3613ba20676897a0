#include "config/schema.hpp"

#include <doctest/doctest.h>

#include "config/json_text.hpp"
#include "config/options.hpp"

using namespace mlip;

namespace {

struct SchemaPart {
  double size = 1.5;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit.required("size", size, "Å", "how large");
  }
};

struct SchemaInput {
  bool flag = true;
  int count = 2;
  std::uint64_t seed = 7;
  std::string kind = "soft", name;
  std::vector<double> widths = {1, 2.5};
  std::map<std::string, double> shares = {{"a", 1}};
  std::optional<double> limit;
  std::optional<std::string> side;
  std::map<std::string, SchemaPart> parts;
  std::map<std::string, std::string> anything;
  config::Overrides<SchemaPart> expert;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit.field("flag", flag, "", "a switch");
    visit.field("count", count, "", "how many | or few");
    visit.field("seed", seed, "", "chance");
    visit.choice("kind", kind, {"soft", "hard"}, "which");
    visit.required("name", name, "", "what");
    visit.field("widths", widths, "Å", "how wide");
    visit.field("shares", shares, "", "shares");
    visit.field("limit", limit, "K", "how hot");
    visit.choice("side", side, {"left", "right"}, "where");
    visit.field("parts", parts, "", "parts");
    visit.field("anything", anything, config::json_unit, "of any kind");
    visit.field("expert", expert, "", "by hand");
  }
};

}  // namespace

TEST_CASE("the schema says what the reader does") {
  const auto schema = config::schema<SchemaInput>("test");
  CHECK(schema["$schema"] == "https://json-schema.org/draft/2020-12/schema");
  CHECK(schema["title"] == "test");
  CHECK(schema["additionalProperties"] == false);
  CHECK(schema["required"] == nlohmann::ordered_json{"name"});
  const auto& keys = schema["properties"];
  CHECK(keys["flag"] == nlohmann::ordered_json::parse(
                            R"({"description":"a switch","type":"boolean","default":true})"));
  CHECK(keys["count"]["type"] == "integer");
  CHECK(keys["count"]["default"] == 2);
  CHECK(keys["seed"]["minimum"] == 0);
  CHECK(keys["anything"]["additionalProperties"] == nlohmann::ordered_json::object());
  CHECK(keys["kind"]["enum"] == nlohmann::ordered_json{"soft", "hard"});
  CHECK(keys["kind"]["default"] == "soft");
  CHECK_FALSE(keys["name"].contains("default"));
  CHECK(keys["widths"]["items"]["type"] == nlohmann::ordered_json{"number", "string"});
  CHECK(keys["widths"]["items"]["unit"] == "Å");
  CHECK(keys["widths"]["default"] == nlohmann::ordered_json::parse("[1, 2.5]"));
  CHECK(keys["shares"]["additionalProperties"]["type"] == "number");
  CHECK(keys["shares"]["default"]["a"] == 1);
  CHECK(keys["limit"]["type"] == nlohmann::ordered_json{"number", "string", "null"});
  CHECK_FALSE(keys["limit"].contains("default"));
  CHECK(keys["side"]["enum"] == nlohmann::ordered_json{"left", "right", nullptr});
  CHECK(keys["parts"]["additionalProperties"]["required"] == nlohmann::ordered_json{"size"});
  CHECK_FALSE(keys["expert"].contains("required"));
  CHECK_FALSE(keys["expert"]["properties"]["size"].contains("default"));
}

TEST_CASE("the reference is one table a block") {
  CHECK(config::reference<SchemaInput>("The input") == R"(## The input

| key | type | default | unit | meaning |
|---|---|---|---|---|
| `flag` | true or false | `true` |  | a switch |
| `count` | whole number | `2` |  | how many \| or few |
| `seed` | whole number, not negative | `7` |  | chance |
| `kind` | `soft`, `hard` | `soft` |  | which |
| `name` | text | required |  | what |
| `widths` | list of: number | `[1, 2.5]` | Å | how wide |
| `shares` | name → number | `{a: 1}` |  | shares |
| `limit` | number |  | K | how hot |
| `side` | `left`, `right` |  |  | where |
| `parts` | name → block `parts` |  |  | parts |
| `anything` | name → any value |  | JSON | of any kind |
| `expert` | block `expert` |  |  | by hand |

## `parts`

| key | type | default | unit | meaning |
|---|---|---|---|---|
| `size` | number | required | Å | how large |

## `expert`

| key | type | default | unit | meaning |
|---|---|---|---|---|
| `size` | number |  | Å | how large |)");
}
