/// compute ID GROUP mlip/gamma/atom: the extrapolation grade of each atom.
#pragma once

#include <compute.h>
#include <mpi.h>

#include "pair_sites.hpp"

namespace mlip::lammps_host {

/// The pair style with γ that is in use (also inside hybrid styles); ends the run where there is
/// none.
PairSites& pair_with_gamma(LAMMPS_NS::LAMMPS* lammps);

class ComputeGamma final : public LAMMPS_NS::Compute {
 public:
  ComputeGamma(LAMMPS_NS::LAMMPS* lammps, int count, char** words);
  ~ComputeGamma() override;
  ComputeGamma(const ComputeGamma&) = delete;
  ComputeGamma& operator=(const ComputeGamma&) = delete;
  void init() override { pair_with_gamma(lmp); }
  void compute_peratom() override;

 private:
  int allocated_ = 0;
};

}  // namespace mlip::lammps_host
