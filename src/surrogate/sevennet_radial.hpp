/// The radial weights of SevenNet's messages: a small network of the distance.
#pragma once

#include "surrogate/radial_table.hpp"
#include "surrogate/sevennet_file.hpp"

namespace mlip::surrogate {

/// Bessel functions times envelope, then two hidden layers of silu.
class RadialNetwork final : public RadialFunctions {
 public:
  /// Of layer `layer`.  Throws core::UserError where the file lacks its weights.
  RadialNetwork(const SevenNetFile& model, int layer, int outputs);
  [[nodiscard]] RadialValues evaluate(const Eigen::VectorXd& distances) const override;

 private:
  double cutoff_;
  Envelope envelope_;
  Eigen::VectorXd bessel_;
  Perceptron perceptron_;
};

/// Where the XPLOR envelope's curvature jumps is a knot with two curvatures.  Throws
/// core::UserError where the model lacks the weights, or its envelope begins off the knots.
template <class T>
[[nodiscard]] RadialTable<T> sevennet_table(const SevenNetFile& model, int layer, int outputs);

extern template RadialTable<float> sevennet_table(const SevenNetFile&, int, int);
extern template RadialTable<double> sevennet_table(const SevenNetFile&, int, int);

}  // namespace mlip::surrogate
