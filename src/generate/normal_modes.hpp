/// Harmonic vibrations about a minimum of any Calculator, and samples of them (Smith 2017,
/// doi:10.1039/C6SC05720A).
#pragma once

#include <Eigen/Core>
#include <random>
#include <string>

#include "core/structure.hpp"
#include "potential/calculator.hpp"

namespace mlip::generate {

/// d²E/dx dx, 3N × 3N, eV/Å², symmetric: central differences of the forces over ± `step` Å.
[[nodiscard]] Eigen::MatrixXd hessian(const potential::Calculator& model,
                                      const core::Structure& structure, double step = 0.01,
                                      int threads = 1);

/// The same for displacements of the first `atoms` atoms only, 3N × 3 atoms, as differentiated.
[[nodiscard]] Eigen::MatrixXd hessian_columns(const potential::Calculator& model,
                                              const core::Structure& structure, Eigen::Index atoms,
                                              double step, int threads);

/// What moves without a restoring force: a molecule translates and turns, a crystal translates.
enum class Freedom { molecule, crystal };

/// All vibrations; rigid motions are projected out, so that N atoms have 3N − 6 (a linear molecule
/// 3N − 5, a crystal 3N − 3).
struct NormalModes {
  core::Structure structure;  ///< the minimum
  Eigen::VectorXd stiffness;  ///< eV/(Å² u), squared angular frequencies, ascending
  Eigen::MatrixXd shapes;     ///< 3N × modes: displacements × √mass, Å √u; orthonormal

  /// 1/cm; of an imaginary frequency minus its size.
  [[nodiscard]] Eigen::VectorXd wavenumbers() const;
  /// Modes that lead downhill: the structure is no minimum along them.
  [[nodiscard]] int imaginary() const;
};

/// A molecule is in one piece (not cut by its periodic box).
[[nodiscard]] NormalModes normal_modes(const core::Structure& structure,
                                       const Eigen::MatrixXd& hessian, Freedom freedom);

/// How amplitudes are drawn.
enum class Statistics {
  classical,  ///< Boltzmann: kT/2 of potential energy a mode on average
  quantum,    ///< the same of quantum oscillators, zero-point motion too
  ani  ///< Smith 2017: shares c of 3/2 N kT with random Σc < 1, ± √(3 c N kT / K) along each mode
};

/// "ani", "classical", "quantum".
[[nodiscard]] std::string name_of(Statistics statistics);

struct ModeSampling {
  double temperature = 300;  ///< K
  Statistics statistics = Statistics::classical;
  double softest = 50;  ///< 1/cm; softer modes move as if they were as stiff as this
};

struct ModeSample {
  core::Structure structure;
  double energy = 0;  ///< eV above the minimum, were it harmonic
};

/// One displaced structure; imaginary modes do not move.
[[nodiscard]] ModeSample sample_modes(const NormalModes& modes, const ModeSampling& sampling,
                                      std::mt19937_64& engine);

}  // namespace mlip::generate
