/// Functions of the distance, as many as a network has weights of messages, tabulated.
#pragma once

#include "surrogate/kernels.hpp"
#include "surrogate/radial_network.hpp"

namespace mlip::surrogate {

/// Quintic Hermite interpolation between knots 1/32 Å apart from 0 to the cutoff, within 1e-7 of
/// SevenNet's network.
template <class T>
class RadialTable {
 public:
  /// `kink`: a knot where the curvatures jump, 0: nowhere; off the knots it is not one.
  RadialTable(const RadialFunctions& functions, int outputs, double cutoff, int kink = 0);

  [[nodiscard]] static int intervals_to(double cutoff);
  [[nodiscard]] int outputs() const { return outputs_; }
  /// 0 < distance ≤ cutoff; `weights` has room for the outputs.
  void weights(double distance, T* weights) const;
  /// Σ gradient_k dw_k/dr, 1/Å; the exact derivative of what weights() says.
  [[nodiscard]] double slope_along(double distance, const T* gradient) const;

 private:
  struct Place {
    const T* rows;    ///< from the knot below
    double fraction;  ///< of the way to the next
  };
  void tabulate(const RadialFunctions& functions, int begin, int end);
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
