/// Seed structures that a model of the energy makes, before any DFT.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/records.hpp"
#include "generate/generate.hpp"
#include "potential/calculator.hpp"

namespace mlip::generate {

struct Modelling {
  int threads = 1;
  std::function<void(const std::string& stage, int done, int all)> progress;  ///< or none
  std::stop_token stop;  ///< then what there is so far is returned
};

struct ModelledSeeds {
  std::vector<core::Candidate> candidates;
  std::vector<std::string> left_out;  ///< what did not come out, and why
};

/// Of each crystal of the options phonon displacements, random cells and a melt of its supercell,
/// as many as they ask for; deterministic by options.seed.  Throws core::UserError for an element
/// that the model does not know.
[[nodiscard]] ModelledSeeds modelled_seeds(const Options& options,
                                           const potential::Calculator& model,
                                           const Modelling& modelling);

}  // namespace mlip::generate
