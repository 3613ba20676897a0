// mlip-lammps: LAMMPS as `lmp` runs it, with pair_style mlip/ace and mlip/lj, compute
// mlip/gamma/atom and fix mlip/watch.  The command `clear` in a script drops these styles.
#include <force.h>
#include <input.h>
#include <lammps.h>
#include <library.h>
#include <modify.h>
#include <mpi.h>

#include <cstdio>
#include <memory>

#include "compute_gamma.hpp"
#include "fix_watch.hpp"
#include "pair_ace.hpp"
#include "pair_lennard_jones.hpp"

#ifdef __SANITIZE_ADDRESS__
// MPI and liblammps keep some memory until the process ends.
extern "C" const char* __asan_default_options() {
  return "detect_leaks=0";
}
#endif

namespace {

using LAMMPS_NS::LAMMPS;

constexpr int supported_version = 20210929;  // what compat/ mirrors

template <class Style>
LAMMPS_NS::Pair* make_pair_style(LAMMPS* lammps) {
  return new Style(lammps);
}

LAMMPS_NS::Compute* make_compute(LAMMPS* lammps, int count, char** words) {
  return new mlip::lammps_host::ComputeGamma(lammps, count, words);
}

LAMMPS_NS::Fix* make_fix(LAMMPS* lammps, int count, char** words) {
  return new mlip::lammps_host::FixWatch(lammps, count, words);
}

void register_styles(LAMMPS& lammps) {
  auto& pairs = *lammps.force->pair_map;
  pairs["mlip/ace"] = &make_pair_style<mlip::lammps_host::PairAce>;
  pairs["mlip/lj"] = &make_pair_style<mlip::lammps_host::PairLennardJones>;
  (*lammps.modify->compute_map)["mlip/gamma/atom"] = &make_compute;
  (*lammps.modify->fix_map)["mlip/watch"] = &make_fix;
}

}  // namespace

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  int status = 0;
  {
    const auto lammps = std::make_unique<LAMMPS>(argc, argv, MPI_COMM_WORLD);
    const int version = lammps_version(lammps.get());
    if (version == supported_version) {
      register_styles(*lammps);
      lammps->input->file();
    } else {
      std::fprintf(stderr, "ERROR: mlip-lammps was built for LAMMPS %d but runs with %d\n",
                   supported_version, version);
      status = 1;
    }
  }
  MPI_Finalize();
  return status;
}
