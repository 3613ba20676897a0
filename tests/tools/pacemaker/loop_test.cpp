/// The loop with the real Pacemaker in place of our own fit.
#include <doctest/doctest.h>
#include <yaml-cpp/yaml.h>

#include <cmath>

#include "../../scenario/loop/cheap_run.hpp"
#include "ace/evaluator.hpp"
#include "fit/pacemaker/data_set.hpp"
#include "fit/pacemaker/metrics_file.hpp"
#include "pipeline/roles.hpp"
#include "pipeline/status.hpp"

using namespace mlip;

namespace {

constexpr const char* own_python = CMAKE_SOURCE_DIR "/build/venv/bin/python";

pipeline::SystemConfig pacemaker_config() {
  auto config = test::argon_config();
  config.training.engine = "pacemaker";
  config.training.reference = "pair";
  config.training.pacemaker.python = own_python;
  config.training.pacemaker.iterations = 30;
  config.training.pacemaker.time_limit_seconds = 600;
  config.basis = {{4, 2}, {0, 1}, 6.0};
  config.loop.seed_labels = 10;
  config.loop.min_generations = config.loop.max_generations = 1;
  return config;
}

/// Pacemaker's loss of its own files, by our evaluator.
double loss_of(const std::filesystem::path& work, const pipeline::SystemConfig& config) {
  const auto potential = ace::read_yaml(work / "output_potential.yaml");
  const ace::Evaluator model(potential);
  double energies = 0, forces = 0, energy_weights = 0, force_weights = 0, penalty = 0;
  for (const auto& frame : fit::pacemaker::read_data_set(work / "train.pckl.gzip", own_python)) {
    const auto found = model.evaluate(frame.structure);
    const double atoms = static_cast<double>(frame.structure.size());
    const double weight = std::get<double>(frame.info.at("energy_weight"));
    energies += weight * std::pow((found.energy - frame.labels.energy.value()) / atoms, 2);
    energy_weights += weight;
    for (std::size_t i = 0; i < frame.structure.size(); ++i) {
      const double w = frame.columns.at("force_mask").numbers[i];
      forces += w * (found.forces[i] - frame.labels.forces[i]).squaredNorm();
      force_weights += w;
    }
  }
  for (const auto& function : potential.functions[0])
    for (const double c : function.coefficients)
      penalty += config.training.pacemaker.l1 * std::abs(c) + config.training.pacemaker.l2 * c * c;
  const double kappa = YAML::LoadFile(work / "input.yaml")["fit"]["loss"]["kappa"].as<double>();
  return (1 - kappa) * energies / energy_weights + kappa * forces / force_weights + penalty;
}

}  // namespace

TEST_CASE("a run trained by Pacemaker publishes a potential as any other") {
  setenv("MLIP_LAMMPS", BUILD_DIR "/mlip-lammps", 1);
  const test::Folder folder("pacemaker");
  CHECK(pipeline::run_session(pacemaker_config(), folder.path, test::argon_oracles(), {}, {}) ==
        pipeline::StopReason::generation_limit);
  const auto work = folder.path / "generations" / "000" / "pacemaker";
  const auto last = fit::pacemaker::read_last_metrics(work / "metrics.txt");
  REQUIRE(last);
  CHECK(last->iteration > 3);

  CHECK(loss_of(work, pacemaker_config()) == doctest::Approx(last->loss).epsilon(1e-6));

  const auto potential = ace::read_yaml(folder.path / "potential.yaml");
  CHECK(potential.embeddings[0].densities() == 2);
  CHECK(potential.bond(0, 0).core_prefactor > 0);
  CHECK(ace::read_yaml(work / "output_potential.yaml").bond(0, 0).core_prefactor == 0);

  // Our evaluator finds the errors that Pacemaker's own prints, with the reference in the
  // potential.
  const store::Database database(folder.path / "mlip.db", store::Database::Mode::read_only);
  const auto metrics = nlohmann::json::parse(database.versions().at(0).metrics_json);
  CHECK(metrics.at("engine") == "pacemaker");
  CHECK(metrics.at("train").at("energy_rmse_meV_per_atom").get<double>() ==
        doctest::Approx(1000 * last->energy_rmse).epsilon(1e-5));
  CHECK(metrics.at("train").at("force_rmse_meV_per_A").get<double>() ==
        doctest::Approx(1000 * last->force_rmse).epsilon(1e-5));

  // The active set is pace_activeset's own: every atom it was chosen from is graded at most 1.
  CHECK(std::filesystem::exists(work / "output_potential.asi"));
  const ace::Evaluator model(potential, ace::read_asi(folder.path / "potential.asi"));
  double largest = 0;
  for (const auto& record : database.with_state(store::State::labeled))
    if (pipeline::role(record) == pipeline::Role::training)
      for (const double gamma : model.evaluate(record.candidate.structure, {.gamma = true}).gamma)
        largest = std::max(largest, gamma);
  CHECK(largest > 0.9);
  CHECK(largest < 1.02);
}
