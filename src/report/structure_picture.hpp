/// A structure as a picture: atoms as balls in their usual colours, and the edges of the cell.
#pragma once

#include <set>
#include <string>

#include "core/structure.hpp"

namespace mlip::report {

/// Of more atoms only so many are drawn, those nearest to the eye.
inline constexpr std::size_t most_atoms_drawn = 400;

/// Inline SVG, seen a little from the right and from above, at the same scale in both directions.
/// Balls have 0.7 covalent radii and are filled by the gradients of ball_gradients().  The cell is
/// left out where the atoms fill less than half of it along every periodic axis, as a molecule in a
/// box.  Positions are finite (asserted).
[[nodiscard]] std::string picture(const core::Structure& structure);

/// The gradients of the elements, once a page.
[[nodiscard]] std::string ball_gradients(const std::set<int>& elements);

}  // namespace mlip::report
