/// Molecular dynamics of any Calculator in a fixed cell: velocity Verlet, or Langevin in the BAOAB
/// splitting (doi:10.1093/amrx/abs010).
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "core/structure.hpp"
#include "potential/calculator.hpp"

namespace mlip::potential {

class Dynamics {
 public:
  struct Options {
    double timestep_fs = 1;
    double temperature = 300;    ///< K, of the first velocities and of the bath
    double friction_per_fs = 0;  ///< 0: no bath, energy is conserved
    std::uint64_t seed = 0;
  };

  /// Velocities are drawn at the temperature, without drift of the centre of mass.  `model` must
  /// outlive this.
  Dynamics(const Calculator& model, core::Structure structure, const Options& options);

  /// One time step, one evaluation.
  void step();

  [[nodiscard]] const core::Structure& structure() const { return structure_; }
  [[nodiscard]] const Evaluation& evaluation() const { return evaluation_; }
  [[nodiscard]] double kinetic_energy() const;  ///< eV
  [[nodiscard]] double total_energy() const;    ///< eV
  [[nodiscard]] double temperature() const;     ///< K

 private:
  void kick(double time_fs);
  void drift(double time_fs);
  void exchange_heat(double time_fs);

  const Calculator& model_;
  Options options_;
  core::Structure structure_;
  std::vector<double> masses_;        ///< u
  std::vector<core::Vec3> velocity_;  ///< Å/fs
  Evaluation evaluation_;
  std::mt19937_64 engine_;
};

}  // namespace mlip::potential
