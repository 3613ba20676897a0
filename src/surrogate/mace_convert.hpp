/// From a MACE export to a file that this program runs by itself.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mlip::surrogate {

/// Writes what the model knows of the elements (symbols) to `out`, by a script that needs a Python
/// with numpy, neither torch nor mace.  `model` is an export of mace_create_lammps_model.  Throws
/// core::UserError: bad_input where the model cannot be converted, missing_tool without Python.
void convert_mace(const std::filesystem::path& model, const std::vector<std::string>& elements,
                  const std::filesystem::path& out);

}  // namespace mlip::surrogate
