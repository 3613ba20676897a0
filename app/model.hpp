/// A potential from its files.
#pragma once

#include <filesystem>
#include <optional>

#include "ace/evaluator.hpp"

namespace mlip::app {

/// Where a potential lies: a folder with potential.yaml (else .yace) and potential.asi, or a file.
struct PotentialFiles {
  std::filesystem::path potential;                  ///< .yaml or .yace
  std::optional<std::filesystem::path> active_set;  ///< .asi
};

/// `asi` where not empty is the active set; else one of the same name beside the potential is.
/// Throws core::UserError where there is no potential.
[[nodiscard]] PotentialFiles find_potential(const std::string& path, const std::string& asi = "");

/// The evaluator, with the active set where one was found and the potential is a .yaml.
[[nodiscard]] ace::Evaluator load_model(const PotentialFiles& files);

}  // namespace mlip::app
