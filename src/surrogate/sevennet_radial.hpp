/// The radial weights of SevenNet's messages: a small network of the distance, and a table of it.
#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "surrogate/sevennet_file.hpp"
#include "surrogate/sevennet_kernels.hpp"

namespace mlip::surrogate {

/// Bessel functions times envelope, then two hidden layers of silu; exact, slow.
class RadialNetwork {
 public:
  /// Of layer `layer`.  Throws core::UserError where the file lacks its weights.
  RadialNetwork(const SevenNetFile& model, int layer, int outputs);

  /// Rows: distances (Å, 0 ≤ r ≤ cutoff); columns: outputs.
  struct Values {
    Eigen::MatrixXd value, slope, curvature;  ///< slope in 1/Å, curvature in 1/Å²
  };
  [[nodiscard]] Values evaluate(const Eigen::VectorXd& distances) const;

 private:
  [[nodiscard]] Values basis(const Eigen::VectorXd& distances) const;
  void activate(Values& values) const;

  double cutoff_, silu_scale_;
  Envelope envelope_;
  Eigen::VectorXd bessel_;
  Eigen::MatrixXd weights_[3];
};

/// Quintic Hermite interpolation between knots 1/32 Å apart from 0 to the cutoff, within 1e-7 of
/// the network.  Where the XPLOR envelope's curvature jumps is a knot with two curvatures.
template <class T>
class RadialTable {
 public:
  /// Throws core::UserError where the model lacks the weights, or its envelope begins off the
  /// knots.
  RadialTable(const SevenNetFile& model, int layer, int outputs);

  /// 0 < distance ≤ cutoff; `weights` has room for the outputs.
  void weights(double distance, T* weights) const;
  /// Σ gradient_k dw_k/dr, 1/Å; the exact derivative of what weights() says.
  [[nodiscard]] double slope_along(double distance, const T* gradient) const;

 private:
  struct Place {
    const T* rows;    ///< from the knot below
    double fraction;  ///< of the way to the next
  };
  void tabulate(const RadialNetwork& network, int begin, int end);
  [[nodiscard]] std::ptrdiff_t row_of(int interval) const;
  [[nodiscard]] Place place_of(double distance) const;

  int intervals_, kink_, outputs_;
  double spacing_;
  /// Of each knot the slopes, the curvatures (in units of the spacing), the values, and the rises
  /// of the values to the next knot: in double, since their differences in T would lose the slope.
  Buffer<T> rows_;
};

extern template class RadialTable<float>;
extern template class RadialTable<double>;

}  // namespace mlip::surrogate
