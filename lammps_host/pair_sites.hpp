/// What pair styles share whose energy is a sum over atoms of functions of their neighbours.
#pragma once

#include <mpi.h>
#include <pair.h>

#include <span>
#include <vector>

#include "ace/evaluator.hpp"

namespace mlip::lammps_host {

/// Full neighbour list, Newton's third law on; the forces on ghost atoms go home in the reverse
/// communication.  Energy per atom, global virial from Σ f·r over local and ghost atoms, per-atom
/// virial on the atom whose energy it is.
class PairSites : public LAMMPS_NS::Pair {
 public:
  explicit PairSites(LAMMPS_NS::LAMMPS* lammps);
  ~PairSites() override;
  PairSites(const PairSites&) = delete;
  PairSites& operator=(const PairSites&) = delete;

  void compute(int eflag, int vflag) override;
  void init_style() override;
  double init_one(int i, int j) override;
  /// "gamma": γ of this process' atoms at the present step (computed now if it is not known yet);
  /// "gamma_flag": an int, not 0 where each compute() is to find γ on its way (`fix pair` sets it).
  void* extract(const char* name, int& dimensions) override;
  /// "gamma", as `fix pair` reads it; it overrides where the LAMMPS (from 2022 on) has it.
  virtual void* extract_peratom(const char* name, int& columns);

  /// The next compute() finds γ on its way.
  void want_gamma() { want_gamma_ = true; }
  /// γ of the local atoms at the present step.
  const std::vector<double>& gamma();
  /// Sum of the energies of the local atoms of the last compute(), in the units of the style.
  [[nodiscard]] double local_energy() const { return local_energy_; }
  [[nodiscard]] virtual bool has_gamma() const { return false; }
  /// Element symbol of a LAMMPS type (from 1); empty where the style knows none.
  [[nodiscard]] virtual std::string symbol(int /*type*/) const { return {}; }

 protected:
  /// Energy of one atom of a LAMMPS type; the species of the neighbours are LAMMPS types too.
  virtual void site(int type, std::span<const ace::AtomNeighbor> neighbors, bool gamma,
                    ace::AtomResult& result) = 0;
  /// Distance beyond which site() ignores neighbours.
  [[nodiscard]] virtual double reach() const = 0;
  /// All pairs of types have their coefficients.
  void allocate_for_all_types();

 private:
  void gather_neighbors(int i);
  void find_gamma();
  void* gamma_of_this_step();
  void add_forces(int i);
  void add_site_virial(int i);

  std::vector<ace::AtomNeighbor> neighbors_;
  std::vector<int> indices_;
  ace::AtomResult result_;
  std::vector<double> gamma_;
  double local_energy_ = 0;
  bool want_gamma_ = false;
  int gamma_flag_ = 0;
  LAMMPS_NS::bigint gamma_step_ = -1;
};

}  // namespace mlip::lammps_host
