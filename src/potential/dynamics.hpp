/// Molecular dynamics of any Calculator: velocity Verlet, or Langevin in the BAOAB splitting
/// (doi:10.1093/amrx/abs010); the cell changes only when asked to.
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
  /// K, of the bath from now on.
  void set_temperature(double temperature) { options_.temperature = temperature; }
  /// The volume becomes exp(`change`) times what it was, the phase-space volume stays: positions
  /// grow with the cell, velocities shrink.  One evaluation.
  void scale_volume(double change);

  [[nodiscard]] const core::Structure& structure() const { return structure_; }
  [[nodiscard]] const Evaluation& evaluation() const { return evaluation_; }
  [[nodiscard]] double kinetic_energy() const;  ///< eV
  [[nodiscard]] double total_energy() const;    ///< eV
  [[nodiscard]] double temperature() const;     ///< K
  [[nodiscard]] double pressure() const;        ///< eV/Å³, with the kinetic part
  /// eV, one step ago: what the integrator without a bath conserves to the fourth order of the time
  /// step, where total_energy() sways with its square (doi:10.1103/PhysRevE.50.2271).  From the
  /// second step on.
  [[nodiscard]] double shadow_energy() const;

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

  /// A moment of the past.
  struct Moment {
    std::vector<core::Vec3> forces, velocity;
    double energy = 0;
  };
  [[nodiscard]] Moment now() const { return {evaluation_.forces, velocity_, total_energy()}; }
  Moment before_, long_before_;  ///< one and two steps ago
  std::mt19937_64 engine_;
};

}  // namespace mlip::potential
