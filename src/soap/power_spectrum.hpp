/// Expansion coefficients multiplied to what does not change when the atoms are turned.
#pragma once

#include "ace/lanes.hpp"
#include "soap/options.hpp"

namespace mlip::soap {

using ace::Lane;

/// p = π √(8/(2l + 1)) Σ_m c*_nlm c'_n'lm for each pair of channels, l, n and n', in this order, n'
/// fastest and n' ≥ n within one channel: the order and the norm of dscribe (Himanen 2020,
/// doi:10.1016/j.cpc.2019.106949).
class PowerSpectrum {
 public:
  explicit PowerSpectrum(const Options& options);

  /// Kinds of neighbours that are expanded apart: species, or one where all are taken for one.
  [[nodiscard]] std::size_t channels() const { return channels_; }
  /// Lanes of the coefficients of all channels: Expansion's, one after the other.
  [[nodiscard]] std::size_t coefficients() const { return channels_ * size_; }

  /// Adds the features(options) numbers from coefficients to p.
  void add(const Lane* coefficients, double* p) const {
    add_products(coefficients, coefficients, p);
  }
  /// Adds the change of p where the coefficients change by `change`.
  void add_change(const Lane* coefficients, const Lane* change, double* p) const {
    add_products(change, coefficients, p);
    add_products(coefficients, change, p);
  }

 private:
  void add_products(const Lane* left, const Lane* right, double* p) const;
  void add_pair(const Lane* left, const Lane* right, bool triangle, double*& p) const;

  Compression compression_;
  std::size_t channels_, n_max_, blocks_per_l_, size_;
  int angular_;
};

}  // namespace mlip::soap
