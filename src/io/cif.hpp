/// Crystals in the Crystallographic Information File format (doi:10.1107/S010876739101067X).
#pragma once

#include <filesystem>
#include <istream>
#include <string>

#include "core/structure.hpp"

namespace mlip::io {

/// The structure of the first data block that has atoms: cell parameters, symmetry operations as
/// "x,y,z" and one loop of atoms, each fully occupied; a crystal periodic along all axes, a along
/// x. Throws core::UserError with file:line, also where sites are shared or partly empty, or a
/// space group is named without its operations.
[[nodiscard]] core::Structure read_cif(const std::filesystem::path& file);
/// `name` stands for the file in messages.
[[nodiscard]] core::Structure read_cif(std::istream& in, const std::string& name);

}  // namespace mlip::io
