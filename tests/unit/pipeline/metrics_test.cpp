#include "pipeline/metrics.hpp"

#include <doctest/doctest.h>

#include "core/units.hpp"
#include "pipeline/progress.hpp"
#include "potential/lennard_jones.hpp"

using namespace mlip;

TEST_CASE("errors come back from JSON as they were") {
  fit::Metrics m;
  m.energy_rmse_mev_per_atom = 1.25;
  m.force_mae_mev_per_a = 3.5;
  m.stress_rmse_gpa = 0.1;
  m.structures = 7;
  const auto back = pipeline::metrics_from_json(nlohmann::json::parse(pipeline::to_json(m).dump()));
  CHECK(back.energy_rmse_mev_per_atom == 1.25);
  CHECK(back.force_mae_mev_per_a == 3.5);
  CHECK(back.stress_rmse_gpa == 0.1);
  CHECK(back.structures == 7);
}

TEST_CASE("parity points are on the diagonal for the truth itself, in eV/atom, eV/Å and GPa") {
  const potential::LennardJones truth({{18, {0.0104, 3.4}}}, 6.0);
  fit::Item item;
  item.structure.cell.vectors = 5.2 * core::Mat3::Identity();
  item.structure.cell.periodic = {true, true, true};
  item.structure.numbers = {18, 18};
  item.structure.positions = {{0, 0, 0}, {2.7, 2.5, 2.6}};
  const auto evaluation = truth.evaluate(item.structure);
  item.labels.energy = evaluation.energy;
  item.labels.forces = evaluation.forces;
  item.labels.stress = evaluation.stress(item.structure.cell.volume());
  const auto points = pipeline::parity(truth, std::vector{item});
  REQUIRE(points["energy"].size() == 1);
  CHECK(points["energy"][0][0].get<double>() == doctest::Approx(evaluation.energy / 2));
  CHECK(points["force"].size() == 6);
  REQUIRE(points["stress"].size() == 6);
  CHECK(points["stress"][1][0].get<double>() ==
        doctest::Approx((*item.labels.stress)(0, 1) * core::gpa_per_ev_per_a3));
  for (const auto& kind : points)
    for (const auto& pair : kind)
      CHECK(pair[0].get<double>() == doctest::Approx(pair[1].get<double>()));
}

TEST_CASE("progress tells what is not known as null") {
  pipeline::Progress progress;
  progress.stage = "label";
  progress.total = 4;
  auto json = pipeline::to_json(progress);
  CHECK(json["eta_s"].is_null());
  CHECK(json["holdout_force_rmse_meV_per_A"].is_null());
  progress.eta_s = 12.5;
  json = pipeline::to_json(progress);
  CHECK(json["eta_s"] == 12.5);
  CHECK(json["total"] == 4);
}

TEST_CASE("the better potential is a little worse in energy, much better in forces and stresses") {
  const auto errors = [](double energy, double force, double stress) {
    fit::Metrics m;
    m.energy_rmse_mev_per_atom = energy;
    m.force_rmse_mev_per_a = force;
    m.stress_rmse_gpa = stress;
    m.structures = 11;
    m.force_components = 105;
    m.stresses = 11;
    return m;
  };
  // Generations 1 and 2 of a run of aluminium: the bulk modulus was off by 8 % and by 0.1 %
  const auto first = errors(3.556, 10.39, 0.326), second = errors(3.854, 7.877, 0.2511);
  CHECK(pipeline::badness(second) < pipeline::badness(first));
  auto molecule = errors(3, 20, 0);
  molecule.stresses = 0;
  CHECK(pipeline::badness(molecule) == doctest::Approx(std::log(60.0) / 2));
  CHECK(std::isfinite(pipeline::badness(errors(0, 0, 0))));
}
