/// Seeds of given molecules that need a model of their vibrations.
#pragma once

#include <vector>

#include "core/records.hpp"
#include "pipeline/system_config.hpp"

namespace mlip::pipeline {

/// Each given molecule at rest by surrogate.model, and generate.modes samples of its vibrations at
/// each of generate.mode_temperatures; where the model makes another molecule of it, about what is
/// given.  None without a model, or where no molecules are given.  Throws core::UserError where the
/// model cannot be had.
[[nodiscard]] std::vector<core::Candidate> vibrating_molecules(const SystemConfig& config);

}  // namespace mlip::pipeline
