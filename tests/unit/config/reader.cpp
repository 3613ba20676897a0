#include "config/reader.hpp"

#include <doctest/doctest.h>

#include "config/json_text.hpp"
#include "config/options.hpp"
#include "core/error.hpp"

using namespace mlip;

namespace {

struct Inner {
  double length = 1;
  std::vector<double> widths;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.field("length", length, "Å", "how long");
    visit.field("widths", widths, "Å", "how wide");
  }
  void check(config::Checks& checks) const {
    if (length <= 0) checks.add("length", "must be greater than 0");
  }
};

struct Whole {
  bool flag = false;
  int count = 3;
  long large = 0;
  std::uint64_t seed = 0;
  double temperature = 300, ratio = 0;
  std::string name, kind = "soft";
  std::vector<std::string> words;
  std::map<std::string, double> shares;
  std::optional<double> wall_time;
  Inner inner;
  std::vector<Inner> parts;
  std::map<std::string, Inner> rooms;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.field("flag", flag, "", "a switch");
    visit.field("count", count, "", "how many");
    visit.field("large", large, "s", "a time in whole seconds");
    visit.field("seed", seed, "", "where chance begins");
    visit.field("temperature", temperature, "K", "how hot");
    visit.field("ratio", ratio, "", "a plain number");
    visit.required("name", name, "", "what it is called");
    visit.choice("kind", kind, {"soft", "hard"}, "which kind");
    visit.field("words", words, "", "some words");
    visit.field("shares", shares, "", "shares by name");
    visit.field("wall_time", wall_time, "s", "how long it may take");
    visit.field("inner", inner, "", "a block");
    visit.field("parts", parts, "", "blocks");
    visit.field("rooms", rooms, "", "blocks by name");
  }
  void check(config::Checks& checks) const {
    if (shares.contains("bad")) checks.add("shares.bad.deep", "is not wanted");
    if (count == 13) checks.add("count", "brings bad luck");
  }
};

std::string problems_of(const std::string& text) {
  try {
    (void)config::read_text<Whole>(text, "in.yaml");
  } catch (const core::UserError& error) {
    CHECK(error.code() == core::ExitCode::bad_input);
    return error.what();
  }
  return "";
}

Whole good(const std::string& text) {
  return config::read_text<Whole>(text, "in.yaml");
}

struct Anything {
  std::map<std::string, std::string> values;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit.field("values", values, config::json_unit, "of any kind");
  }
};

}  // namespace

TEST_CASE("blocks and lists become JSON where any value may stand, single values stay") {
  const auto values = config::read_text<Anything>(
                          "values:\n  mode: {name: pw, ecut: 200, 'a b': '1', c: true}\n"
                          "  kpts: [2, x, [0.5, null]]\n  txt: null\n  xc: PBE\n  width: 0.1\n",
                          "file")
                          .values;
  CHECK(values.at("mode") == R"({"name":"pw","ecut":200,"a b":"1","c":true})");
  CHECK(values.at("kpts") == R"([2,"x",[0.5,null]])");
  CHECK(values.at("txt") == "null");
  CHECK(values.at("xc") == "PBE");
  CHECK(values.at("width") == "0.1");
}

TEST_CASE("every type is read") {
  const Whole whole = good(R"(
flag: true
count: -7
large: 2 h
seed: 18446744073709551615
temperature: 1200 K
ratio: 1.5e-3
name: 12
kind: hard
words: [No, "two words", N]
shares: {Fe: 0.5, Ni: .5}
wall_time: 10 min
inner: {length: 0.1 nm, widths: [1, 2 bohr]}
parts:
  - length: 2
  - {}
rooms: {left: {length: 3 A}}
)");
  CHECK(whole.flag);
  CHECK(whole.count == -7);
  CHECK(whole.large == 7200);
  CHECK(whole.seed == 18446744073709551615ULL);
  CHECK(whole.temperature == 1200);
  CHECK(whole.ratio == 1.5e-3);
  CHECK(whole.name == "12");
  CHECK(whole.kind == "hard");
  CHECK(whole.words == std::vector<std::string>{"No", "two words", "N"});
  CHECK(whole.shares == std::map<std::string, double>{{"Fe", 0.5}, {"Ni", 0.5}});
  CHECK(whole.wall_time == 600);
  CHECK(whole.inner.length == doctest::Approx(1));
  CHECK(whole.inner.widths[1] == doctest::Approx(1.058354421806));
  REQUIRE(whole.parts.size() == 2);
  CHECK(whole.parts[0].length == 2);
  CHECK(whole.parts[1].length == 1);
  CHECK(whole.rooms.at("left").length == 3);
}

TEST_CASE("what is absent keeps its default; null unsets what may be unset") {
  const Whole whole = good("name: x\nwall_time: null\n");
  CHECK(whole.count == 3);
  CHECK_FALSE(whole.wall_time.has_value());
  CHECK(problems_of("name: x\ncount: null\n") ==
        "in.yaml:2: count: expected a whole number, got nothing");
}

TEST_CASE("a missing required key") {
  CHECK(problems_of("") == "in.yaml:1: missing key 'name' in the file: what it is called");
  CHECK(problems_of("# nothing\n\ncount: 2\n") ==
        "in.yaml:3: missing key 'name' in the file: what it is called");
}

TEST_CASE("an unknown key, with the nearest valid one") {
  CHECK(problems_of("name: x\ntemprature: 3\n") ==
        "in.yaml:2: unknown key 'temprature' in the file; did you mean 'temperature'?");
  CHECK(problems_of("name: x\ninner:\n  lengthh: 3\n") ==
        "in.yaml:3: unknown key 'lengthh' in 'inner'; did you mean 'length'?");
  CHECK(problems_of("name: x\ninner: {colour: 3}\n") ==
        "in.yaml:2: unknown key 'colour' in 'inner'; valid: length, widths");
  CHECK(problems_of("name: x\ninner: {leng: 3}\n") ==
        "in.yaml:2: unknown key 'leng' in 'inner'; did you mean 'length'?");
}

TEST_CASE("a repeated key, in blocks and in maps of names") {
  CHECK(problems_of("name: x\ncount: 1\ncount: 1\n") ==
        "in.yaml:3: key 'count' stands twice in the file");
  CHECK(problems_of("name: x\nshares:\n  Fe: 1\n  Fe: 2\n") ==
        "in.yaml:4: key 'Fe' stands twice in 'shares'");
}

TEST_CASE("wrong types") {
  const auto wrong = [](const std::string& line) { return problems_of("name: x\n" + line + "\n"); };
  CHECK(wrong("flag: yes") == "in.yaml:2: flag: expected true or false, got 'yes'");
  CHECK(wrong("flag: \"true\"") == "in.yaml:2: flag: expected true or false, got 'true'");
  CHECK(wrong("count: 1.5") == "in.yaml:2: count: expected a whole number, got '1.5'");
  CHECK(wrong("count: 3000000000") ==
        "in.yaml:2: count: expected a whole number, got '3000000000'");
  CHECK(wrong("count: [1]") == "in.yaml:2: count: expected a whole number, got a list");
  CHECK(wrong("large: 1.5 s") == "in.yaml:2: large: expected a whole number, got '1.5 s'");
  CHECK(wrong("seed: -1") ==
        "in.yaml:2: seed: expected a whole number that is not negative, got '-1'");
  CHECK(wrong("ratio: much") == "in.yaml:2: ratio: expected a number, got 'much'");
  CHECK(wrong("ratio: .nan") == "in.yaml:2: ratio: expected a number, got '.nan'");
  CHECK(wrong("ratio: inf") == "in.yaml:2: ratio: expected a number, got 'inf'");
  CHECK(wrong("ratio: 1e999") == "in.yaml:2: ratio: expected a number, got '1e999'");
  CHECK(wrong("ratio: 5 K") == "in.yaml:2: ratio: expected a number without a unit, got '5 K'");
  CHECK(wrong("ratio: {}") == "in.yaml:2: ratio: expected a number, got a block of keys");
  CHECK(wrong("words: alone") == "in.yaml:2: words: expected a list, got 'alone'");
  CHECK(wrong("words: [[]]") == "in.yaml:2: words[0]: expected text, got a list");
  CHECK(wrong("shares: 3") == "in.yaml:2: shares: expected a block of keys, got '3'");
  CHECK(wrong("inner: [1]") == "in.yaml:2: inner: expected a block of keys, got a list");
  CHECK(wrong("parts: [{length: x}]") ==
        "in.yaml:2: parts[0].length: expected a number in Å, got 'x'");
  CHECK(problems_of("name: [x]\n") == "in.yaml:1: name: expected text, got a list");
  CHECK(problems_of("- name\n") == "in.yaml:1: expected a block of keys, got a list");
}

TEST_CASE("long wrong texts are cut") {
  const std::string told = problems_of("name: x\ncount: " + std::string(5000, 'z') + "\n");
  CHECK(told.size() < 200);
}

TEST_CASE("wrong dimensions and unknown units") {
  const auto wrong = [](const std::string& line) { return problems_of("name: x\n" + line + "\n"); };
  CHECK(wrong("temperature: 1200 GPa") ==
        "in.yaml:2: temperature: '1200 GPa' is no temperature; expected K");
  CHECK(wrong("wall_time: 2 K") == "in.yaml:2: wall_time: '2 K' is no time; expected s");
  CHECK(wrong("wall_time: 2 hours") ==
        "in.yaml:2: wall_time: unknown unit 'hours' in '2 hours'; expected s");
}

TEST_CASE("a text that is none of the choices") {
  CHECK(problems_of("name: x\nkind: sofd\n") ==
        "in.yaml:2: kind: 'sofd' is none of soft, hard; did you mean 'soft'?");
  CHECK(problems_of("name: x\nkind: liquid\n") ==
        "in.yaml:2: kind: 'liquid' is none of soft, hard");
}

TEST_CASE("the structs' own checks, at the deepest line there is") {
  CHECK(problems_of("name: x\ncount: 13\n") == "in.yaml:2: count: brings bad luck");
  CHECK(problems_of("name: x\nshares:\n  good: 1\n  bad: 2\n") ==
        "in.yaml:4: shares.bad.deep: is not wanted");
  CHECK(problems_of("name: x\nparts:\n  - length: 1\n  - length: -1\n") ==
        "in.yaml:4: parts[1].length: must be greater than 0");
}

TEST_CASE("all problems at once, in the order of the lines") {
  CHECK(problems_of("count: a\ninner: {length: -1}\nfoo: 1\nratio: b\n") ==
        "in.yaml:1: count: expected a whole number, got 'a'\n"
        "in.yaml:1: missing key 'name' in the file: what it is called\n"
        "in.yaml:2: inner.length: must be greater than 0\n"
        "in.yaml:3: unknown key 'foo' in the file; valid: flag, count, large, seed, temperature, "
        "ratio, name, kind, words, shares, wall_time, inner, parts, rooms\n"
        "in.yaml:4: ratio: expected a number, got 'b'");
}

TEST_CASE("a hundred problems are enough") {
  std::string text = "name: x\n";
  for (int k = 0; k < 150; ++k) text += "unknown_" + std::to_string(k) + ": 1\n";
  const std::string told = problems_of(text);
  CHECK(told.ends_with("\n... and 50 more"));
}

TEST_CASE("everything is demanded of a complete file") {
  CHECK_THROWS_WITH_AS(
      (void)config::read_text<Inner>("length: 2\n", "plan.yaml", {}, config::Demand::everything),
      "plan.yaml:1: missing key 'widths' in the file: how wide", core::UserError);
}

TEST_CASE("a file that is not there") {
  CHECK_THROWS_AS((void)config::read_file<Inner>("/nowhere/in.yaml"), core::UserError);
}
