#include "pipeline/heuristics.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "core/error.hpp"

using namespace mlip;
using namespace mlip::pipeline;

namespace {

dft::espresso::Parameters parameters(const std::string& symbol, double valence, double ecutwfc,
                                     double k_spacing) {
  dft::espresso::Parameters dft;
  dft.species[symbol].valence = valence;
  dft.ecutwfc_ry = ecutwfc;
  dft.ecutrho_ry = 4 * ecutwfc;
  dft.k_spacing = k_spacing;
  return dft;
}

Crystal expected_crystal(const Composition& composition, const std::string& prototype,
                         double lattice_constant) {
  generate::Options options;
  options.composition = composition;
  options.prototype = prototype;
  options.lattice_constant = lattice_constant;
  return expected_crystals(options).at(0);
}

}  // namespace

TEST_CASE("crystals of elements") {
  const Crystal al = expected_crystal({{"Al", 1}}, "auto", 0);
  CHECK(al.prototype == "fcc");
  CHECK(al.lattice_constant == 4.05);
  CHECK(al.cell.size() == 4);
  CHECK(al.coordination == 12);
  CHECK(al.nearest_neighbor == doctest::Approx(4.05 / std::sqrt(2.0)));
  CHECK(al.volume == doctest::Approx(4.05 * 4.05 * 4.05));
  CHECK(al.across[2] == doctest::Approx(4.05));
  const Crystal mg = expected_crystal({{"Mg", 1}}, "auto", 0);
  CHECK(mg.prototype == "hcp");
  CHECK(mg.across[0] == doctest::Approx(3.209 * std::sqrt(3.0) / 2));
  CHECK(mg.cell.cell.vectors.row(2).norm() == doctest::Approx(3.209 * 1.624));
  const Crystal given = expected_crystal({{"Al", 1}}, "bcc", 3.2);
  CHECK(given.prototype == "bcc");
  CHECK(given.lattice_constant == 3.2);
  CHECK(expected_crystal({{"Si", 1}}, "auto", 0).coordination == 4);
}

TEST_CASE("meshes of metals, insulators and magnets") {
  const Bonding al = expected_bonding({{"Al", 1}}, "fcc", "elastic", 600);
  CHECK_FALSE(al.fixed_occupations);
  CHECK_FALSE(al.magnetic);
  CHECK(al.k_spacing == 0.224);
  const Bonding si = expected_bonding({{"Si", 1}}, "diamond", "bulk", 500);
  CHECK(si.fixed_occupations);
  CHECK(si.k_spacing == 0.24);
  CHECK_FALSE(expected_bonding({{"Si", 1}}, "diamond", "melting", 2000).fixed_occupations);
  CHECK_FALSE(expected_bonding({{"Si", 1}}, "diamond", "diffusion", 900).fixed_occupations);
  CHECK_FALSE(expected_bonding({{"B", 1}}, "fcc", "bulk", 300).fixed_occupations);
  CHECK_FALSE(expected_bonding({{"Si", 1}}, "given", "bulk", 300).fixed_occupations);
  CHECK(expected_bonding({{"B", 1}}, "fcc", "bulk", 300).k_spacing == 0.3);
  const Bonding feni = expected_bonding({{"Fe", 0.5}, {"Ni", 0.5}}, "l10", "bulk", 300);
  CHECK(feni.magnetic);
  CHECK(feni.k_spacing == 0.36);
}

TEST_CASE("molecules whose electrons pair are computed without spin, all others with it") {
  const Crystal h2 = expected_crystal({{"H", 1}}, "molecule", 0);
  const Crystal o2 = expected_crystal({{"O", 1}}, "molecule", 0);
  CHECK(molecular_bonding({h2}).fixed_occupations);
  CHECK_FALSE(molecular_bonding({h2}).magnetic);
  const Bonding both = molecular_bonding({h2, o2});  // one level of theory
  CHECK_FALSE(both.fixed_occupations);
  CHECK(both.magnetic);
  CHECK(both.reason.starts_with("O2 may have open shells"));
}

TEST_CASE("the mesh stays the same over the strains") {
  const Crystal al = expected_crystal({{"Al", 1}}, "auto", 0);
  const Mesh mesh = steady_mesh(al, 0.224, 0.06);
  CHECK(mesh.points == 7);
  for (const double strain : {-0.06, 0.0, 0.06}) {
    const double b = 2 * 3.14159265358979 / (4.05 * (1 + strain));
    CHECK(b / mesh.spacing <= 7);
    CHECK(b / mesh.spacing > 5);
  }
  const Crystal si = expected_crystal({{"Si", 1}}, "auto", 0);
  CHECK(steady_mesh(si, 0.24, 0.06).points == 5);
}

TEST_CASE("thermal displacements are those of Debye models") {
  // Debye temperatures 428 K (Al) and 645 K (Si), classical limit: 3 ħ² T / (m k θ²).
  CHECK(thermal_displacement({{"Al", 1}}, 2.864, 600) == doctest::Approx(0.133).epsilon(0.1));
  CHECK(thermal_displacement({{"Si", 1}}, 2.352, 600) == doctest::Approx(0.0865).epsilon(0.1));
  const double at_melting = thermal_displacement({{"Ni", 0.5}, {"Fe", 0.5}}, 2.5, 1769.5);
  CHECK(at_melting == doctest::Approx(0.058 * 2.5));
  CHECK(thermal_displacement({{"Ni", 1}}, 2.5, 1e5) ==
        doctest::Approx(at_melting * std::sqrt(1.2)));
}

TEST_CASE("walks go hotter than the goal") {
  CHECK(highest_temperature("elastic", 600) == 660);
  CHECK(highest_temperature("melting", 1000) == 1500);
}

TEST_CASE("costs are within a factor of two of the measured ones") {
  const auto within = [](double cost, double measured) {
    CAPTURE(cost);
    CHECK(cost > measured / 2);
    CHECK(cost < measured * 2);
  };
  const Crystal al = expected_crystal({{"Al", 1}}, "auto", 0);
  within(label_cost(al, {1, 1, 1}, {{"Al", 1}}, parameters("Al", 3, 16, 0.224)), 3.95);
  const Crystal si = expected_crystal({{"Si", 1}}, "auto", 0);
  auto silicon = parameters("Si", 4, 16, 0.39);
  silicon.occupations = "fixed";
  within(label_cost(si, {1, 1, 1}, {{"Si", 1}}, silicon), 1.9);
  const Crystal ni = expected_crystal({{"Ni", 1}}, "auto", 0);
  auto nickel = parameters("Ni", 10, 26, 0.36);
  nickel.ecutrho_ry = 240;
  nickel.spin_polarized = true;
  within(label_cost(ni, {1, 1, 1}, {{"Ni", 1}}, nickel), 30.2);
  const Crystal h2 = expected_crystal({{"H", 1}}, "molecule", 0);
  auto hydrogen = parameters("H", 1, 30, 0.4);
  hydrogen.isolated = true;
  hydrogen.occupations = "fixed";
  within(label_cost(h2, {1, 1, 1}, {{"H", 1}}, hydrogen), 0.3);
  // Water in a box of 9 Å: its density costs three quarters.
  hydrogen.ecutwfc_ry = 40;
  hydrogen.ecutrho_ry = 320;
  within(dft::espresso::core_seconds({1, 8, 729}, hydrogen), 6.0);
}

TEST_CASE("labels are shared out within the budget") {
  const auto some = share_labels(600, 6, 1, 5);
  CHECK(some.total == 100);
  CHECK(some.holdout + some.seed + 4 * some.picks <= 100);
  CHECK(some.holdout + some.seed + 4 * some.picks > 90);
  CHECK(some.seed == 6);
  CHECK(share_labels(600, 6, 1, 5, true).seed == 25);
  CHECK(share_labels(1e9, 1, 2, 5).seed == 15);
  CHECK(share_labels(1, 6, 2, 5).seed == 12);
  CHECK(share_labels(300, 6, 1, 5).total == 50);
  CHECK(share_labels(1, 6, 1, 5).total == 30);
  CHECK(share_labels(1e9, 1, 1, 5).total == 150);
  CHECK(share_labels(1e9, 1, 2, 5).total == 450);
  CHECK(payable_picks(20, 1e6, 10, 4) == 20);
  CHECK(payable_picks(20, 1000, 10, 4) == 20);
  CHECK(payable_picks(20, 500, 10, 4) == 10);    // 0.8 × 500 s over 4 generations
  CHECK(payable_picks(20, 5000, 100, 4) == 10);  // of ten tasks, a label of 100 s
  CHECK(payable_picks(20, 1, 10, 4) == 3);
  CHECK(payable_picks(2, 1, 10, 4) == 2);
  CHECK(payable_picks(20, -100, 10, 0) == 3);
  CHECK(payable_picks(20, 100, 0, 4) == 20);
  CHECK(share_labels(300, 6, 1, 5).reason ==
        "50 labels in all: 150 wanted for 1 element, 50 affordable at 6.0 core s each");
}
