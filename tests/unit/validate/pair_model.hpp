/// A pair model of the tests' own: φ(r) summed over images by brute force.
#pragma once

#include <cmath>
#include <functional>

#include "potential/calculator.hpp"

namespace pair_model {

using mlip::core::Mat3;
using mlip::core::Structure;
using mlip::core::Vec3;

/// φ and dφ/dr.
using Pair = std::function<std::pair<double, double>(double)>;

class PairModel final : public mlip::potential::Calculator {
 public:
  PairModel(Pair pair, double cutoff, int images)
      : pair_(std::move(pair)), cutoff_(cutoff), images_(images) {}
  double cutoff() const override { return cutoff_; }

  mlip::potential::Evaluation evaluate(const Structure& structure,
                                       const mlip::potential::Request& = {}) const override {
    mlip::potential::Evaluation result;
    result.forces.assign(structure.size(), Vec3::Zero());
    result.energies.assign(structure.size(), 0);
    for (int a = -images_; a <= images_; ++a)
      for (int b = -images_; b <= images_; ++b)
        for (int c = -images_; c <= images_; ++c)
          add_image(structure, structure.cell.vectors.transpose() * Vec3(a, b, c), result);
    return result;
  }

 private:
  void add_image(const Structure& structure, const Vec3& shift,
                 mlip::potential::Evaluation& result) const {
    for (std::size_t i = 0; i < structure.size(); ++i)
      for (std::size_t j = 0; j < structure.size(); ++j) {
        const Vec3 vector = structure.positions[j] + shift - structure.positions[i];
        const double r = vector.norm();
        if (r < 1e-9 || r >= cutoff_) continue;
        const auto [energy, slope] = pair_(r);
        const Vec3 gradient = 0.5 * slope / r * vector;
        result.energy += energy / 2;
        result.energies[i] += energy / 2;
        result.forces[i] += gradient;
        result.forces[j] -= gradient;
        result.virial -= gradient * vector.transpose();
      }
  }

  Pair pair_;
  double cutoff_;
  int images_;
};

inline Structure crystal(double a, const std::vector<Vec3>& basis) {
  Structure structure;
  structure.cell.vectors = a * Mat3::Identity();
  structure.cell.periodic = {true, true, true};
  for (const Vec3& site : basis) {
    structure.numbers.push_back(14);
    structure.positions.push_back(a * site);
  }
  return structure;
}

inline std::vector<Vec3> fcc_sites() {
  return {{0, 0, 0}, {0, 0.5, 0.5}, {0.5, 0, 0.5}, {0.5, 0.5, 0}};
}

inline std::vector<Vec3> diamond_sites() {
  std::vector<Vec3> sites = fcc_sites();
  for (const Vec3& site : fcc_sites()) sites.push_back(site + Vec3::Constant(0.25));
  return sites;
}

/// Lennard-Jones times (1 − (r/rc)²)³: smooth at its cutoff.
inline Pair lennard_jones(double epsilon, double sigma, double cutoff) {
  return [=](double r) {
    const double x = std::pow(sigma / r, 6), u = 1 - r * r / (cutoff * cutoff);
    const double f = 4 * epsilon * (x * x - x), df = 4 * epsilon * (-12 * x * x + 6 * x) / r;
    return std::pair{f * u * u * u, df * u * u * u - f * 6 * u * u * r / (cutoff * cutoff)};
  };
}

}  // namespace pair_model
