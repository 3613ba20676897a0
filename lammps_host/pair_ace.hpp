/// pair_style mlip/ace [exact|spline]
/// pair_coeff * * potential.yaml potential.asi|NULL El1 El2 ...
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "pair_sites.hpp"

namespace mlip::lammps_host {

/// An ACE potential of a `.yaml` file (γ with an active set) or of a `.yace` file (no γ); units
/// metal.  Functions of a distance are exact, or the splines of ML-PACE's pair_style pace.
class PairAce final : public PairSites {
 public:
  using PairSites::PairSites;
  void settings(int count, char** words) override;
  void coeff(int count, char** words) override;
  [[nodiscard]] bool has_gamma() const override;
  [[nodiscard]] std::string symbol(int type) const override { return symbols_[type]; }

 protected:
  void sites(int type, std::span<const Neighbors> neighbors, bool gamma,
             std::span<ace::AtomResult> results) override;
  [[nodiscard]] double reach() const override { return evaluator_->cutoff(); }

 private:
  void map_types(int count, char** words);

  ace::RadialMode mode_ = ace::RadialMode::exact;
  std::unique_ptr<const ace::Evaluator> evaluator_;
  std::vector<std::string> symbols_;  // by LAMMPS type, [0] unused
  std::vector<int> species_;          // by LAMMPS type, [0] unused
  std::array<std::vector<ace::AtomNeighbor>, batch> mapped_;
};

}  // namespace mlip::lammps_host
