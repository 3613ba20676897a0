/// Builds the complete set of independent B functions by orders.
#pragma once

#include <string>
#include <vector>

#include "ace/potential.hpp"

namespace mlip::ace {

/// `*_by_orders[r-1]` bounds rank r, as Pacemaker's input: nradmax[0] is the number of g_k.
struct BasisOptions {
  std::vector<int> nradmax_by_orders = {8, 6, 3, 2};
  std::vector<int> lmax_by_orders = {0, 3, 3, 2};
  double cutoff = 6.0;  ///< Å
  RadialBasis radial = RadialBasis::sbessel;
  std::vector<double> radial_parameters = {5.25};
  /// Where not empty: the largest Σ (n − 1 + l) over the factors of a function of each order.
  std::vector<int> degree_by_orders = {};

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.field("nradmax_by_orders", nradmax_by_orders, "",
                "radial functions of each correlation order");
    visit.field("lmax_by_orders", lmax_by_orders, "", "largest l of each correlation order");
    visit.field("cutoff", cutoff, "Å", "distance beyond which atoms do not feel each other");
  }
};

/// Potential with unit radial coefficients (δ_nk) and zero function coefficients, one density, E0 =
/// 0, every function of every species in canonical order.  `elements` in any order; the result's
/// are sorted.
[[nodiscard]] Potential make_basis(const std::vector<std::string>& elements,
                                   const BasisOptions& options);

}  // namespace mlip::ace
