/// A surrogate from what a user writes to name it.
#pragma once

#include <memory>
#include <string>

#include "potential/calculator.hpp"

namespace mlip::surrogate {

struct Surrogate {
  std::unique_ptr<potential::Calculator> calculator;
  std::string model;     ///< e.g. "sevennet-0", "ase:ase.calculators.emt:EMT"
  std::string version;   ///< of the checkpoint, or of ASE and the package of its calculator
  std::string energies;  ///< their convention, as far as it is known
};

/// `model` is one of sevennet_names(), a model file, or "ase:module:Class"; `workers` is how many
/// threads will ask at once, `call_seconds` the longest an ASE calculator may take for a structure.
/// Throws core::UserError where it cannot be had.
[[nodiscard]] Surrogate open_surrogate(const std::string& model, int workers,
                                       double call_seconds = 300);

}  // namespace mlip::surrogate
