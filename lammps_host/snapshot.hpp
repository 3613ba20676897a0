/// A snapshot with γ as one extended XYZ frame, in LAMMPS' orientation.
#pragma once

#include <atom.h>
#include <domain.h>
#include <mpi.h>

#include <string>
#include <vector>

#include "pair_sites.hpp"

namespace mlip::lammps_host {

/// Appends id, type, position, γ and the three image counts of local atom i.
void append_atom(const LAMMPS_NS::Atom& atom, int i, double gamma, std::vector<double>& numbers);

/// Atoms by id.  Columns species, pos (Å), gamma, image; keys Lattice, pbc, step, corner (boxlo,
/// Å).
[[nodiscard]] std::string snapshot_text(const LAMMPS_NS::Domain& domain,
                                        const std::vector<double>& atoms, LAMMPS_NS::bigint step,
                                        const PairSites& pair);

}  // namespace mlip::lammps_host
