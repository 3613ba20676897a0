/// The energy of one species in the C-tilde basis as a list of products: every product of two known
/// values is formed once, the energy is a weighted sum of leaf products, derivatives run backwards
/// (adjoints).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ace/atomic_base.hpp"
#include "ace/ctilde.hpp"

namespace mlip::ace {

struct EnergyProgram {
  int densities = 1;
  std::size_t leaves = 0;  ///< complex values before the first product: signed A components
  struct Product {
    std::int32_t left, right;
  };
  std::vector<Product> products;          ///< value leaves + i = left · right
  std::vector<Product> terms;             ///< ρ_p += coefficient[t][p] Re(left · right)
  std::vector<double> term_coefficients;  ///< [term][density]
  struct Linear {
    std::int32_t component;  ///< ρ_p += coefficient[p] · A[component]
  };
  std::vector<Linear> linear;
  std::vector<double> linear_coefficients;
};

[[nodiscard]] EnergyProgram compile(std::span<const CTildeFunction> functions, int densities,
                                    const BaseShape& shape);

/// Scratch of one thread.
struct EnergyScratch {
  std::vector<double> values, adjoints;  ///< [value][re, im]
};

/// Fills `scratch.values` and the densities from A.
void forward(const EnergyProgram& program, const BaseShape& shape, const double* A,
             EnergyScratch& scratch, double* rho);
/// `dA` [component]: dE/dA for dE/dρ = `seed`; call after forward() with the same scratch.
void backward(const EnergyProgram& program, const BaseShape& shape, const double* seed,
              EnergyScratch& scratch, double* dA);

}  // namespace mlip::ace
