/// A potential as Python holds it: an evaluator, and its committee where it has one.
#pragma once

#include <pybind11/pybind11.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "ace/evaluator.hpp"

namespace mlip::python {

struct PotentialFiles {
  std::filesystem::path potential;
  std::optional<std::filesystem::path> active_set, committee;
};

/// Immutable; shared by copies.
struct Potential {
  ace::Evaluator evaluator;
  std::vector<ace::Evaluator> members;  ///< of the committee; empty where there is none
  std::vector<std::string> elements;
  std::optional<PotentialFiles> files;  ///< absent where it was not read but fitted
};

/// A committee's spread around its potential, root mean square over the members.
struct Deviations {
  double energy = 0;               ///< eV
  std::vector<double> energies;    ///< eV, an atom
  std::vector<core::Vec3> forces;  ///< eV/Å
  core::Mat3 virial = core::Mat3::Zero();
};

/// `evaluation` is the potential's own.  Precondition: there is a committee.
[[nodiscard]] Deviations deviations(const Potential& potential, const core::Structure& structure,
                                    const potential::Evaluation& evaluation);

void bind_potential(pybind11::module_& module);

}  // namespace mlip::python
