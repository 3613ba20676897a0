#include "fit/core_repulsion.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "synthetic.hpp"

using namespace mlip;
using core::Vec3;

namespace {

fit::Item dimer(int first, int second, double distance) {
  fit::Item item;
  item.structure.numbers = {first, second};
  item.structure.positions = {Vec3::Zero(), Vec3(0, 0, distance)};
  return item;
}

}  // namespace

TEST_CASE("the shortest distance of each pair of species over all structures, the same both ways") {
  const std::vector<fit::Item> items = {dimer(13, 28, 2.5), dimer(28, 13, 2.2), dimer(13, 13, 3.0),
                                        dimer(28, 28, 5.0)};
  const Eigen::MatrixXd shortest =
      fit::shortest_distances(synthetic::basis({"Al", "Ni"}), items, 2);
  CHECK(shortest(0, 0) == doctest::Approx(3.0));
  CHECK(shortest(0, 1) == doctest::Approx(2.2));
  CHECK(shortest(1, 0) == shortest(0, 1));
  CHECK(std::isinf(shortest(1, 1)));
}

TEST_CASE("a pair never met switches at a part of its covalent radii, a met one below its data") {
  ace::Potential potential = synthetic::basis({"Al", "Ni"});
  const std::vector<fit::Item> items = {dimer(13, 28, 2.5), dimer(13, 13, 3.0)};
  const Eigen::MatrixXd shortest = fit::shortest_distances(potential, items, 1);
  fit::add_core_repulsion(potential, shortest, 0);
  CHECK(potential.bond(0, 1).rcut_in == doctest::Approx(0.9 * 2.5));
  CHECK(potential.bond(1, 1).rcut_in ==
        doctest::Approx(0.8 * 2 * core::element(28).covalent_radius));
  CHECK(potential.bond(1, 0).dcut_in == doctest::Approx(0.1));
  fit::add_core_repulsion(potential, shortest, 0.15);
  CHECK(potential.bond(0, 0).rcut_in == doctest::Approx(0.15));
  CHECK(potential.bond(0, 0).dcut_in < potential.bond(0, 0).rcut_in);
}

TEST_CASE("where there are data the core changes nothing") {
  ace::Potential bare = synthetic::truth({"Al", "Ni"}), guarded = bare;
  const auto items = synthetic::structures({"Al", "Ni"}, 3);
  fit::add_core_repulsion(guarded, fit::shortest_distances(bare, items, 1), 0);
  for (const fit::Item& item : items) {
    const auto without = ace::Evaluator(bare).evaluate(item.structure);
    const auto with = ace::Evaluator(guarded).evaluate(item.structure);
    CHECK(with.energy == doctest::Approx(without.energy).epsilon(1e-13));
    for (std::size_t i = 0; i < item.structure.size(); ++i)
      CHECK((with.forces[i] - without.forces[i]).norm() < 1e-12);
  }
}

TEST_CASE("a raised core begins at the data, changes nothing there, and is raised once") {
  ace::Potential bare = synthetic::truth({"Al", "Ni"}), raised = bare;
  const auto items = synthetic::structures({"Al", "Ni"}, 3);
  const Eigen::MatrixXd shortest = fit::shortest_distances(bare, items, 1);
  fit::add_core_repulsion(raised, shortest, 0);
  CHECK(fit::trained_distance(raised, 0, 1) == doctest::Approx(shortest(0, 1)));
  ace::Potential less = raised;
  fit::raise_core(less, 0.95 * shortest);
  CHECK(less.bond(0, 1).rcut_in == doctest::Approx(0.95 * shortest(0, 1)));
  fit::raise_core(raised, shortest);
  fit::raise_core(raised, 2 * shortest);
  CHECK(raised.bond(0, 1).rcut_in == doctest::Approx(shortest(0, 1)));
  CHECK(fit::trained_distance(raised, 0, 1) == doctest::Approx(shortest(0, 1)));
  for (const fit::Item& item : items)
    CHECK(ace::Evaluator(raised).evaluate(item.structure).energy ==
          doctest::Approx(ace::Evaluator(bare).evaluate(item.structure).energy).epsilon(1e-12));
}
