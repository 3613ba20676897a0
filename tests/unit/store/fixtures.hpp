/// Structures and folders the tests of the store share.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <random>
#include <string>

#include "core/seed.hpp"
#include "store/database.hpp"

namespace mlip::store::test {

/// A new empty folder, removed at the end of the test.
struct Folder {
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "mlip_store_XXXXXX").string();
    path = mkdtemp(pattern.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path); }
  [[nodiscard]] std::filesystem::path file() const { return path / "mlip.db"; }
  std::filesystem::path path;
};

inline core::Structure cubic(double a, std::vector<int> numbers,
                             std::vector<core::Vec3> fractional) {
  core::Structure structure;
  structure.cell.vectors = a * core::Mat3::Identity();
  structure.cell.periodic = {true, true, true};
  structure.numbers = std::move(numbers);
  for (const auto& position : fractional) structure.positions.push_back(a * position);
  return structure;
}

inline core::Structure fcc(double a = 4.05, int number = 13) {
  return cubic(a, std::vector<int>(4, number), {{0, 0, 0}, {0, .5, .5}, {.5, 0, .5}, {.5, .5, 0}});
}

inline core::Structure cesium_chloride(double a = 2.9) {
  return cubic(a, {26, 13}, {{0, 0, 0}, {.5, .5, .5}});
}

inline core::Structure rattled(core::Structure structure, double width, std::uint64_t seed) {
  auto engine = core::random_engine(seed, "rattle");
  for (auto& position : structure.positions)
    position +=
        width * core::Vec3(core::normal(engine), core::normal(engine), core::normal(engine));
  return structure;
}

inline Record candidate(const core::Structure& structure,
                        const std::string& config_type = "rattle") {
  Record record;
  record.candidate.structure = structure;
  record.candidate.config_type = config_type;
  record.candidate.origin = "made by a test";
  return record;
}

/// As a labelled row with everything in it.
inline Record labeled(const core::Structure& structure) {
  Record record = candidate(structure, "strain");
  record.state = State::labeled;
  record.priority = 2.5;
  record.holdout = true;
  record.parent = 7;
  record.candidate.generation = 3;
  record.candidate.gamma = 4.25;
  record.candidate.fit_energy_and_stress = false;
  record.candidate.force_mask.assign(structure.size(), 1.0);
  record.candidate.force_mask[0] = 0;
  record.outcome.accepted = true;
  record.outcome.level_of_theory = "1e77";
  record.outcome.attempts = {{"scf_not_converged", "", 12.5, 100, "estimated accuracy 1e-3"},
                             {"none", "mixing_beta 0.3", 30.25, 25, "\"quoted\", ångström"}};
  core::Labels& labels = record.outcome.labels;
  labels.energy = -3.7400000000000001;
  for (std::size_t i = 0; i < structure.size(); ++i)
    labels.forces.emplace_back(0.1 * static_cast<double>(i), -0.25, 1.0 / 3);
  labels.stress = core::Mat3{{1, 6, 5}, {6, 2, 4}, {5, 4, 3}} * 1e-3;
  labels.magnetic_moments.assign(structure.size(), 0.62);
  labels.total_magnetization = 2.48;
  return record;
}

}  // namespace mlip::store::test
