/// pair_style mlip/lj CUTOFF
/// pair_coeff * * EPSILON SIGMA
///
/// Lennard-Jones as a sum of site energies: what lj/cut gives, by the path that mlip/ace takes.  It
/// shows that the neighbour lists, forces and virial of that path are right on this machine.
#pragma once

#include "pair_sites.hpp"

namespace mlip::lammps_host {

class PairLennardJones final : public PairSites {
 public:
  using PairSites::PairSites;
  void settings(int count, char** words) override;
  void coeff(int count, char** words) override;

 protected:
  void sites(int type, std::span<const Neighbors> neighbors, bool gamma,
             std::span<ace::AtomResult> results) override;
  [[nodiscard]] double reach() const override { return cutoff_; }

 private:
  void site(Neighbors neighbors, ace::AtomResult& result) const;

  double cutoff_ = 0, epsilon_ = 0, sigma_ = 0;
};

}  // namespace mlip::lammps_host
