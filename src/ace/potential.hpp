/// An ACE potential in the B basis, as data: what a `.yaml` file holds.  Units eV, Å.
/// Formulas and formats: Drautz 2019 (doi:10.1103/PhysRevB.99.014104), Lysogorskiy 2021
/// (doi:10.1038/s41524-021-00559-9).
#pragma once

#include <map>
#include <string>
#include <vector>

namespace mlip::ace {

enum class RadialBasis { cheb_exp_cos, cheb_pow, cheb_linear, sbessel };
enum class InnerCutoff { distance, density, zbl };
/// Functions of a distance as they are, or as the splines LAMMPS evaluates.
enum class RadialMode { exact, spline };
enum class EmbeddingKind { finnis_sinclair, finnis_sinclair_shifted_scaled };

/// E_i = Σ_p w_p F(ρ_p; m_p), with (w, m) pairs in `parameters`.
struct Embedding {
  EmbeddingKind kind = EmbeddingKind::finnis_sinclair_shifted_scaled;
  std::vector<double> parameters = {1, 1};
  double rho_core_cutoff = 100000;
  double drho_core_cutoff = 250;
  [[nodiscard]] int densities() const { return static_cast<int>(parameters.size()) / 2; }
};

/// Radial part of an ordered pair (central, neighbour).
struct Bond {
  int nradmax = 0, lmax = 0, nradbasemax = 0;
  RadialBasis basis = RadialBasis::sbessel;
  std::vector<double> parameters = {5.25};
  std::vector<double> coefficients;  ///< [n][l][k] flattened
  double core_prefactor = 0, core_exponent = 0;
  double rcut = 5, dcut = 0.01, rcut_in = 0, dcut_in = 0;
  InnerCutoff inner = InnerCutoff::distance;
};

/// One B function: central species mu0 and factors (mu, n, l), coupled by LS.
struct Function {
  int mu0 = 0;
  std::vector<int> mus, ns, ls, LS;  ///< ns is 1-based; LS has max(0, rank − 2) entries
  std::vector<double> coefficients;  ///< one a density
  [[nodiscard]] int rank() const { return static_cast<int>(mus.size()); }
};

struct Potential {
  std::vector<std::string> elements;             ///< sorted; index = species mu
  std::vector<double> E0;                        ///< eV, an atom of each species
  double delta_spline_bins = 0.001;              ///< Å
  std::vector<Embedding> embeddings;             ///< a species
  std::vector<Bond> bonds;                       ///< [mu_i * n + mu_j]
  std::vector<std::vector<Function>> functions;  ///< a species, in canonical order
  std::map<std::string, std::string> metadata;

  [[nodiscard]] std::size_t species() const { return elements.size(); }
  [[nodiscard]] const Bond& bond(int i, int j) const { return bonds[i * elements.size() + j]; }
  [[nodiscard]] Bond& bond(int i, int j) { return bonds[i * elements.size() + j]; }
  /// Largest rcut of all bonds, Å.
  [[nodiscard]] double cutoff() const;
  /// Number of B functions of all species.
  [[nodiscard]] std::size_t function_count() const;
};

}  // namespace mlip::ace
