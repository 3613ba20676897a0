/// Molecules: in one piece, in pairs, and pulled apart.
#pragma once

#include <vector>

#include "core/records.hpp"

namespace mlip::generate {

struct Bond {
  int first, second;  ///< atoms
};

/// Pairs nearer than 1.25 × the sum of their covalent radii, in a molecule in one piece.
[[nodiscard]] std::vector<Bond> find_bonds(const core::Structure& molecule);

/// The atoms that a bond's second atom takes along where the bond is pulled, itself among them;
/// none where the bond is part of a ring.
[[nodiscard]] std::vector<int> moved_with(const std::vector<Bond>& bonds, const Bond& bond);

/// The molecule alone in a periodic cube with at least `vacuum` Å around it, no bond cut by the
/// box. Throws core::UserError where bonds do not hold all atoms together, or join them to their
/// own images.
[[nodiscard]] core::Structure whole_molecule(const core::Structure& structure, double vacuum);

/// Å between the two atoms that are farthest apart.
[[nodiscard]] double width_of(const core::Structure& molecule);

/// The molecule in a cube that holds it however it turns: with molecule_vacuum left around it, and
/// twice as wide as its electrons, as Martyna and Tuckerman's treatment of lone molecules wants it
/// (doi:10.1063/1.477923).
[[nodiscard]] core::Structure roomy(const core::Structure& molecule);

struct MoleculePairs {
  int count = 20;
  double nearest = 0.5;   ///< Å between the spheres of the covalent radii, of the closest pair
  double farthest = 4.0;  ///< Å, of the farthest
  double vacuum = 7;      ///< Å around a pair
  std::uint64_t seed = 0;
};

/// Two molecules, each turned at random, seen from a random side; gaps grow from the nearest to the
/// farthest, half of them in the first fourth.
[[nodiscard]] std::vector<core::Candidate> molecule_pairs(const core::Structure& first,
                                                          const core::Structure& second,
                                                          const MoleculePairs& options);

struct Dissociations {
  std::vector<core::Candidate> candidates;
  int rings = 0;  ///< bonds that cannot be pulled alone
};

struct BondScan {
  int steps = 12;         ///< lengths of each bond, at least 2
  double closest = 0.75;  ///< shortest length over the sum of the covalent radii
  double longest = 3;     ///< over the bond's length in the molecule
  double vacuum = 7;      ///< Å around the fragments
};

/// Each angle between two bonds, alike ones once, from where its outer atoms touch as if they were
/// bound to 1.3 times its width (or straight) in `steps` steps, what hangs on one arm turned with
/// it; none of rings, none whose atoms come closer than `closest` × the sum of their covalent
/// radii.
[[nodiscard]] std::vector<core::Candidate> bends(const core::Structure& molecule, int steps,
                                                 double closest);

/// Each bond, alike ones once, pressed and pulled; what hangs on its ends goes along unchanged.
[[nodiscard]] Dissociations dissociations(const core::Structure& molecule, const BondScan& scan);

}  // namespace mlip::generate
