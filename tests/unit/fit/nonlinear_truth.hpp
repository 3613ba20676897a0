/// A truth with two densities and radial functions of its own, for the nonlinear fit.
#pragma once

#include "core/seed.hpp"
#include "synthetic.hpp"

namespace synthetic {

/// Random coefficients; ρ_2 of the order of −1, radial coefficients off δ_nk.
inline ace::Potential nonlinear_truth(const std::vector<std::string>& elements) {
  ace::Potential potential = truth(elements);
  auto engine = core::random_engine(2, "nonlinear truth");
  for (ace::Embedding& embedding : potential.embeddings) embedding.parameters = {1, 1, 1, 0.5};
  for (auto& functions : potential.functions)
    for (ace::Function& function : functions) {
      double second = 0.05 * core::normal(engine) / std::pow(6.0, function.rank());
      if (function.rank() == 1 && function.ns[0] == 1) second -= 0.2;
      function.coefficients.push_back(second);
    }
  for (std::size_t i = 0; i < potential.species(); ++i)
    for (std::size_t j = i; j < potential.species(); ++j) {
      const int a = static_cast<int>(i), b = static_cast<int>(j);
      for (double& c : potential.bond(a, b).coefficients) c += 0.1 * core::normal(engine);
      potential.bond(b, a).coefficients = potential.bond(a, b).coefficients;
    }
  return potential;
}

}  // namespace synthetic
