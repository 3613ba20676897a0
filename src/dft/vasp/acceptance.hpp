/// Which runs become labels: that VASP ended is not enough.
#pragma once

#include <string>

#include "core/structure.hpp"
#include "dft/vasp/fault.hpp"
#include "dft/vasp/input.hpp"
#include "dft/vasp/outcar.hpp"
#include "dft/vasp/parameters.hpp"
#include "dft/vasp/vasprun.hpp"

namespace mlip::dft::vasp {

/// What was asked of VASP.
struct Request {
  const core::Structure& structure;  ///< as given to label()
  const Parameters& parameters;
  const Numerics& numerics;
  const std::string& run_id;
};

/// Compares what came out with what was asked: this very run, one ionic step, the same atoms, cell,
/// mesh, cutoff, smearing and POTCAR files, the last energy change within EDIFF, one energy in
/// OUTCAR and vasprun.xml, forces and stress present, an empty highest band, sane forces and the
/// magnetic state.  Fault::none where all hold.
[[nodiscard]] Diagnosis check(const Request& request, const Vasprun& vasprun, const Outcar& outcar);

/// Labels of an accepted run, atoms in the order given; stress only where all axes repeat and the
/// system is not isolated.
[[nodiscard]] core::Labels labels_of(const Request& request, const Vasprun& vasprun,
                                     const Outcar& outcar);

}  // namespace mlip::dft::vasp
