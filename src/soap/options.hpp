/// What a SOAP descriptor is made of (Bartók 2013, doi:10.1103/PhysRevB.87.184115).
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace mlip::soap {

/// Radial functions, made orthonormal by Löwdin's method.
enum class Basis {
  gto,        ///< r^l exp(−α r²); α lets them fall to 10⁻³ between 1 Å and the cutoff
  polynomial  ///< (cutoff − r)^(n + 2), integrated by Gauss-Legendre quadrature of 100 points
};

/// Which products of species are kept (Darby 2022, doi:10.1038/s41524-022-00847-y).
enum class Compression {
  off,       ///< every pair of species
  mu2,       ///< all species taken for one
  mu1nu1,    ///< each species with the sum of all
  crossover  ///< each species with itself
};

/// Averages over the atoms of a structure.
enum class Average {
  inner,  ///< of expansion coefficients, before they are multiplied
  outer   ///< of the atoms' descriptors
};

/// Weights of atoms by their distance r from the centre; dscribe's, with its names.
enum class WeightFunction {
  none,  ///< 1
  poly,  ///< c (1 + 2 (r/r₀)³ − 3 (r/r₀)²)^m up to r₀, then 0 (Caro 2019,
         ///< doi:10.1103/PhysRevB.100.024112)
  pow,   ///< c / (d + (r/r₀)^m) (Willatt 2018, doi:10.1039/C8CP05921G)
  exp    ///< c / (d + exp(−r/r₀)): it grows with the distance
};

struct Weighting {
  WeightFunction function = WeightFunction::none;
  double r0 = 1;                      ///< Å
  double c = 1, d = 1, m = 1;         ///< none negative
  std::optional<double> centre = {};  ///< of what lies on the centre, in place of the function's
};

struct Options {
  std::vector<int> species;  ///< atomic numbers that can occur, in any order
  double cutoff = 5;         ///< Å; of the radial functions.  Atoms are felt up to reach()
  int radial = 8;            ///< number of radial functions, n_max
  int angular = 6;           ///< largest l
  double sigma = 0.5;        ///< Å, standard deviation of the Gaussian on each atom
  Basis basis = Basis::gto;
  Compression compression = Compression::off;
  Weighting weighting;
};

/// Å; atoms further apart than this are left out: their Gaussian has fallen to 10⁻³ at the cutoff.
[[nodiscard]] double reach(const Options& options);

/// Length of a descriptor.
[[nodiscard]] std::size_t features(const Options& options);

/// Throws core::UserError for numbers that make no descriptor, and for unknown elements.
void check(const Options& options);

}  // namespace mlip::soap
