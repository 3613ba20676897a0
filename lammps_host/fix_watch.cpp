#include "fix_watch.hpp"

#include <atom.h>
#include <comm.h>
#include <compute.h>
#include <domain.h>
#include <error.h>
#include <modify.h>
#include <timer.h>
#include <update.h>
#include <utils.h>

#include <cmath>
#include <cstdio>

#include "compute_gamma.hpp"
#include "core/file.hpp"
#include "snapshot.hpp"
#include "text.hpp"

namespace mlip::lammps_host {

using LAMMPS_NS::utils::inumeric;
using LAMMPS_NS::utils::numeric;

FixWatch::FixWatch(LAMMPS_NS::LAMMPS* lammps, int count, char** words) : Fix(lammps, count, words) {
  if (count != 10)
    error->all(FLERR, std::string("expected: fix ID group mlip/watch every pick halt spacing most "
                                  "samples_file excursion_prefix"));
  nevery = inumeric(FLERR, words[3], false, lmp);
  pick_ = numeric(FLERR, words[4], false, lmp);
  halt_ = numeric(FLERR, words[5], false, lmp);
  spacing_ = inumeric(FLERR, words[6], false, lmp);
  most_ = inumeric(FLERR, words[7], false, lmp);
  samples_file_ = words[8];
  prefix_ = words[9];
  if (nevery < 1) error->all(FLERR, std::string("fix mlip/watch: every must be at least 1"));
  scalar_flag = 1;
  global_freq = nevery;
  extscalar = 0;
}

int FixWatch::setmask() {
  return LAMMPS_NS::FixConst::PRE_FORCE | LAMMPS_NS::FixConst::END_OF_STEP;
}

void FixWatch::init() {
  pair_ = &pair_with_gamma(lmp);
}

void FixWatch::wait_for_gamma() {
  pair_->want_gamma();
}

void FixWatch::pre_force(int) {
  if (update->ntimestep % nevery == 0) wait_for_gamma();
}

void FixWatch::find_largest() {
  double largest = 0;
  double strange = 0;
  const std::vector<double>& gamma = pair_->gamma();
  for (int i = 0; i < atom->nlocal; ++i) {
    if (!(atom->mask[i] & groupbit)) continue;
    if (!std::isfinite(gamma[i])) strange = 1;
    if (gamma[i] > largest) largest = gamma[i];
  }
  double energy = pair_->local_energy();
  if (!std::isfinite(energy)) {
    strange = 1;
    energy = 0;
  }
  const double mine[2] = {largest, strange};
  double all[2];
  MPI_Allreduce(mine, all, 2, MPI_DOUBLE, MPI_MAX, world);
  MPI_Allreduce(&energy, &energy_, 1, MPI_DOUBLE, MPI_SUM, world);
  gamma_max_ = all[0];
  if (all[1] > 0)
    error->all(FLERR, "energy or extrapolation grade is not finite at step " +
                          std::to_string(update->ntimestep));
}

void FixWatch::write_line(const std::string& line) const {
  if (comm->me != 0) return;
  std::FILE* const file = std::fopen(samples_file_.c_str(), "a");
  const bool good = file && std::fputs(line.c_str(), file) >= 0;
  if ((file && std::fclose(file) != 0) || !good)
    error->one(FLERR, "cannot write '" + samples_file_ + "'");
}

std::vector<double> FixWatch::gather_atoms() const {
  const std::vector<double>& gamma = pair_->gamma();
  std::vector<double> mine;
  for (int i = 0; i < atom->nlocal; ++i) append_atom(*atom, i, gamma[i], mine);
  const int count = static_cast<int>(mine.size());
  std::vector<int> counts(static_cast<std::size_t>(comm->nprocs)), starts(counts.size());
  MPI_Gather(&count, 1, MPI_INT, counts.data(), 1, MPI_INT, 0, world);
  int total = 0;
  for (std::size_t p = 0; p < counts.size(); ++p) {
    starts[p] = total;
    total += counts[p];
  }
  std::vector<double> all(comm->me == 0 ? static_cast<std::size_t>(total) : 0);
  MPI_Gatherv(mine.data(), count, MPI_DOUBLE, all.data(), counts.data(), starts.data(), MPI_DOUBLE,
              0, world);
  return all;
}

void FixWatch::keep_excursion() {
  const LAMMPS_NS::bigint step = update->ntimestep;
  ++kept_;
  last_kept_ = step;
  const std::vector<double> atoms = gather_atoms();
  if (comm->me != 0) return;
  const std::string text = snapshot_text(*domain, atoms, step, *pair_);
  try {
    core::write_atomically(prefix_ + "." + std::to_string(step) + ".xyz", text);
  } catch (const std::exception& failure) {
    error->one(FLERR, std::string(failure.what()));
  }
}

void FixWatch::look() {
  find_largest();
  LAMMPS_NS::Compute* const temperature = modify->compute[modify->find_compute("thermo_temp")];
  const double kelvin = temperature->compute_scalar();
  const LAMMPS_NS::bigint step = update->ntimestep;
  const double time = update->atime + static_cast<double>(step - update->atimestep) * update->dt;
  const double sample[4] = {time, kelvin, gamma_max_, energy_};
  write_line(std::to_string(step) + " " + row(sample) + "\n");
  const bool halts = gamma_max_ > halt_;
  const bool due = last_kept_ < 0 || step - last_kept_ >= spacing_;
  if (gamma_max_ > pick_ && kept_ < most_ && (due || halts) && last_kept_ != step) keep_excursion();
  if (!halts) return;
  write_line("halt " + std::to_string(step) + " " + shortest(gamma_max_) + "\n");
  timer->force_timeout();
}

}  // namespace mlip::lammps_host
