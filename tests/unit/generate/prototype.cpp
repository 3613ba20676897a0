#include "generate/prototype.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "core/neighbor_list.hpp"

using namespace mlip;
using generate::build;

namespace {

/// What sets one crystal apart from the others: shells of neighbours by distance and kind.
struct Shell {
  int same, other;
  double distance;  ///< in lattice constants
};

void check_shells(const core::Structure& s, double a, std::size_t atom,
                  const std::vector<Shell>& shells) {
  const core::NeighborList list(s, a * (shells.back().distance + 0.01));
  std::size_t total = 0;
  for (const Shell& shell : shells) {
    int same = 0, other = 0;
    for (const core::Neighbor& n : list.of(atom)) {
      if (std::abs(n.distance - a * shell.distance) > 1e-9) continue;
      ++(s.numbers[static_cast<std::size_t>(n.index)] == s.numbers[atom] ? same : other);
    }
    CAPTURE(shell.distance);
    CHECK(same == shell.same);
    CHECK(other == shell.other);
    total += static_cast<std::size_t>(same + other);
  }
  CHECK(list.of(atom).size() == total);
}

void check_both(const std::string& name, std::size_t conventional, std::size_t primitive,
                const std::vector<Shell>& shells, double c_over_a = 1) {
  CAPTURE(name);
  const double a = 3.7;
  const auto large = build(generate::conventional_cell(name, c_over_a), a, {28, 13});
  const auto small = build(generate::primitive_cell(name, c_over_a), a, {28, 13});
  CHECK(large.size() == conventional);
  CHECK(small.size() == primitive);
  CHECK(large.cell.volume() / static_cast<double>(conventional) ==
        doctest::Approx(small.cell.volume() / static_cast<double>(primitive)));
  CHECK(small.cell.all_periodic());
  for (const auto& s : {large, small}) check_shells(s, a, 0, shells);
}

const double third = std::sqrt(3.0) / 2;
const double half = std::sqrt(0.5);

}  // namespace

TEST_CASE("monatomic lattices have their shells") {
  check_both("fcc", 4, 1, {{12, 0, half}, {6, 0, 1}, {24, 0, std::sqrt(1.5)}});
  check_both("bcc", 2, 1, {{8, 0, third}, {6, 0, 1}, {12, 0, std::sqrt(2.0)}});
  check_both("hcp", 2, 2, {{12, 0, 1}, {6, 0, std::sqrt(2.0)}}, std::sqrt(8.0 / 3));
}

TEST_CASE("ordered crystals have their shells") {
  check_both("diamond", 8, 2, {{0, 4, third / 2}, {12, 0, half}});
  check_both("rocksalt", 8, 2, {{0, 6, 0.5}, {12, 0, half}, {0, 8, third}});
  check_both("b2", 2, 2, {{0, 8, third}, {6, 0, 1}});
  check_both("l10", 4, 2, {{4, 8, half}, {6, 0, 1}});
  check_both("l12", 4, 4, {{8, 4, half}, {6, 0, 1}});
}

TEST_CASE("the rare species of l12 touches only the other") {
  const auto s = build(generate::conventional_cell("l12", 1), 3.57, {28, 13});
  CHECK(s.formula() == "AlNi3");
  check_shells(s, 3.57, 3, {{0, 12, half}, {6, 0, 1}});
}

TEST_CASE("c over a stretches hcp and l10 along z alone") {
  const auto hcp = build(generate::conventional_cell("hcp", 1.6), 3, {22, 22});
  CHECK(hcp.cell.volume() == doctest::Approx(27 * 1.6 * third));
  const auto l10 = build(generate::primitive_cell("l10", 0.9), 4, {26, 28});
  CHECK(l10.cell.volume() == doctest::Approx(64 * 0.9 / 2));
}

TEST_CASE("every prototype has a parent lattice and a number of species") {
  for (const std::string& name : generate::prototype_names()) {
    CAPTURE(name);
    CHECK(generate::conventional_cell(generate::parent_lattice(name), 1).sites.size() >=
          generate::primitive_cell(name, 1).sites.size() / 2);
    for (const auto& site : generate::conventional_cell(name, 1.5).sites)
      CHECK(site.sublattice < generate::sublattices(name) + (name == "diamond" ? 1 : 0));
  }
  CHECK(generate::parent_lattice("l12") == "fcc");
  CHECK(generate::parent_lattice("b2") == "bcc");
  CHECK(generate::sublattices("hcp") == 1);
}
