/// The input pw.x reads: one static calculation.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/structure.hpp"
#include "dft/box.hpp"
#include "dft/espresso/parameters.hpp"
#include "dft/magnetism.hpp"

namespace mlip::dft::espresso {

/// What an attempt may change without changing what is computed.
struct Numerics {
  double mixing_beta = 0.7;
  std::string mixing_mode = "plain";
  int mixing_ndim = 8;
  int electron_maxstep = 100;
  std::string diagonalization = "david";
  double degauss_factor = 1;  ///< other than 1: a bridge, never a label
  double moment_factor = 1;   ///< of the start moments only
  double band_factor = 1;     ///< other than 1: that many times the bands of the first attempt
  bool start_from_density = false, start_from_wavefunctions = false;
  double time_limit_seconds = 3600;
  int mpi_ranks = 1;
  MagneticStart start = {};  ///< no moments: those of the species

  bool operator==(const Numerics&) const = default;
};

[[nodiscard]] Numerics first_numerics(const Parameters& parameters);

/// The structure as pw.x is given it.
using dft::boxed;

/// odd_grid, but 1 × 1 × 1 for isolated systems.
[[nodiscard]] std::array<int, 3> k_grid(const core::Structure& structure,
                                        const Parameters& parameters);

/// Electrons of the valence; throws core::UserError for an element without pseudopotential.
[[nodiscard]] double valence_electrons(const core::Structure& structure,
                                       const Parameters& parameters);

/// Element symbols in the order of ATOMIC_SPECIES (alphabetical).
[[nodiscard]] std::vector<std::string> species_of(const core::Structure& structure);

/// File name (without folder) under which a species' pseudopotential lies in ./pseudo.
[[nodiscard]] std::string pseudopotential_name(const Species& species);

/// The whole input file.  outdir is ./out, prefix x, pseudo_dir ./pseudo.  `structure` is boxed.
/// `run_id` is written as title and comes back in the XML file.
[[nodiscard]] std::string write_input(const core::Structure& structure,
                                      const Parameters& parameters, const Numerics& numerics,
                                      const std::string& run_id = "");

}  // namespace mlip::dft::espresso
