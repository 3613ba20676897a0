#include "dft/magnetism.hpp"

#include <doctest/doctest.h>

#include "core/magnetic_order.hpp"
#include "dft/espresso/input.hpp"

using namespace mlip;
using namespace mlip::dft;

namespace {

core::Structure bcc(double edge, std::vector<int> numbers) {
  core::Structure structure;
  structure.cell.periodic = {true, true, true};
  structure.cell.vectors = core::Mat3::Identity() * edge;
  structure.positions = {{0, 0, 0}, {edge / 2, edge / 2, edge / 2}};
  structure.numbers = std::move(numbers);
  return structure;
}

core::Labels labels_with(std::vector<double> moments, double energy = -1) {
  core::Labels labels;
  labels.energy = energy;
  labels.magnetic_moments = std::move(moments);
  return labels;
}

MagneticState state(const std::string& composition, double volume, double moment) {
  return {composition, volume, moment, moment, {"", {{26, moment}}, false}};
}

core::Outcome outcome(double energy, const std::string& remedy, bool accepted = true) {
  core::Outcome outcome;
  outcome.accepted = accepted;
  outcome.labels.energy = energy;
  outcome.attempts = {{accepted ? "none" : "killed", remedy, 1, 10, ""}};
  return outcome;
}

}  // namespace

TEST_CASE("states: moments an atom and by element, of crystals with moments only") {
  const auto found = magnetic_state(bcc(3, {26, 28}), labels_with({2.4, -0.6}));
  REQUIRE(found);
  CHECK(found->moment == doctest::Approx(1.5));
  CHECK(found->volume == doctest::Approx(13.5));
  CHECK(magnetic_state(bcc(3, {26, 28}), labels_with({-2.4, 0.6}))->total == doctest::Approx(0.9));
  CHECK(found->start.moments.at(28) == doctest::Approx(-0.6));
  CHECK(found->composition ==
        magnetic_state(core::repeat(bcc(3.1, {28, 26}), {2, 1, 1}), labels_with({1, 1, 1, 1}))
            ->composition);
  CHECK(magnetic_state(bcc(3, {26, 26}), labels_with({1, 1}))->composition !=
        magnetic_state(bcc(3, {28, 28}), labels_with({1, 1}))->composition);
  CHECK_FALSE(magnetic_state(bcc(3, {26, 28}), labels_with({})));
  core::Structure cluster = bcc(3, {26, 28});
  cluster.cell = {};
  CHECK_FALSE(magnetic_state(cluster, labels_with({2, 2})));
}

TEST_CASE("orders have names") {
  CHECK(core::magnetic_order(labels_with({2.2, 2.2})) == "ferromagnetic");
  CHECK(core::magnetic_order(labels_with({1, -1})) == "antiferromagnetic");
  CHECK(core::magnetic_order(labels_with({2, -1})) == "ferrimagnetic");
  CHECK(core::magnetic_order(labels_with({0.01, -0.01})) == "nonmagnetic");
  CHECK(core::magnetic_order({}).empty());
}

TEST_CASE("a collapsed label and its neighbour are named, a smooth branch is not") {
  // Fe from 10 to 13 Å³: 1.9 to 2.5 μB rises smoothly.
  std::vector<MagneticState> states;
  for (int k = 0; k <= 10; ++k) states.push_back(state("Fe1", 10 + 0.3 * k, 1.9 + 0.06 * k));
  CHECK(off_branch(states).empty());
  states[5].moment = states[5].total = 0.7;
  const auto off = off_branch(states);
  std::vector<std::size_t> named;
  for (const auto& one : off) named.push_back(one.index);
  CHECK(std::ranges::count(named, 5U) == 1);
  CHECK(named.size() <= 3);
  for (const auto& one : off) CHECK((one.index == 5 || one.neighbor == 5));
  // Another composition, or a volume far off, says nothing.
  CHECK(off_branch(std::vector{state("Fe1", 11, 2.2), state("Fe1Ni1", 11, 0.2)}).empty());
  CHECK(off_branch(std::vector{state("Fe1", 11, 2.2), state("Fe1", 13, 0.2)}).empty());
  CHECK(off_branch(std::vector{state("Fe1", 11, 2.2), state("Fe1", 11.3, 0.2)}).size() == 2);
  // As many moments, but against each other.
  auto against = state("Fe1", 11, 2.2);
  against.total = 0;
  CHECK(off_branch(std::vector{state("Fe1", 11, 2.2), against}).size() == 2);
  CHECK(off_branch(std::vector{state("Fe1", 11, 0), against}).size() == 2);
}

TEST_CASE("how far moments, volumes and energies may differ is what the header says") {
  const auto off = [](const MagneticState& a, const MagneticState& b) {
    return !off_branch(std::vector{a, b}).empty();
  };
  const auto iron_with = [](double moment) { return state("Fe1", 11, moment); };
  // 0.3 μB where moments are small, a quarter of the larger one where they are not.
  CHECK_FALSE(off(iron_with(0.2), iron_with(0.45)));
  CHECK(off(iron_with(0.2), iron_with(0.55)));
  CHECK_FALSE(off(iron_with(2.2), iron_with(1.7)));
  CHECK(off(iron_with(2.2), iron_with(1.6)));
  CHECK_FALSE(off(iron_with(1.7), iron_with(2.2)));
  CHECK(off(iron_with(1.6), iron_with(2.2)));
  // 4 % in volume.
  CHECK(off(iron_with(2.2), state("Fe1", 11.4, 0)));
  CHECK_FALSE(off(iron_with(2.2), state("Fe1", 11.5, 0)));
  CHECK_FALSE(off(state("Fe1", 11.5, 0), iron_with(2.2)));
  // 0.1 meV an atom: of 2 atoms, and of 8.
  CHECK(*lower(outcome(-10, ""), outcome(-10.0003, ""), 2).labels.energy == -10.0003);
  CHECK(*lower(outcome(-10, ""), outcome(-10.0003, ""), 8).labels.energy == -10);
  CHECK(*lower(outcome(-10, ""), outcome(-9, ""), 2).labels.energy == -10);
}

TEST_CASE("neighbours are the nearest in descriptor space, not in volume") {
  std::vector<MagneticState> states = {state("Fe1", 11, 2.2), state("Fe1", 11, 0.2),
                                       state("Fe1", 11.2, 2.2), state("Fe1", 11.2, 0.2)};
  const auto place = [](double x) { return Eigen::VectorXd::Constant(2, x).eval(); };
  // Two phases: volumes of the same phase differ more than those across.
  states[0].descriptor = place(0);
  states[2].descriptor = place(0.1);
  states[1].descriptor = place(5);
  states[3].descriptor = place(5.1);
  CHECK(off_branch(states).empty());
  states[3].moment = states[3].total = 2.2;
  const auto off = off_branch(states);
  REQUIRE(off.size() == 2);
  CHECK(off[0].index == 1);
  CHECK(off[0].neighbor == 3);
  CHECK(off[1].index == 3);
  CHECK(off[1].neighbor == 1);
}

TEST_CASE("a state can be started again: means of the elements, alternating where it was") {
  const auto iron = magnetic_state(bcc(2.9, {26, 26}), labels_with({2.0, 2.4}));
  CHECK(iron->start == MagneticStart{"", {{26, 2.2}}, false});
  const auto chromium = magnetic_state(bcc(2.9, {24, 24}), labels_with({1.0, -1.0}));
  CHECK(chromium->start == MagneticStart{"", {{24, 1.0}}, true});
  CHECK(magnetic_state(bcc(2.9, {24, 24}), labels_with({1.0, 1.0}))->start ==
        MagneticStart{"", {{24, 1.0}}, false});
  CHECK(chromium->moment == 1);
  CHECK(chromium->total == 0);
  // Iron's sites do not alternate in an input: their mean is all that can be asked for.
  CHECK(magnetic_state(bcc(2.9, {26, 26}), labels_with({1.0, -1.0}))->start ==
        MagneticStart{"", {{26, 0.0}}, false});
}

TEST_CASE("branches are told by moments, where there are any") {
  const auto structure = bcc(2.9, {26, 26});
  CHECK(same_branch(structure, labels_with({2.2, 2.2}), labels_with({2.1, 2.3})));
  CHECK_FALSE(same_branch(structure, labels_with({2.2, 2.2}), labels_with({0, 0})));
  CHECK_FALSE(same_branch(structure, labels_with({2.2, 2.2}), labels_with({2.2, -2.2})));
  CHECK(same_branch(structure, labels_with({2.2, 2.2}), labels_with({})));
}

TEST_CASE("starts as text and back") {
  CHECK(text_of(MagneticStart{}).empty());
  CHECK(magnetic_start_of("") == MagneticStart{});
  for (const MagneticStart& start :
       {MagneticStart{"high spin", {{26, 1.0 / 3}, {28, 2}}, false}, MagneticStart{"", {}, true},
        MagneticStart{"moments of a neighbour", {{24, -0.1}}, true}})
    CHECK(magnetic_start_of(text_of(start)) == start);
}

TEST_CASE("other starts: the neighbour's, high spin, and antiferromagnetic where asked for") {
  const MagneticState neighbor{"Fe1Ni1", 11, 1.6, 1.6, {"", {{26, 2.6}, {28, 0.6}}, false}};
  const auto starts = other_starts(bcc(2.9, {26, 28}), neighbor);
  REQUIRE(starts.size() == 2);
  CHECK(starts[0].moments.at(26) == 2.6);
  CHECK(starts[1].moments.at(26) == 4);  // free atoms
  CHECK(starts[1].moments.at(28) == 2);
  CHECK(starts[0].name == "moments of a neighbour");
  CHECK(starts[1].name == "high spin");
  CHECK_FALSE(starts[1].alternating);
  const auto chromium = other_starts(bcc(2.9, {24, 26}), neighbor);
  REQUIRE(chromium.size() == 3);
  CHECK(chromium[2].alternating);
  CHECK(chromium[2].moments.at(24) == 6);
}

TEST_CASE("the lower state is kept, with the attempts of both") {
  const auto down = lower(outcome(-10, ""), outcome(-10.5, "high spin"), 2);
  CHECK(*down.labels.energy == -10.5);
  REQUIRE(down.attempts.size() == 2);
  CHECK(down.attempts[0].fault == "magnetic state");
  CHECK(down.attempts[1].fault == "none");

  const auto same = lower(outcome(-10, ""), outcome(-10.0001, "high spin"), 2);
  CHECK(*same.labels.energy == -10);
  CHECK(same.attempts[0].fault == "none");
  CHECK(same.attempts[1].fault == "magnetic state");

  const auto failed = lower(outcome(-10, ""), outcome(-99, "high spin", false), 2);
  CHECK(failed.accepted);
  CHECK(*failed.labels.energy == -10);
  CHECK(failed.attempts[0].fault == "none");
  CHECK(failed.attempts[1].fault == "killed");

  // Oldest first, whoever wins.
  const auto three = lower(down, outcome(-10.2, "antiferromagnetic"), 2);
  REQUIRE(three.attempts.size() == 3);
  CHECK(three.attempts[1].fault == "none");
  CHECK(three.attempts[2].remedy == "antiferromagnetic");
  CHECK(three.attempts[2].fault == "magnetic state");
}

TEST_CASE("alternating signs point against the nearest neighbours") {
  CHECK(alternating_signs(bcc(2.88, {24, 24})) == std::vector{1, -1});
  const auto repeated = alternating_signs(core::repeat(bcc(2.88, {24, 24}), {2, 2, 1}));
  for (std::size_t i = 0; i < repeated.size(); ++i) CHECK(repeated[i] == (i % 2 == 0 ? 1 : -1));
  CHECK(alternating_signs(bcc(2.88, {26, 26})) == std::vector{1, 1});
  CHECK(alternating_signs(bcc(2.88, {25, 25})) == std::vector{1, -1});
  // The first one points against the iron there is; atoms out of reach of each other alternate too.
  CHECK(alternating_signs(bcc(2.88, {26, 24})) == std::vector{1, -1});
  CHECK(alternating_signs(core::repeat(bcc(2.88, {26, 24}), {2, 1, 1})) ==
        std::vector{1, -1, 1, 1});
  core::Structure apart = bcc(2.88, {24, 24});
  apart.cell.vectors = core::Mat3::Identity() * 20;
  apart.positions[1] = {9, 0, 0};
  CHECK(alternating_signs(apart) == std::vector{1, -1});
}

TEST_CASE("the input begins with the moments asked for, an antiferromagnet with two kinds") {
  espresso::Parameters parameters;
  parameters.species["Cr"] = {"/pseudo/Cr.UPF", "c", "pbe", 14, 1};
  parameters.ecutwfc_ry = 40;
  parameters.ecutrho_ry = 320;
  parameters.spin_polarized = true;
  auto numerics = espresso::first_numerics(parameters);
  const auto structure = bcc(2.88, {24, 24});
  const auto has = [&](const std::string& part) {
    const auto text = espresso::write_input(structure, parameters, numerics);
    CAPTURE(text);
    CHECK(text.find(part) != std::string::npos);
  };
  numerics.start = {"", {{24, 2.8}}, false};
  has("ntyp = 1");
  has("starting_magnetization(1) = 0.200000");
  numerics.start.alternating = true;
  has("ntyp = 2");
  has("starting_magnetization(1) = 0.200000\n  starting_magnetization(2) = -0.200000");
  has("Cr1 51.9961 Cr.UPF\nCr2 51.9961 Cr.UPF");
  has("ATOMIC_POSITIONS angstrom\nCr1 0.0");
  parameters.spin_polarized = false;
  has("ntyp = 1");
}
