/// Structures and the values python-ace gave for them.
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ace/evaluator.hpp"
#include "core/element.hpp"

namespace oracle {

inline const std::filesystem::path folder = std::filesystem::path(TEST_DATA) / "ace";

inline nlohmann::json load(const std::string& name) {
  std::ifstream stream(folder / name);
  return nlohmann::json::parse(stream);
}

inline mlip::core::Structure structure(const nlohmann::json& record) {
  mlip::core::Structure result;
  for (const std::string symbol : record.at("symbols"))
    result.numbers.push_back(*mlip::core::atomic_number(symbol));
  for (const auto& p : record.at("positions")) result.positions.emplace_back(p[0], p[1], p[2]);
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) result.cell.vectors(i, j) = record.at("cell")[i][j];
    result.cell.periodic[i] = record.at("pbc")[i];
  }
  return result;
}

/// |a − b| over the larger of 1 and the scale.
inline double relative(double a, double b, double scale) {
  return std::abs(a - b) / std::max(1.0, std::abs(scale));
}

inline double largest(const nlohmann::json& values) {
  double result = 0;
  for (const auto& each : values.flatten()) result = std::max(result, std::abs(each.get<double>()));
  return result;
}

inline void check_energies(const mlip::potential::Evaluation& ours, const nlohmann::json& theirs,
                           double tolerance) {
  const double scale = largest(theirs);
  REQUIRE(ours.energies.size() == theirs.size());
  for (std::size_t i = 0; i < ours.energies.size(); ++i)
    CHECK(relative(ours.energies[i], theirs[i], scale) <= tolerance);
}

inline void check_forces(const mlip::potential::Evaluation& ours, const nlohmann::json& theirs,
                         double tolerance) {
  const double scale = largest(theirs);
  REQUIRE(ours.forces.size() == theirs.size());
  for (std::size_t i = 0; i < ours.forces.size(); ++i)
    for (int c = 0; c < 3; ++c)
      CHECK(relative(ours.forces[i][c], theirs[i][c], scale) <= tolerance);
}

/// `theirs` is Σ r f = dE/dε in the order xx yy zz xy xz yz.
inline void check_virial(const mlip::potential::Evaluation& ours, const nlohmann::json& theirs,
                         double tolerance) {
  constexpr int place[6][2] = {{0, 0}, {1, 1}, {2, 2}, {0, 1}, {0, 2}, {1, 2}};
  const double scale = largest(theirs);
  for (int k = 0; k < 6; ++k)
    CHECK(relative(-ours.virial(place[k][0], place[k][1]), theirs[k], scale) <= tolerance);
}

}  // namespace oracle
