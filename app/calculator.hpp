/// The energy model that a command line names.
#pragma once

#include <memory>
#include <string>

#include "potential/calculator.hpp"

namespace mlip::app {

struct NamedCalculator {
  std::unique_ptr<potential::Calculator> calculator;
  std::string name;  ///< of model and version, or of the potential's file
};

/// What --model may be, for --help.
inline constexpr const char* model_meaning =
    "sevennet-0 or another surrogate, ase:module:Class, a model file, or a potential of ours "
    "(.yaml, "
    ".yace, its folder)";

/// A surrogate, or an ACE potential; `workers` is how many threads will ask at once.  Throws
/// core::UserError where it cannot be had.
[[nodiscard]] NamedCalculator open_calculator(const std::string& model, int workers);

}  // namespace mlip::app
