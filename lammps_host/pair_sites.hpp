/// What pair styles share whose energy is a sum over atoms of functions of their neighbours.
#pragma once

#include <mpi.h>
#include <pair.h>

#include <array>
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
  using Neighbors = std::span<const ace::AtomNeighbor>;
  /// Energies of at most `batch` atoms of one LAMMPS type; the species of the neighbours are LAMMPS
  /// types too.
  virtual void sites(int type, std::span<const Neighbors> neighbors, bool gamma,
                     std::span<ace::AtomResult> results) = 0;
  static constexpr std::size_t batch = 8;
  /// Distance beyond which sites() ignores neighbours.
  [[nodiscard]] virtual double reach() const = 0;
  /// All pairs of types have their coefficients.
  void allocate_for_all_types();

 private:
  /// One atom of the batch under way.
  struct Site {
    int atom = 0;
    std::vector<ace::AtomNeighbor> neighbors;
    std::vector<int> indices;  // of the neighbours, among local and ghost atoms
  };
  /// Calls use(site, result) for every local atom, type by type.
  template <class Use>
  void each_site(bool gamma, const Use& use);
  void gather_neighbors(int i, Site& site) const;
  void find_gamma();
  void* gamma_of_this_step();
  void add_forces(const Site& site, const ace::AtomResult& result);
  void add_site_virial(const Site& site, const ace::AtomResult& result);

  std::array<Site, batch> sites_;
  std::array<ace::AtomResult, batch> results_;
  std::vector<double> gamma_;
  double local_energy_ = 0;
  bool want_gamma_ = false;
  int gamma_flag_ = 0;
  LAMMPS_NS::bigint gamma_step_ = -1;
};

}  // namespace mlip::lammps_host
