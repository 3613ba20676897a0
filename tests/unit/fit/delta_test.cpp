#include "fit/delta.hpp"

#include <doctest/doctest.h>

#include "ace/core_repulsion.hpp"
#include "fit/core_repulsion.hpp"
#include "fit/training.hpp"
#include "potential/lennard_jones.hpp"
#include "synthetic.hpp"

using namespace mlip;
using core::Vec3;

namespace {

const std::vector<std::string> elements = {"Al", "Ni"};

core::Structure dimer(double distance) {
  core::Structure structure;
  structure.numbers = {13, 28};
  structure.positions = {Vec3::Zero(), Vec3(distance, 0, 0)};
  return structure;
}

/// Labels of an ACE truth and of `reference` together.
std::vector<fit::Item> labelled(const ace::Potential& truth, const ace::Potential& reference,
                                int count) {
  auto items = synthetic::structures(elements, count);
  synthetic::label(items, truth, synthetic::isolated);
  const ace::Evaluator model(reference);
  for (auto& item : items) {
    const auto found = model.evaluate(item.structure);
    *item.labels.energy += found.energy;
    for (std::size_t i = 0; i < item.labels.forces.size(); ++i)
      item.labels.forces[i] += found.forces[i];
    *item.labels.stress += found.stress(item.structure.cell.volume());
  }
  return items;
}

}  // namespace

TEST_CASE("a reference subtracted from its own labels leaves nothing") {
  const potential::LennardJones model({{13, {0.4, 2.6}}, {28, {0.5, 2.3}}}, 5.0);
  auto items = synthetic::structures(elements, 2);
  for (auto& item : items) {
    const auto found = model.evaluate(item.structure);
    item.labels = {found.energy, found.forces, found.stress(item.structure.cell.volume()), {}, {}};
  }
  items[1].labels.stress.reset();
  const auto rest = fit::subtract(model, items);
  CHECK(*rest[0].labels.energy == 0);
  CHECK(rest[0].labels.stress->norm() == 0);
  for (const auto& force : rest[1].labels.forces) CHECK(force.norm() == 0);
  CHECK(!rest[1].labels.stress);
  CHECK(rest[0].structure.positions == items[0].structure.positions);
}

TEST_CASE("the pair reference is the ZBL repulsion at the shortest distance and at its half") {
  const auto basis = synthetic::basis(elements);
  const auto items = synthetic::structures(elements, 4);
  const auto reference = fit::pair_reference(basis, items, 1);
  const double shortest = fit::shortest_distances(basis, items, 1)(0, 1);
  ace::Bond zbl = basis.bond(0, 1);
  zbl.inner = ace::InnerCutoff::zbl;
  zbl.core_prefactor = 1;
  const ace::CoreRepulsion truth(zbl, 13, 28);
  const ace::Evaluator model(reference);
  for (const double r : {shortest, shortest / 2})
    CHECK(model.evaluate(dimer(r)).energy ==
          doctest::Approx(2 * truth.evaluate(r).value).epsilon(1e-12));
  CHECK(model.evaluate(dimer(basis.cutoff())).energy == 0);
}

TEST_CASE("delta learning finds the rest and publishes both") {
  const auto basis = synthetic::basis(elements);
  const auto truth = synthetic::truth(elements);
  const auto reference = fit::pair_reference(basis, synthetic::structures(elements, 40), 1);
  const auto items = labelled(truth, reference, 40);
  fit::TrainingOptions training;
  training.reference = "pair";
  const auto fitted = fit::train(basis, items, synthetic::isolated, {}, training, {});
  CHECK(fitted.train.energy_rmse_mev_per_atom < 0.01);
  CHECK(fitted.train.force_rmse_mev_per_a < 0.05);
  CHECK(fitted.train.stress_rmse_gpa < 0.01);
  SUBCASE("without the reference these labels cannot be learnt so well") {
    const auto plain = fit::train(basis, items, synthetic::isolated, {}, {}, {});
    CHECK(plain.train.force_rmse_mev_per_a > 10 * fitted.train.force_rmse_mev_per_a);
  }
  SUBCASE("its files hold the reference too") {
    const auto file = std::filesystem::temp_directory_path() /
                      ("mlip_delta_" + std::to_string(std::hash<std::string>()(BUILD_DIR)));
    const auto structure = items.front().structure;
    const double energy = ace::Evaluator(fitted.potential).evaluate(structure).energy;
    ace::write_yaml(fitted.potential, file);
    CHECK(ace::Evaluator(ace::read_yaml(file)).evaluate(structure).energy ==
          doctest::Approx(energy).epsilon(1e-12));
    ace::write_yace(fitted.potential, file);
    CHECK(ace::Evaluator(ace::read_yace(file)).evaluate(structure).energy ==
          doctest::Approx(energy).epsilon(1e-12));
    std::filesystem::remove(file);
  }
  SUBCASE("much closer than the data the repulsion alone is left") {
    const double r = 0.4 * fit::shortest_distances(basis, items, 1)(0, 1);
    CHECK(ace::Evaluator(fitted.potential).evaluate(dimer(r)).energy - synthetic::isolated[0] -
              synthetic::isolated[1] ==
          doctest::Approx(ace::Evaluator(reference).evaluate(dimer(r)).energy).epsilon(1e-10));
  }
}
