/// What the package sevenn says of structures.extxyz, and how far a model is from it.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/file.hpp"
#include "io/extended_xyz.hpp"
#include "potential/calculator.hpp"

namespace mlip::golden {

struct Distance {
  double energy = 0;  ///< eV an atom
  double force = 0;   ///< eV/Å
  double stress = 0;  ///< eV/Å³
};

inline std::vector<io::Frame> reference_structures() {
  return io::read_extended_xyz(TEST_DATA "/surrogate/structures.extxyz");
}

/// The largest deviations from the values in `model`.json.
inline Distance distance_from_package(const potential::Calculator& calculator,
                                      const std::string& model) {
  const auto frames = reference_structures();
  const auto said =
      nlohmann::json::parse(core::read_file(TEST_DATA "/surrogate/" + model + ".json"));
  REQUIRE(frames.size() == 24);
  REQUIRE(said.size() == frames.size());
  constexpr int voigt[6][2] = {{0, 0}, {1, 1}, {2, 2}, {1, 2}, {0, 2}, {0, 1}};
  Distance far;
  for (std::size_t k = 0; k < frames.size(); ++k) {
    const auto& structure = frames[k].structure;
    const auto ours = calculator.evaluate(structure);
    REQUIRE(said[k]["forces"].size() == structure.size());
    far.energy = std::max(far.energy, std::abs(ours.energy - said[k]["energy"].get<double>()) /
                                          double(structure.size()));
    for (std::size_t i = 0; i < structure.size(); ++i)
      for (int a = 0; a < 3; ++a)
        far.force = std::max(
            far.force,
            std::abs(ours.forces[i][a] - said[k]["forces"][i][std::size_t(a)].get<double>()));
    const auto stress = ours.stress(structure.cell.volume());
    for (std::size_t v = 0; v < 6; ++v)
      far.stress = std::max(far.stress, std::abs(stress(voigt[v][0], voigt[v][1]) -
                                                 said[k]["stress"][v].get<double>()));
  }
  MESSAGE(model << ": " << far.energy << " eV/atom, " << far.force << " eV/A, " << far.stress
                << " eV/A^3");
  return far;
}

inline void check_distance(const Distance& far) {
  CHECK(far.energy < 2e-6);
  CHECK(far.force < 1e-5);
  CHECK(far.stress < 1e-6);
}

}  // namespace mlip::golden
