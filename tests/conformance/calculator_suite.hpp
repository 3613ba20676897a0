/// What every Calculator promises.  A backend's test calls `check_calculator` with structures it
/// can evaluate.
#pragma once

#include <doctest/doctest.h>

#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>
#include <vector>

#include "core/seed.hpp"
#include "core/structure.hpp"
#include "core/units.hpp"
#include "potential/calculator.hpp"

namespace mlip::conformance {

struct Tolerances {
  double energy = 1e-9;      ///< eV an atom, for exact invariances
  double force = 1e-8;       ///< eV/Å, for exact invariances
  double derivative = 1e-5;  ///< eV/Å (forces) and eV (virial), for finite differences
  double step = 1e-4;        ///< Å, or strain
};

using core::Mat3;
using core::Structure;
using core::Vec3;
using potential::Calculator;

inline void check_sums_and_sizes(const Calculator& model, const Structure& structure,
                                 const Tolerances& t) {
  const auto result = model.evaluate(structure);
  REQUIRE(result.energies.size() == structure.size());
  REQUIRE(result.forces.size() == structure.size());
  double sum = 0;
  for (double energy : result.energies) sum += energy;
  const double atoms = static_cast<double>(structure.size());
  CHECK(std::abs(sum - result.energy) < t.energy * atoms);
  Vec3 net = Vec3::Zero();
  for (const Vec3& force : result.forces) net += force;
  CHECK(net.norm() < t.force * atoms);
  CHECK((result.virial - result.virial.transpose()).norm() < t.force * atoms);
}

inline void check_forces(const Calculator& model, const Structure& structure, const Tolerances& t) {
  const auto result = model.evaluate(structure);
  for (std::size_t i = 0; i < structure.size(); ++i)
    for (int k = 0; k < 3; ++k) {
      auto low = structure, high = structure;
      low.positions[i][k] -= t.step;
      high.positions[i][k] += t.step;
      const double slope =
          (model.evaluate(high).energy - model.evaluate(low).energy) / (2 * t.step);
      CHECK(std::abs(slope + result.forces[i][k]) < t.derivative);
    }
}

inline void check_virial(const Calculator& model, const Structure& structure, const Tolerances& t) {
  const auto result = model.evaluate(structure);
  for (int a = 0; a < 3; ++a)
    for (int b = 0; b < 3; ++b) {
      Mat3 strain = Mat3::Zero();
      strain(a, b) += t.step / 2;
      strain(b, a) += t.step / 2;
      const double slope = (model.evaluate(core::strained(structure, strain)).energy -
                            model.evaluate(core::strained(structure, -strain)).energy) /
                           (2 * t.step);
      CHECK(std::abs(slope + result.virial(a, b)) <
            t.derivative * static_cast<double>(structure.size()));
    }
}

inline void check_same(const potential::Evaluation& a, const potential::Evaluation& b,
                       const Mat3& rotation, const Tolerances& t) {
  const double atoms = static_cast<double>(a.energies.size());
  CHECK(std::abs(a.energy - b.energy) < t.energy * atoms);
  for (std::size_t i = 0; i < a.forces.size(); ++i)
    CHECK((rotation * a.forces[i] - b.forces[i]).norm() < t.force);
  CHECK((rotation * a.virial * rotation.transpose() - b.virial).norm() < t.force * atoms);
}

inline void check_invariances(const Calculator& model, const Structure& structure,
                              const Tolerances& t) {
  const auto result = model.evaluate(structure);
  auto moved = structure;
  for (Vec3& position : moved.positions) position += Vec3(0.37, -1.21, 5.03);
  check_same(result, model.evaluate(moved), Mat3::Identity(), t);

  const Mat3 rotation =
      Eigen::AngleAxisd(1.1, Vec3(0.3, -0.5, 0.8).normalized()).toRotationMatrix();
  auto turned = structure;
  turned.cell.vectors = structure.cell.vectors * rotation.transpose();
  for (Vec3& position : turned.positions) position = rotation * position;
  check_same(result, model.evaluate(turned), rotation, t);

  auto reversed = structure;
  std::reverse(reversed.numbers.begin(), reversed.numbers.end());
  std::reverse(reversed.positions.begin(), reversed.positions.end());
  auto result_reversed = model.evaluate(reversed);
  std::reverse(result_reversed.forces.begin(), result_reversed.forces.end());
  check_same(result, result_reversed, Mat3::Identity(), t);

  if (!structure.cell.all_periodic()) return;
  auto wrapped = structure;  // another image of one atom, far outside the cell
  wrapped.positions[0] += 2 * structure.cell.vectors.row(0) - structure.cell.vectors.row(2);
  check_same(result, model.evaluate(wrapped), Mat3::Identity(), t);
}

inline void check_additivity(const Calculator& model, const Structure& structure,
                             const Tolerances& t) {
  if (!structure.cell.all_periodic()) return;
  const auto one = model.evaluate(structure);
  const auto four = model.evaluate(core::repeat(structure, {2, 1, 2}));
  const double atoms = static_cast<double>(structure.size());
  CHECK(std::abs(four.energy - 4 * one.energy) < 4 * t.energy * atoms);
  CHECK((four.virial - 4 * one.virial).norm() < 4 * t.force * atoms);
  for (std::size_t i = 0; i < four.forces.size(); ++i)
    CHECK((four.forces[i] - one.forces[i % structure.size()]).norm() < t.force);
}

/// Energy and force of a dimer go to those of lone atoms without a jump.
inline void check_cutoff(const Calculator& model, int a, int b, const Tolerances& t) {
  const auto dimer = [&](double distance) {
    Structure pair;
    pair.numbers = {a, b};
    pair.positions = {{0, 0, 0}, {distance, 0, 0}};
    return model.evaluate(pair);
  };
  const double far = dimer(model.cutoff() + 1).energy;
  for (double inside : {1e-3, 1e-5, 1e-7}) {
    const auto near = dimer(model.cutoff() - inside);
    CHECK(std::abs(near.energy - far) < 10 * inside);
    CHECK(near.forces[0].norm() < 10 * inside);
  }
  CHECK(std::abs(dimer(model.cutoff() + 1e-9).energy - far) < t.energy);
  CHECK(dimer(model.cutoff() + 1e-9).forces[1].norm() < t.force);
  double before = dimer(model.cutoff() * 0.5).energy;
  for (double r = model.cutoff() * 0.5; r < model.cutoff() * 1.05; r += 0.002) {
    const auto now = dimer(r);
    CHECK(std::abs(now.energy - before) < 0.01 * (1 + now.forces[0].norm()));
    before = now.energy;
  }
}

inline void check_input_untouched(const Calculator& model, const Structure& structure) {
  const auto copy = structure;
  const auto first = model.evaluate(structure), second = model.evaluate(structure);
  CHECK(copy.cell == structure.cell);
  CHECK(copy.numbers == structure.numbers);
  CHECK(copy.positions == structure.positions);
  CHECK(first.energy == second.energy);
  CHECK(first.forces == second.forces);
}

/// All of the above; `structures` are small, at distances where the model is smooth, some periodic
/// and some not.
inline void check_calculator(const Calculator& model, const std::vector<Structure>& structures,
                             const Tolerances& tolerances = {}) {
  CHECK(model.cutoff() > 0);
  for (const Structure& structure : structures) {
    CAPTURE(structure.formula());
    check_sums_and_sizes(model, structure, tolerances);
    check_forces(model, structure, tolerances);
    check_virial(model, structure, tolerances);
    check_invariances(model, structure, tolerances);
    check_additivity(model, structure, tolerances);
    check_input_untouched(model, structure);
    for (int a : structure.numbers) check_cutoff(model, a, structure.numbers.front(), tolerances);
  }
}

/// A rattled skewed cell of two species, a rattled face-centred cell, a slab and a cluster; bonds
/// near `bond` Å.
inline std::vector<Structure> sample_structures(int a, int b, double bond) {
  const double edge = bond * std::sqrt(2.0);
  Structure cubic;
  cubic.cell.periodic = {true, true, true};
  cubic.cell.vectors = Mat3::Identity() * edge;
  cubic.numbers = {a, a, a, a};
  cubic.positions = {
      {0, 0, 0}, {0, edge / 2, edge / 2}, {edge / 2, 0, edge / 2}, {edge / 2, edge / 2, 0}};
  auto engine = core::random_engine(3, "conformance");
  const auto rattle = [&engine](Structure structure) {
    for (Vec3& position : structure.positions)
      for (int k = 0; k < 3; ++k) position[k] += 0.04 * core::normal(engine);
    return structure;
  };
  Structure skewed = cubic;
  skewed.numbers = {a, b, b, a};
  skewed.cell.vectors.row(1) += 0.08 * skewed.cell.vectors.row(0);
  skewed.cell.vectors.row(2) -= 0.05 * skewed.cell.vectors.row(1);
  Structure slab = cubic;
  slab.numbers[3] = b;
  slab.cell.periodic = {true, true, false};
  Structure cluster = skewed;
  cluster.cell = {};
  return {rattle(cubic), rattle(skewed), rattle(slab), rattle(cluster)};
}

}  // namespace mlip::conformance
