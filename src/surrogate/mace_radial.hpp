/// The functions of the distance of a MACE model: weights of its messages, density, repulsion.
#pragma once

#include <Eigen/Core>

#include "surrogate/mace_file.hpp"
#include "surrogate/radial_network.hpp"

namespace mlip::surrogate {

/// Of one layer and one pair of elements: the weights of its messages, then, where the layer counts
/// its density, that of a pair, and zeros to the next multiple of 16.
class MaceRadial final : public RadialFunctions {
 public:
  /// `a`, `b`: indices of elements.  Throws core::UserError where the file lacks the weights.
  MaceRadial(const MaceFile& model, int layer, int a, int b);
  [[nodiscard]] RadialValues evaluate(const Eigen::VectorXd& distances) const override;
  [[nodiscard]] int outputs() const { return outputs_; }

 private:
  [[nodiscard]] Jet transformed(double r) const;

  double cutoff_, power_, radius_;
  std::optional<Agnesi> agnesi_;
  Eigen::VectorXd bessel_, density_;
  Perceptron perceptron_;
  int outputs_;
};

/// Energy of a pair, half of which each atom has, eV, and its slope; 0 beyond the radii.
[[nodiscard]] Jet repulsion_at(const Repulsion& repulsion, const std::array<int, 2>& numbers,
                               double radii, double r);

}  // namespace mlip::surrogate
