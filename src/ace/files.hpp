/// `.yaml` (B basis), `.yace` (C-tilde, LAMMPS) and `.asi` (active set inverse) files.
#pragma once

#include <Eigen/Core>
#include <filesystem>
#include <map>
#include <string>

#include "ace/ctilde.hpp"
#include "ace/potential.hpp"

namespace mlip::ace {

/// All throw core::UserError with file and line where the file is wrong.
[[nodiscard]] Potential read_yaml(const std::filesystem::path& file);
void write_yaml(const Potential& potential, const std::filesystem::path& file);
[[nodiscard]] CTildePotential read_yace(const std::filesystem::path& file);
void write_yace(const Potential& potential, const std::filesystem::path& file);

/// Inverse of the active set's projections, an n×n matrix an element symbol (γ = max |b A⁻¹|).
using ActiveSetInverse = std::map<std::string, Eigen::MatrixXd>;
[[nodiscard]] ActiveSetInverse read_asi(const std::filesystem::path& file);
/// Written beside the target and renamed, so that a reader never meets half a file.
void write_asi(const ActiveSetInverse& set, const std::filesystem::path& file);

}  // namespace mlip::ace
