/// Seeds of given molecules that need a model of their vibrations.
#pragma once

#include "generate/modelled.hpp"
#include "pipeline/system_config.hpp"
#include "surrogate/open.hpp"

namespace mlip::pipeline {

/// Each given molecule at rest by the model, and generate.modes samples of its vibrations at each
/// of generate.mode_temperatures; where the model makes another molecule of it, about what is
/// given.  Where the model has no answer, none, and why.
[[nodiscard]] generate::ModelledSeeds vibrating_molecules(const SystemConfig& config,
                                                          const surrogate::Surrogate& model);

}  // namespace mlip::pipeline
