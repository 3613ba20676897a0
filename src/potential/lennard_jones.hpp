/// Lennard-Jones pairs with a smooth end: the cheap exact truth of tests and scenario runs.
#pragma once

#include <map>

#include "potential/calculator.hpp"

namespace mlip::potential {

/// Per element; pairs mix by Lorentz and Berthelot.
struct LennardJonesSpecies {
  double epsilon = 0;  ///< eV, depth
  double sigma = 0;    ///< Å
};

/// V(r) = 4 ε [(σ/r)¹² − (σ/r)⁶] s(r), where s goes from 1 to 0 between `onset`·cutoff and the
/// cutoff as the polynomial of fifth degree with two continuous derivatives at both ends.
class LennardJones final : public Calculator {
 public:
  /// By atomic number.  Precondition: cutoff (Å) > 0, 0 ≤ onset < 1.
  LennardJones(std::map<int, LennardJonesSpecies> species, double cutoff, double onset = 0.7);
  [[nodiscard]] double cutoff() const override { return cutoff_; }
  [[nodiscard]] Evaluation evaluate(const core::Structure& structure,
                                    const Request& request = {}) const override;

 private:
  std::map<int, LennardJonesSpecies> species_;
  double cutoff_, onset_;
};

}  // namespace mlip::potential
