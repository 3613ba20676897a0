/// fix ID GROUP mlip/watch EVERY PICK HALT SPACING MOST SAMPLES PREFIX
///
/// Every EVERY steps γ is found and a line `step time temperature gamma_max energy` goes to
/// SAMPLES.  Where γ of an atom is above PICK and the last one kept is at least SPACING steps ago,
/// the whole snapshot is written to PREFIX.STEP.xyz (at most MOST of them).  Above HALT the
/// snapshot is kept too, a line `halt STEP GAMMA` says why, and the run ends as at a wall-time
/// limit.  An energy or γ that is not finite ends the process.
#pragma once

#include <fix.h>
#include <mpi.h>

#include <string>
#include <vector>

#include "pair_sites.hpp"

namespace mlip::lammps_host {

class FixWatch final : public LAMMPS_NS::Fix {
 public:
  FixWatch(LAMMPS_NS::LAMMPS* lammps, int count, char** words);
  int setmask() override;
  void init() override;
  void setup_pre_force(int) override { wait_for_gamma(); }
  void setup(int) override { look(); }
  void pre_force(int) override;
  void end_of_step() override { look(); }
  /// Largest γ of the last look.
  double compute_scalar() override { return gamma_max_; }

 private:
  void wait_for_gamma();
  void look();
  void find_largest();
  void write_line(const std::string& line) const;
  void keep_excursion();
  [[nodiscard]] std::vector<double> gather_atoms() const;

  PairSites* pair_ = nullptr;
  double pick_, halt_;
  LAMMPS_NS::bigint spacing_, last_kept_ = -1;
  int most_, kept_ = 0;
  std::string samples_file_, prefix_;
  double gamma_max_ = 0, energy_ = 0;
};

}  // namespace mlip::lammps_host
