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

#include "styles.hpp"

#ifdef __SANITIZE_ADDRESS__
// MPI and liblammps keep some memory until the process ends.
extern "C" const char* __asan_default_options() {
  return "detect_leaks=0";
}
#endif

namespace {

using LAMMPS_NS::LAMMPS;

constexpr int supported_version = 20210929;  // what compat/ mirrors

void register_styles(LAMMPS& lammps) {
  using namespace mlip::lammps_host;
  for (const auto& [name, make] : pair_styles()) (*lammps.force->pair_map)[name] = make;
  for (const auto& [name, make] : compute_styles()) (*lammps.modify->compute_map)[name] = make;
  for (const auto& [name, make] : fix_styles()) (*lammps.modify->fix_map)[name] = make;
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
