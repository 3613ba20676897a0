#include "pipeline/label_noise.hpp"

#include <Eigen/QR>
#include <cmath>
#include <map>

#include "core/units.hpp"

namespace mlip::pipeline {

namespace {

/// Root mean square over components.
class Components {
 public:
  void add(double value) {
    sum_ += value * value;
    ++count_;
  }
  [[nodiscard]] double root_mean_square() const {
    return count_ > 0 ? std::sqrt(sum_ / count_) : 0;
  }

 private:
  double sum_ = 0;
  int count_ = 0;
};

double energy_noise(std::span<const Recomputed> sample) {
  std::map<int, Eigen::Index> column;
  for (const Recomputed& one : sample)
    for (const int number : one.structure.numbers)
      column.try_emplace(number, static_cast<Eigen::Index>(column.size()));
  const auto rows = static_cast<Eigen::Index>(sample.size());
  Eigen::MatrixXd shares = Eigen::MatrixXd::Zero(rows, static_cast<Eigen::Index>(column.size()));
  Eigen::VectorXd shifts(rows);
  for (Eigen::Index i = 0; i < rows; ++i) {
    const Recomputed& one = sample[static_cast<std::size_t>(i)];
    const auto atoms = static_cast<double>(one.structure.size());
    for (const int number : one.structure.numbers) shares(i, column.at(number)) += 1 / atoms;
    shifts[i] = 1000 * (*one.label.energy - *one.tighter.energy) / atoms;
  }
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> solver(shares);
  const auto freedom = rows - solver.rank();
  if (freedom <= 0) return 0;
  const Eigen::VectorXd residual = shifts - shares * solver.solve(shifts);
  return std::sqrt(residual.squaredNorm() / static_cast<double>(freedom));
}

}  // namespace

LabelNoise label_noise(std::span<const Recomputed> sample) {
  if (sample.empty()) return {};
  Components forces, stresses, virials;
  for (const Recomputed& one : sample) {
    for (std::size_t i = 0; i < one.label.forces.size(); ++i)
      for (Eigen::Index k = 0; k < 3; ++k)
        forces.add(1000 * (one.label.forces[i][k] - one.tighter.forces[i][k]));
    if (!one.label.stress || !one.tighter.stress) continue;
    const core::Mat3 difference = *one.label.stress - *one.tighter.stress;
    const double volume = one.structure.cell.volume() / static_cast<double>(one.structure.size());
    for (const int k : {0, 1, 2, 4, 5, 8}) {
      stresses.add(core::gpa_per_ev_per_a3 * difference.data()[k]);
      virials.add(1000 * volume * difference.data()[k]);
    }
  }
  return {static_cast<int>(sample.size()), energy_noise(sample), forces.root_mean_square(),
          stresses.root_mean_square(), virials.root_mean_square()};
}

fit::Options weighted_for(const LabelNoise& noise, fit::Options options) {
  constexpr double force_residual = 50;  // meV/Å, of a force that weighs 1
  const auto lower = [](double& weight, double deviation) {
    weight /= std::hypot(1, weight * deviation / force_residual);
  };
  lower(options.energy_weight, noise.energy_mev_per_atom);
  lower(options.force_weight, noise.force_mev_per_a);
  lower(options.stress_weight, noise.virial_mev_per_atom);
  return options;
}

}  // namespace mlip::pipeline
