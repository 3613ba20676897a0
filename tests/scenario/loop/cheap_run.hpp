/// A whole run on a cheap exact truth: Lennard-Jones argon labelled by a model oracle, explored by
/// real LAMMPS.
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "core/seed.hpp"
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

/// Argon as if it were a magnet of two branches: every third label ends without moments, too high
/// by 10 meV an atom, unless it begins with moments.
class MagneticArgon final : public dft::Oracle {
 public:
  /// `finer`: by how much its energies are scaled, at a level of theory of its own.
  explicit MagneticArgon(double seconds_per_atom = 0, double finer = 0)
      : model_(argon(), {}, seconds_per_atom), finer_(finer) {}

  [[nodiscard]] core::Outcome label(const core::Structure& structure, const std::string& name,
                                    std::stop_token stop) const override {
    return label_from(structure, {}, name, std::move(stop));
  }
  [[nodiscard]] core::Outcome label_from(const core::Structure& structure,
                                         const dft::MagneticStart& start, const std::string& name,
                                         std::stop_token stop) const override {
    auto outcome = model_.label(structure, name, std::move(stop));
    outcome.level_of_theory = level_of_theory();
    if (!outcome.accepted) return outcome;
    const std::string place = fmt::format("{}", structure.cell.volume());
    const bool collapsed =
        start.moments.empty() ? core::hash_text(place) % 3 == 0 : start.moments.at(18) < 1;
    const auto atoms = structure.size();
    outcome.attempts.front().remedy = start.name;
    outcome.labels.magnetic_moments.assign(atoms, collapsed ? 0 : 2);
    *outcome.labels.energy += (collapsed ? 0.01 : 0) * double(atoms);
    *outcome.labels.energy *= 1 + finer_;
    for (auto& force : outcome.labels.forces) force *= 1 + finer_;
    return outcome;
  }
  [[nodiscard]] std::string level_of_theory() const override {
    return finer_ == 0 ? "magnetic" : "finer";
  }
  [[nodiscard]] double cost(const core::Structure& structure) const override {
    return model_.cost(structure);
  }

 private:
  dft::ModelOracle model_;
  double finer_;
};

inline pipeline::Oracles magnetic_oracles(double seconds_per_atom = 0) {
  const auto atoms = std::make_shared<dft::ModelOracle>(argon());
  return {std::make_shared<MagneticArgon>(seconds_per_atom), [atoms](int) { return atoms; },
          std::make_shared<MagneticArgon>(seconds_per_atom, 0.01)};
}

inline pipeline::SystemConfig magnetic_config() {
  auto config = argon_config();
  config.dft.spin_polarized = true;
  config.loop.noise_labels = 4;
  return config;
}

/// This program again with a hidden test case, as a run of its own that is killed after a while;
/// true when it ended by itself before.
inline bool run_and_kill(const std::string& test_case, const std::filesystem::path& folder,
                         double seconds) {
  setenv("MLIP_TEST_FOLDER", folder.c_str(), 1);
  const std::string filter = "-tc=" + test_case;
  const pid_t child = fork();
  if (child == 0) {
    execl("/proc/self/exe", "scenario_loop", "--no-skip", filter.c_str(), nullptr);
    _exit(9);
  }
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status);
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
