/// Whether the electrons of a molecule pair.
#pragma once

#include "core/structure.hpp"

namespace mlip::generate {

/// True where bonds of order one to three give every atom a valence of its element: its electrons
/// then pair (Lewis 1916, doi:10.1021/ja02261a002).  False of two atoms of oxygen's group, or of
/// boron, whose last electrons have two orbitals of one energy and stay apart (Mulliken 1932,
/// doi:10.1103/RevModPhys.4.1), and of all that the rule does not know: metals, radicals, ions.
[[nodiscard]] bool has_closed_shells(const core::Structure& molecule);

}  // namespace mlip::generate
