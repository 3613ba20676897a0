#include "config/dump.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>

#include "config/options.hpp"
#include "core/seed.hpp"

using namespace mlip;

namespace {

struct Item {
  double x = 0;
  std::string label;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit.field("x", x, "Å", "place");
    visit.field("label", label, "", "label");
  }
};

struct Record {
  std::uint64_t seed = 0;
  long step = 0;
  bool on = false;
  std::string text;
  std::vector<double> numbers;
  std::vector<int> none;
  std::map<std::string, double> shares;
  std::optional<double> unset;
  std::optional<int> set = 4;
  Item item;
  std::vector<Item> items;
  std::map<std::string, Item> rooms;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.field("seed", seed, "", "");
    visit.field("step", step, "", "");
    visit.field("on", on, "", "");
    visit.field("text", text, "", "");
    visit.field("numbers", numbers, "", "");
    visit.field("none", none, "", "");
    visit.field("shares", shares, "", "");
    visit.field("unset", unset, "", "");
    visit.field("set", set, "", "");
    visit.field("item", item, "", "");
    visit.field("items", items, "", "");
    visit.field("rooms", rooms, "", "");
  }
};

Record sample() {
  Record record;
  record.seed = 18446744073709551615ULL;
  record.step = -5;
  record.on = true;
  record.text = "a: \"b\" # c\n\ttab \\ end";
  record.numbers = {0.1, 1e-8, -0.0, 1e22, 3};
  record.shares = {{"No", 0.25}, {"Fe", 0.75}};
  record.item = {1.5, "true"};
  record.items = {{1, "plain"}, {2, "12"}};
  record.rooms["left"] = {3, ""};
  return record;
}

}  // namespace

TEST_CASE("the dump is block YAML with one value a line") {
  CHECK(config::dump(sample()) == R"(seed: 18446744073709551615
step: -5
"on": true
text: "a: \"b\" # c\x0a\x09tab \\ end"
numbers: [0.1, 1e-08, -0, 1e+22, 3]
none: []
shares: {Fe: 0.75, "No": 0.25}
unset: null
set: 4
item:
  x: 1.5
  label: "true"
items:
  - x: 1
    label: plain
  - x: 2
    label: "12"
rooms:
  left:
    x: 3
    label: ""
)");
}

TEST_CASE("reasons stand behind their values") {
  const std::string text = config::dump(
      sample(),
      {{"item.x", "because\nof this"}, {"items[1].label", "twelfth"}, {"shares", "half"}});
  CHECK(text.find("  x: 1.5  # because of this\n") != std::string::npos);
  CHECK(text.find("    label: \"12\"  # twelfth\n") != std::string::npos);
  CHECK(text.find("shares: {Fe: 0.75, \"No\": 0.25}  # half\n") != std::string::npos);
  CHECK(config::dump(config::read_text<Record>(text, "dump")) == config::dump(sample()));
}

TEST_CASE("all paths of values") {
  const auto paths = config::leaf_paths_of(sample());
  CHECK(paths == std::vector<std::string>{"seed", "step", "on", "text", "numbers", "none", "shares",
                                          "unset", "set", "item.x", "item.label", "items[0].x",
                                          "items[0].label", "items[1].x", "items[1].label",
                                          "rooms.left.x", "rooms.left.label"});
}

TEST_CASE("numbers come back bit by bit") {
  auto engine = core::random_engine(3, "dump");
  Record record;
  while (record.numbers.size() < 5000)
    if (const double x = std::bit_cast<double>(engine()); std::isfinite(x))
      record.numbers.push_back(x);
  const auto back = config::read_text<Record>(config::dump(record), "dump");
  REQUIRE(back.numbers.size() == record.numbers.size());
  for (std::size_t k = 0; k < back.numbers.size(); ++k)
    CHECK(std::bit_cast<std::uint64_t>(back.numbers[k]) ==
          std::bit_cast<std::uint64_t>(record.numbers[k]));
}

TEST_CASE("texts come back byte by byte") {
  for (const std::string text : {"",     " ",    "null", "~",
                                 "-",    "- a",  "yes",  "1e5",
                                 "0x1",  ".inf", "a#b",  "a # b",
                                 "{}",   "*a",   "Å/µ",  "/usr/share/espresso/pseudo/Al.pz-vbc.UPF",
                                 "it's", "\"",   "\\",   "\r\n",
                                 "\x7f", "+5",   "1_000"}) {
    Record record;
    record.text = text;
    record.rooms[text].label = text;
    CAPTURE(text);
    const auto back = config::read_text<Record>(config::dump(record), "dump");
    CHECK(back.text == text);
    CHECK(back.rooms.begin()->first == text);
  }
}
