#include "core/hull.hpp"

#include <Eigen/LU>

#include "core/error.hpp"

namespace mlip::core {

namespace {

constexpr double tiny = 1e-11;

/// Basis columns: a phase, or −1 − element for an element of its own at a prohibitive energy.
class Simplex {
 public:
  Simplex(std::span<const Phase> phases, const Eigen::VectorXd& fractions)
      : phases_(phases), fractions_(fractions) {
    for (Eigen::Index e = 0; e < fractions.size(); ++e) basis_.push_back(-1 - static_cast<int>(e));
    for (const Phase& phase : phases)
      prohibitive_ = std::max(prohibitive_, 1e4 * (1 + std::abs(phase.energy)));
  }

  double minimum() {
    while (improve()) {
    }
    return shares_.dot(costs_);
  }

 private:
  [[nodiscard]] Eigen::VectorXd column(int id) const {
    return id < 0 ? Eigen::VectorXd(Eigen::VectorXd::Unit(fractions_.size(), -1 - id))
                  : phases_[static_cast<std::size_t>(id)].fractions;
  }

  /// One exchange; false at the minimum.
  bool improve() {
    const Eigen::Index n = fractions_.size();
    Eigen::MatrixXd matrix(n, n);
    costs_.resize(n);
    for (Eigen::Index k = 0; k < n; ++k) {
      const int id = basis_[static_cast<std::size_t>(k)];
      matrix.col(k) = column(id);
      costs_[k] = id < 0 ? prohibitive_ : phases_[static_cast<std::size_t>(id)].energy;
    }
    const Eigen::PartialPivLU<Eigen::MatrixXd> factors(matrix);
    shares_ = factors.solve(fractions_);
    const Eigen::VectorXd prices = matrix.transpose().partialPivLu().solve(costs_);
    for (std::size_t t = 0; t < phases_.size(); ++t)
      if (phases_[t].energy - prices.dot(phases_[t].fractions) < -tiny * (1 + prohibitive_ * 1e-4))
        return exchange(static_cast<int>(t), factors.solve(phases_[t].fractions));
    return false;
  }

  bool exchange(int entering, const Eigen::VectorXd& direction) {
    Eigen::Index leaving = -1;
    double step = 0;
    for (Eigen::Index k = 0; k < direction.size(); ++k) {
      if (direction[k] <= tiny) continue;
      const double ratio = std::max(0.0, shares_[k]) / direction[k];
      const bool better = leaving < 0 || ratio < step - tiny ||
                          (ratio < step + tiny && basis_[static_cast<std::size_t>(k)] <
                                                      basis_[static_cast<std::size_t>(leaving)]);
      if (!better) continue;
      leaving = k;
      step = ratio;
    }
    MLIP_ASSERT(leaving >= 0);
    basis_[static_cast<std::size_t>(leaving)] = entering;
    return true;
  }

  std::span<const Phase> phases_;
  const Eigen::VectorXd& fractions_;
  std::vector<int> basis_;
  Eigen::VectorXd shares_, costs_;
  double prohibitive_ = 1e4;
};

}  // namespace

double hull_energy(std::span<const Phase> phases, const Eigen::VectorXd& fractions) {
  return Simplex(phases, fractions).minimum();
}

}  // namespace mlip::core
