#include "config/overrides.hpp"

#include <doctest/doctest.h>

#include "config/options.hpp"
#include "core/error.hpp"

using namespace mlip;

namespace {

struct Room {
  int chairs = 1, tables = 1;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit.required("chairs", chairs, "", "chairs");
    visit.field("tables", tables, "", "tables");
  }
};

struct House {
  double height = 10;
  std::map<std::string, Room> rooms = {{"hall", {8, 2}}, {"attic", {0, 0}}};
  std::map<std::string, double> shares = {{"a", 0.5}, {"b", 0.5}};
  std::vector<int> steps = {1, 2, 3};
  template <class Visitor>
  void describe(Visitor& visit) {
    visit.field("height", height, "Å", "height");
    visit.required("rooms", rooms, "", "rooms");
    visit.field("shares", shares, "", "shares");
    visit.field("steps", steps, "", "steps");
  }
  void check(config::Checks& checks) const {
    if (rooms.at("hall").chairs > 100) checks.add("rooms.hall.chairs", "too many");
  }
};

struct Input {
  config::Overrides<House> expert;
  template <class Visitor>
  void describe(Visitor& visit) {
    visit.field("expert", expert, "", "by hand");
  }
};

}  // namespace

TEST_CASE("what is given replaces, what is not stays") {
  const auto input = config::read_text<Input>(
      "expert:\n  height: 1 nm\n  rooms: {hall: {tables: 5}}\n  shares: {c: 1}\n  steps: [4]\n",
      "in.yaml");
  House house;
  input.expert.apply(house);
  CHECK(house.height == 10.0);
  CHECK(house.rooms.size() == 2);
  CHECK(house.rooms["hall"].chairs == 8);
  CHECK(house.rooms["hall"].tables == 5);
  CHECK(house.shares == std::map<std::string, double>{{"c", 1}});
  CHECK(house.steps == std::vector<int>{4});
  CHECK(input.expert.find("rooms.hall.tables")->line == 3);
  CHECK(input.expert.find("rooms.attic") == nullptr);
}

TEST_CASE("nothing given changes nothing") {
  House house;
  config::read_text<Input>("{}", "in.yaml").expert.apply(house);
  CHECK(house.shares.size() == 2);
  CHECK(config::Overrides<House>().find("height") == nullptr);
}

TEST_CASE("wrong keys and types are told when the file is read") {
  CHECK_THROWS_WITH_AS(
      (void)config::read_text<Input>("expert:\n  heightt: 3\n  steps: 1\n", "in.yaml"),
      "in.yaml:2: unknown key 'heightt' in 'expert'; did you mean 'height'?\n"
      "in.yaml:3: expert.steps: expected a list, got '1'",
      core::UserError);
}

TEST_CASE("contradictions are told when laid over, with the line") {
  const auto input =
      config::read_text<Input>("expert:\n  rooms:\n    hall: {chairs: 101}\n", "in.yaml");
  House house;
  CHECK_THROWS_WITH_AS(input.expert.apply(house), "in.yaml:3: rooms.hall.chairs: too many",
                       core::UserError);
}
