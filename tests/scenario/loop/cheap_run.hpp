/// A whole run on a cheap exact truth: Lennard-Jones argon labelled by a model oracle, explored by
/// real LAMMPS.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "dft/model_oracle.hpp"
#include "pipeline/session.hpp"
#include "potential/lennard_jones.hpp"

namespace mlip::test {

inline std::shared_ptr<const potential::Calculator> argon() {
  return std::make_shared<potential::LennardJones>(
      std::map<int, potential::LennardJonesSpecies>{{18, {0.0104, 3.4}}}, 6.0);
}

inline pipeline::SystemConfig argon_config() {
  pipeline::SystemConfig config;
  config.name = "argon";
  config.elements = {"Ar"};
  config.seed = 7;
  config.generate.composition = {{"Ar", 1.0}};
  config.generate.prototype = "fcc";
  config.generate.lattice_constant = 5.2;
  config.generate.rattle = {0.1, 0.25};
  config.generate.rattled = 10;
  config.generate.max_atoms = 4;
  config.generate.seed = 7;
  config.basis = {{6, 4, 2}, {0, 2, 2}, 6.0};
  config.explore.steps = 400;
  config.explore.timestep_fs = 4;
  config.explore.start_temperature = 20;
  config.explore.end_temperature = 60;
  config.explore.time_limit_seconds = 60;
  config.guard = {.atoms = 4, .heat_ps = 0.1, .drift_ps = 0.1};
  config.loop.workers = 2;
  config.loop.seed_labels = 2;
  config.loop.picks = 6;
  config.loop.holdout = 6;
  config.loop.max_generations = 3;
  config.loop.target_force_mev_per_a = 0;
  config.loop.walk_repeats = {1, 1, 1};
  return config;
}

/// `failures` and the time are those of structures; free atoms never fail.
inline pipeline::Oracles argon_oracles(std::vector<dft::ScriptedFailure> failures = {},
                                       double seconds_per_atom = 0) {
  const auto atoms = std::make_shared<dft::ModelOracle>(argon());
  return {std::make_shared<dft::ModelOracle>(argon(), std::move(failures), seconds_per_atom),
          [atoms](int) { return atoms; }};
}

/// A fresh folder, removed at the end.
struct Folder {
  explicit Folder(const std::string& name)
      : path(std::filesystem::temp_directory_path() /
             ("mlip-" + name + "-" + std::to_string(getpid()))) {
    std::filesystem::remove_all(path);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

}  // namespace mlip::test
