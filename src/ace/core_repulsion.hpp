/// Short-range pair repulsion and the switch that lets it take over from the many-body energy.
#pragma once

#include <optional>

#include "ace/hermite_table.hpp"
#include "ace/potential.hpp"
#include "ace/radial.hpp"

namespace mlip::ace {

/// Pair energy of one bond in eV, Å: exponential core, or half the shifted ZBL potential in `zbl`
/// mode (Ziegler, Biersack, Littmark 1985; a = 0.4685/(Z_i^0.23 + Z_j^0.23) Å).
class CoreRepulsion {
 public:
  /// `bin_width` > 0 (Å): as a spline.
  CoreRepulsion(const Bond& bond, int central_number, int neighbor_number, double bin_width = 0);
  [[nodiscard]] Slope evaluate(double r) const;
  /// False where the energy is 0 at every distance.
  [[nodiscard]] bool active() const { return active_; }

 private:
  void prepare_zbl(int central_number, int neighbor_number);
  [[nodiscard]] Slope exact(double r) const;
  [[nodiscard]] Slope exponential(double r) const;
  [[nodiscard]] Slope zbl(double r) const;

  Bond bond_;
  bool active_;
  double screening_ = 1, strength_ = 0;
  double cubic_ = 0, quartic_ = 0, shift_ = 0;
  std::optional<HermiteTable> table_;
};

}  // namespace mlip::ace
