#include "pair_lennard_jones.hpp"

#include <error.h>
#include <utils.h>

#include <cmath>

namespace mlip::lammps_host {

void PairLennardJones::settings(int count, char** words) {
  if (count != 1) error->all(FLERR, std::string("expected: pair_style mlip/lj cutoff"));
  cutoff_ = LAMMPS_NS::utils::numeric(FLERR, words[0], false, lmp);
}

void PairLennardJones::coeff(int count, char** words) {
  if (count != 4) error->all(FLERR, std::string("expected: pair_coeff * * epsilon sigma"));
  epsilon_ = LAMMPS_NS::utils::numeric(FLERR, words[2], false, lmp);
  sigma_ = LAMMPS_NS::utils::numeric(FLERR, words[3], false, lmp);
  allocate_for_all_types();
}

void PairLennardJones::sites(int, std::span<const Neighbors> neighbors, bool,
                             std::span<ace::AtomResult> results) {
  for (std::size_t k = 0; k < results.size(); ++k) site(neighbors[k], results[k]);
}

void PairLennardJones::site(Neighbors neighbors, ace::AtomResult& result) const {
  result.energy = 0;
  result.gradients.resize(neighbors.size());
  for (std::size_t k = 0; k < neighbors.size(); ++k) {
    const double r2 = neighbors[k].vector.squaredNorm();
    const double s6 = std::pow(sigma_ * sigma_ / r2, 3);
    result.energy += 2 * epsilon_ * (s6 * s6 - s6);
    result.gradients[k] = neighbors[k].vector * (12 * epsilon_ * (s6 - 2 * s6 * s6) / r2);
  }
}

}  // namespace mlip::lammps_host
