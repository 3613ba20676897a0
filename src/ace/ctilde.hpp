/// An ACE potential in the C-tilde basis, as data: what a `.yace` file holds.
#pragma once

#include <string>
#include <vector>

#include "ace/potential.hpp"

namespace mlip::ace {

/// ρ_p += Re Σ_ms ctilde[ms][p] Π_t A_{mu_t n_t l_t m_t}.
struct CTildeFunction {
  std::vector<int> mus, ns, ls;
  std::vector<int> ms;               ///< [tuple][factor] flattened
  std::vector<double> coefficients;  ///< [tuple][density] flattened
};

struct CTildePotential {
  std::vector<std::string> elements;
  std::vector<double> E0;
  double delta_spline_bins = 0.001;
  std::vector<Embedding> embeddings;
  std::vector<Bond> bonds;
  std::vector<std::vector<CTildeFunction>> functions;
};

/// Couplings multiplied out, functions that differ only in LS merged (spec of the `.yace` format).
[[nodiscard]] CTildePotential to_ctilde(const Potential& potential);

}  // namespace mlip::ace
