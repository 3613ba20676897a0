/// What must hold before a potential is let out: tests that need no reference data.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/structure.hpp"
#include "potential/calculator.hpp"

namespace mlip::validate {

/// One test of one potential.
struct Guard {
  std::string name;
  bool held = false;
  double value = 0, limit = 0;  ///< what was measured, and what it may come to
  std::string unit;
  std::string detail;  ///< one line: where, at what temperature, how long
};

struct GuardOptions {
  int atoms = 32;
  double heat = 1.2;
  double heat_ps = 2, drift_ps = 1;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.field("atoms", atoms, "", "fewest atoms of the crystal the guards run dynamics of");
    visit.field("heat", heat, "", "how far beyond the hottest walk it is heated, as a factor");
    visit.field("heat_ps", heat_ps, "ps", "how long the crystal is kept hot");
    visit.field("drift_ps", drift_ps, "ps", "how long its energy has to stay");
  }
};

/// Two atoms, alone or bound in a molecule, that come nearer.
struct Approach {
  core::Structure start;
  int still = 0, moved = 1;       ///< the atoms
  std::vector<int> moving = {1};  ///< what goes along with the moved one, itself among them
};

/// A pair of atoms and nothing else, `distance` (Å) apart.
[[nodiscard]] Approach pair_alone(int number_a, int number_b, double distance);

/// What a potential is made for.
struct Conditions {
  core::Structure start;   ///< a crystal of some dozen atoms, or a molecule, near equilibrium
  double temperature = 0;  ///< K, beyond the highest it will be used at
  std::map<std::pair<int, int>, double> shortest;  ///< Å, by atomic numbers, lower first: of data
  std::vector<Approach> approaches;                ///< of some of those pairs
  GuardOptions options;
};

/// Every guard below, approaches first.  Where the data hold some pair bonded (nearer than 1.3
/// times the sum of covalent radii), pairs that they hold only farther apart, as like atoms of a
/// compound, have their bond ahead.
[[nodiscard]] std::vector<Guard> check_guards(const potential::Calculator& model,
                                              const Conditions& conditions);

/// Approaching from `shortest` (Å, the shortest distance of the data) to half of it, the energy
/// may fall nowhere by more than a few meV: a hole swallows atoms.  Two atoms alone bind nearer
/// than in a crystal, so the first fall may end in a bond down to 0.8 times that distance, if no
/// more than a tenth of what the pair gained until then, and half an eV, is gained there.  A pair
/// that has its `bond_ahead` of it may gain what a bond of any two atoms gains, down to 0.8 times
/// the sum of covalent radii, and is followed down to half of that sum.  The force has to be the
/// slope of the energy on the way, in the switch to the core as well.
[[nodiscard]] Guard no_hole(const potential::Calculator& model, const Approach& approach,
                            double shortest, bool bond_ahead = false);

/// Langevin dynamics at `temperature` (K) for `picoseconds`: energies stay finite and no two atoms
/// come closer than `closest` (Å).  The value is the shortest distance met.
[[nodiscard]] Guard survives_heat(const potential::Calculator& model, const core::Structure& start,
                                  double temperature, double picoseconds, double closest);

/// Slope of the energy (eV/atom/ps) over dynamics without a bath, begun at `temperature` (K).
[[nodiscard]] Guard conserves_energy(const potential::Calculator& model,
                                     const core::Structure& start, double temperature,
                                     double picoseconds);

/// The largest grade γ of `start` after one atom moved to `distance` (Å) from its nearest
/// neighbour, where no data can be: it has to be above 1.
[[nodiscard]] Guard knows_its_limits(const potential::Calculator& model,
                                     const core::Structure& start, double distance);

}  // namespace mlip::validate
