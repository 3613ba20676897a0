/// The information (volume) that structures' atoms span in the space of descriptors, as they are
/// taken one by one.
#pragma once

#include <map>
#include <span>

#include "select/descriptors.hpp"

namespace mlip::select {

/// log det(1 + Σ B Bᵀ / prior) of standardised descriptors B, summed over species: what a linear
/// model learns from the structures taken (Bayesian D-optimality, doi:10.1214/ss/1177009939).
class Volume {
 public:
  /// Descriptors are scaled by their root mean square over `all` structures that will be met.
  explicit Volume(std::span<const SpeciesDescriptors> all);

  /// By how much a structure would make it grow; ≥ 0, and never more after others were taken.
  [[nodiscard]] double gain(const SpeciesDescriptors& structure) const;
  void take(const SpeciesDescriptors& structure);

 private:
  struct Species {
    Eigen::VectorXd scale;
    Eigen::MatrixXd covariance;  ///< inverse of prior + Σ B Bᵀ
  };
  struct Addition {
    Eigen::MatrixXd spread;  ///< covariance · B
    Eigen::MatrixXd factor;  ///< L Lᵀ = 1 + Bᵀ covariance B
  };
  [[nodiscard]] static Addition addition(const Species& species, const Eigen::MatrixXd& columns);

  std::map<int, Species> species_;
};

}  // namespace mlip::select
