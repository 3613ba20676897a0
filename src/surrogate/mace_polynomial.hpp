/// The symmetric contraction of MACE: polynomials up to third order in the components of an atom's
/// messages, the same monomials and other coefficients for every channel.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "surrogate/kernels.hpp"

namespace mlip::surrogate {

/// What an atom has of each component l² + m: its channels.
template <class T>
using Rows = std::array<T*, 16>;

/// The component of the result, then up to three factors, the smaller first; -1: none.
using Monomial = std::array<int, 4>;

class Polynomials {
 public:
  /// Precondition: monomials ascend, components and factors are below 16; coefficients [monomial,
  /// channels]; channels come in multiples of 8.
  Polynomials(std::span<const Monomial> monomials, const double* coefficients, int channels);

  /// results = the polynomials of x.
  void evaluate(const Rows<const double>& x, const Rows<double>& results) const;
  /// by_x += the gradient by x, from that by the results.
  void evaluate_back(const Rows<const double>& x, const Rows<const double>& by_results,
                     const Rows<double>& by_x) const;

  /// Of a nest of sums, c_a + Σ_b (c_ab + Σ_c c_abc x_c) x_b, where the coefficients lie in the
  /// order they are met.
  struct Second {
    int factor, first_third, last_third;
  };
  struct First {
    int factor, first_second, last_second;
  };
  struct Component {
    int component, first_first, last_first;
  };
  struct Nest {
    std::vector<Component> components;
    std::vector<First> firsts;
    std::vector<Second> seconds;
    std::vector<int> thirds;
    int coefficients = 0;
  };

 private:
  Nest nest_;
  int channels_;
  Buffer<double> coefficients_;  ///< [channels / 8, coefficient, 8]
};

}  // namespace mlip::surrogate
