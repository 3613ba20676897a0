#include "pipeline/label_noise.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "core/units.hpp"

using namespace mlip;
using namespace mlip::pipeline;

namespace {

Recomputed one(std::vector<int> numbers, double shift_mev, double force_mev = 0,
               double stress_gpa = 0) {
  Recomputed result;
  result.structure.positions.resize(numbers.size(), core::Vec3::Zero());
  result.structure.numbers = std::move(numbers);
  result.structure.cell.vectors = 2 * core::Mat3::Identity();
  const auto atoms = result.structure.size();
  result.tighter.energy = -3.0 * double(atoms);
  result.label.energy = *result.tighter.energy + shift_mev / 1000 * double(atoms);
  result.tighter.forces.assign(atoms, core::Vec3::Zero());
  result.label.forces.assign(atoms, core::Vec3::Constant(force_mev / 1000));
  result.tighter.stress = core::Mat3::Zero();
  result.label.stress = core::Mat3::Constant(stress_gpa / core::gpa_per_ev_per_a3);
  return result;
}

}  // namespace

TEST_CASE("a shift common to all is no noise, what differs is") {
  const std::vector<Recomputed> shifted = {one({13}, 40, 3, 0.2), one({13, 13}, 40, 3, 0.2),
                                           one({13}, 40, 3, 0.2)};
  auto noise = label_noise(shifted);
  CHECK(noise.structures == 3);
  CHECK(noise.energy_mev_per_atom == doctest::Approx(0).epsilon(1e-9));
  CHECK(noise.force_mev_per_a == doctest::Approx(3));
  CHECK(noise.stress_gpa == doctest::Approx(0.2));
  // 0.2 GPa of 8 Å³, shared by two atoms in one of the three.
  const double virial = 1000 * 8 * 0.2 / core::gpa_per_ev_per_a3;
  CHECK(noise.virial_mev_per_atom == doctest::Approx(virial * std::sqrt(2.25 / 3)));
  // Deviations −1, 0, 1 from the mean over two degrees of freedom.
  noise = label_noise(std::vector{one({13}, 39), one({13, 13}, 40), one({13}, 41)});
  CHECK(noise.energy_mev_per_atom == doctest::Approx(1));
}

TEST_CASE("each element may have its shift") {
  const std::vector<Recomputed> alloy = {one({26, 26}, 10), one({28, 28}, 30), one({26, 28}, 20),
                                         one({26, 26, 26, 28}, 15)};
  CHECK(label_noise(alloy).energy_mev_per_atom == doctest::Approx(0).epsilon(1e-9));
  CHECK(label_noise(std::vector{one({26, 26}, 10), one({28, 28}, 30)}).energy_mev_per_atom == 0);
  CHECK(label_noise({}).structures == 0);
}

TEST_CASE("noise lowers the weights: its variance adds to that of the residuals") {
  fit::Options options;
  options.energy_weight = 10;  // residuals of 5 meV/atom
  options.force_weight = 1;
  options.stress_weight = 25;  // of 2 meV an atom
  const auto silent = weighted_for({}, options);
  CHECK(silent.energy_weight == 10);
  CHECK(silent.force_weight == 1);
  CHECK(silent.stress_weight == 25);
  const auto weighted = weighted_for({3, 12, 120, 0.1, 1.5}, options);
  CHECK(weighted.energy_weight == doctest::Approx(50.0 / 13));  // 5 and 12 make 13
  CHECK(weighted.force_weight == doctest::Approx(50.0 / 130));
  CHECK(weighted.stress_weight == doctest::Approx(50.0 / 2.5));
  options.stress_weight = 0;
  CHECK(weighted_for({3, 12, 120, 0.1, 1.5}, options).stress_weight == 0);
}
