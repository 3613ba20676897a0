/// The one small interface every energy model is met through.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "core/structure.hpp"

namespace mlip::potential {

/// What a caller wants besides energy, forces and virial.
struct Request {
  bool gamma = false;        ///< extrapolation grades
  bool descriptors = false;  ///< per-atom descriptor vectors
};

struct Evaluation {
  double energy = 0;                         ///< eV
  std::vector<double> energies;              ///< eV, an atom; sums to energy
  std::vector<core::Vec3> forces;            ///< eV/Å
  core::Mat3 virial = core::Mat3::Zero();    ///< eV, −dE/dε = −V σ, symmetric
  std::vector<double> gamma;                 ///< an atom; empty unless asked for and known
  std::vector<Eigen::VectorXd> descriptors;  ///< an atom; empty unless asked for and known

  /// (1/V) dE/dε, eV/Å³, positive in tension.
  [[nodiscard]] core::Mat3 stress(double volume) const { return -virial / volume; }
};

/// Thread-safe: evaluate() may be called from several threads on one object.
class Calculator {
 public:
  virtual ~Calculator() = default;
  /// Å; atoms further apart than this do not feel each other.
  [[nodiscard]] virtual double cutoff() const = 0;
  /// Throws core::UserError for an element the model does not know.
  [[nodiscard]] virtual Evaluation evaluate(const core::Structure& structure,
                                            const Request& request = {}) const = 0;
};

}  // namespace mlip::potential
