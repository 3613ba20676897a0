/// How the pair repulsion of an atom's neighbours enters its energy.
#pragma once

#include <span>
#include <vector>

#include "ace/core_repulsion.hpp"
#include "ace/evaluator.hpp"

namespace mlip::ace {

/// E_i = E_ace f(…) + pair part + E0: f falls with the core density, or in `zbl` mode with the
/// nearest neighbour, where the pair part is multiplied by 1 − f.
class CoreSwitch {
 public:
  /// `bin_width` > 0 (Å): pair energies as splines.
  CoreSwitch(std::span<const Bond> bonds, std::span<const int> numbers, int central,
             const Embedding& embedding, double bin_width = 0);

  /// State of one atom; scratch of one thread.
  struct State {
    std::vector<Slope> pairs;  ///< a neighbour
    double pair_sum = 0;       ///< Σ of the pair energies, eV
    Slope factor = {1, 0};  ///< f and its derivative by pair_sum, or by the distance of `nearest`
    int nearest = -1;       ///< `zbl` mode: the neighbour that sets f
  };
  void evaluate(std::span<const AtomNeighbor> neighbors, State& state) const;
  /// Energy from that of the many-body part.
  [[nodiscard]] double energy(double many_body, const State& state) const;
  /// Adds the derivatives that are not those of the many-body energy.
  void add_gradients(std::span<const AtomNeighbor> neighbors, double many_body, const State& state,
                     std::span<core::Vec3> gradients) const;

 private:
  void find_nearest(std::span<const AtomNeighbor> neighbors, State& state) const;

  std::vector<Bond> bonds_;
  std::vector<CoreRepulsion> cores_;
  double largest_cutoff_ = 0, density_cutoff_, density_width_;
  bool zbl_ = false, active_ = false;
};

}  // namespace mlip::ace
