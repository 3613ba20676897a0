/// Which trainer fits, and what it is relieved of.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "fit/linear.hpp"
#include "fit/pacemaker/trainer.hpp"
#include "fit/weighting.hpp"

namespace mlip::fit {

struct TrainingOptions {
  std::string engine = "native";
  std::string reference = "zbl";
  WeightingOptions weighting;
  pacemaker::Options pacemaker;

  template <class Visitor>
  void describe(Visitor& visit) {
    visit.choice("engine", engine, {"native", "pacemaker"},
                 "native: the linear fit of this program; pacemaker: the real Pacemaker");
    visit.choice(
        "reference", reference, {"zbl", "pair"},
        "what is known before the fit; zbl: Ziegler-Biersack-Littmark takes over below the "
        "distances of the data; pair: a screened repulsion at all distances, subtracted "
        "from the labels (delta learning)");
    visit.field("weighting", weighting, "", "what each structure's labels count");
    visit.field("pacemaker", pacemaker, "", "how Pacemaker is run");
  }
};

/// fit_linear() or fit_with_pacemaker() of the labels less the reference, weighted, and a potential
/// that has the reference in it: Fit::train are its errors on the labels as given.  `job` is
/// Pacemaker's.
[[nodiscard]] Fit train(const ace::Potential& basis, std::span<const Item> items,
                        const std::vector<double>& isolated_energies, const Options& options,
                        const TrainingOptions& training, const pacemaker::Job& job);

}  // namespace mlip::fit
