/// Structures from a file of any format that is read here, told by its name.
#pragma once

#include <filesystem>
#include <vector>

#include "core/structure.hpp"

namespace mlip::io {

/// All structures of an extended XYZ file (.xyz, .extxyz), the crystal of a CIF (.cif) or of a
/// POSCAR (any other name).  Throws core::UserError with file:line, also where there is none.
[[nodiscard]] std::vector<core::Structure> read_structures(const std::filesystem::path& file);

}  // namespace mlip::io
