/// The styles this project brings to a LAMMPS, said once for mlip-lammps and for the plugin.
#pragma once

#include <compute.h>
#include <fix.h>
#include <mpi.h>
#include <pair.h>

#include <span>

namespace mlip::lammps_host {

template <class Make>
struct Style {
  const char* name;
  Make make;
};

using MakePair = LAMMPS_NS::Pair* (*)(LAMMPS_NS::LAMMPS*);
using MakeCompute = LAMMPS_NS::Compute* (*)(LAMMPS_NS::LAMMPS*, int, char**);
using MakeFix = LAMMPS_NS::Fix* (*)(LAMMPS_NS::LAMMPS*, int, char**);

[[nodiscard]] std::span<const Style<MakePair>> pair_styles();
[[nodiscard]] std::span<const Style<MakeCompute>> compute_styles();
[[nodiscard]] std::span<const Style<MakeFix>> fix_styles();

}  // namespace mlip::lammps_host
