/// Everything a run is made with: the options of all stages, complete.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ace/basis.hpp"
#include "dft/espresso/parameters.hpp"
#include "explore/embedding.hpp"
#include "explore/molecular_dynamics.hpp"
#include "fit/linear.hpp"
#include "generate/generate.hpp"
#include "pipeline/loop_options.hpp"

namespace mlip::pipeline {

struct SystemConfig {
  std::string name;                     ///< of the run; the input file's stem
  std::vector<std::string> elements;    ///< sorted
  std::uint64_t seed = 0;
  generate::Options generate;           ///< composition and seed are in it
  dft::espresso::Parameters dft;
  ace::BasisOptions basis;
  fit::Options fit;
  explore::Options explore;
  explore::EmbeddingOptions embedding;
  LoopOptions loop;
};

}  // namespace mlip::pipeline
