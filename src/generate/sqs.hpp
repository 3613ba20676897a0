/// Special quasirandom structures: cells whose pairs (and triplets) are as a random alloy's, or of
/// a wanted order (Zunger et al. 1990, doi:10.1103/PhysRevLett.65.353).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "generate/sqs_problem.hpp"

namespace mlip::generate {

/// Which elements share sites, and how much of them each has.
struct Occupation {
  std::optional<int> replaced;      ///< atomic number of the sites in the lattice; else all sites
  std::map<int, double> fractions;  ///< atomic number, 0 for vacancies → fraction; sums to 1
};

/// The sublattices of a lattice; throws core::UserError where the sites are not there or no whole
/// numbers of atoms make the composition.
[[nodiscard]] std::vector<Sublattice> share_sites(const core::Structure& lattice,
                                                  const std::vector<Occupation>& occupations);

struct SqsOptions {
  SqsObjective objective;
  std::uint64_t seed = 0;
  long swaps = 0;   ///< of each annealed chain; 0: 10000 a site
  int chains = 64;  ///< annealed of each cell shape
  double goal = 0;  ///< the search ends where the objective is no more
  int threads = 0;  ///< 0: one a core; they change no bit of the result
  std::function<void(long done, long all, double objective)> progress;  ///< from any thread
  std::stop_token stop;  ///< then the best so far is returned
};

struct Sqs {
  struct Pair {
    std::string name;           ///< "Fe-Ni"
    std::vector<double> order;  ///< Warren-Cowley parameter of each shell
  };
  core::Structure structure;
  double objective = 0;
  double lower_bound = 0;     ///< no decoration of this cell can have less
  bool exhaustive = false;    ///< all decorations were tried
  std::vector<double> radii;  ///< Å, of the shells
  std::vector<Pair> pairs;
};

/// The best decoration of a cell: of all, where there are at most a million, else of annealed
/// chains.
[[nodiscard]] Sqs find_sqs(const core::Structure& lattice,
                           const std::vector<Sublattice>& sublattices, const SqsOptions& options);

/// The best of all supercells of `cell` with `sites` sites.  Throws core::UserError as share_sites,
/// and where no supercell has so many.
[[nodiscard]] Sqs find_sqs_of_size(const core::Structure& cell, int sites,
                                   const std::vector<Occupation>& occupations,
                                   const SqsOptions& options);

}  // namespace mlip::generate
