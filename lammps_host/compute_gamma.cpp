#include "compute_gamma.hpp"

#include <atom.h>
#include <error.h>
#include <force.h>
#include <memory.h>
#include <update.h>

namespace mlip::lammps_host {

PairSites& pair_with_gamma(LAMMPS_NS::LAMMPS* lammps) {
  auto* pair = dynamic_cast<PairSites*>(lammps->force->pair_match("mlip/ace", 1));
  if (!pair)
    lammps->error->all(FLERR, std::string("the extrapolation grade needs pair_style mlip/ace"));
  if (!pair->has_gamma())
    lammps->error->all(FLERR, std::string("the extrapolation grade needs an active set (.asi)"));
  return *pair;
}

ComputeGamma::ComputeGamma(LAMMPS_NS::LAMMPS* lammps, int count, char** words)
    : Compute(lammps, count, words) {
  if (count != 3) error->all(FLERR, std::string("expected: compute ID group mlip/gamma/atom"));
  peratom_flag = 1;
  size_peratom_cols = 0;
}

ComputeGamma::~ComputeGamma() {
  memory->destroy(vector_atom);
}

void ComputeGamma::compute_peratom() {
  invoked_peratom = update->ntimestep;
  if (atom->nmax > allocated_) {
    memory->destroy(vector_atom);
    allocated_ = atom->nmax;
    memory->create(vector_atom, allocated_, "mlip:gamma");
  }
  const std::vector<double>& gamma = pair_with_gamma(lmp).gamma();
  for (int i = 0; i < atom->nlocal; ++i)
    vector_atom[i] = (atom->mask[i] & groupbit) ? gamma[i] : 0.0;
}

}  // namespace mlip::lammps_host
