/// Crystals in VASP's POSCAR format.
#pragma once

#include <filesystem>
#include <istream>
#include <string>

#include "core/structure.hpp"

namespace mlip::io {

/// Cell, elements and positions, periodic along all axes; selective dynamics and velocities are
/// ignored.  Without a line of symbols (VASP 4) the title must hold them.  Throws core::UserError
/// with file:line.
[[nodiscard]] core::Structure read_poscar(const std::filesystem::path& file);
/// `name` stands for the file in messages.
[[nodiscard]] core::Structure read_poscar(std::istream& in, const std::string& name);

}  // namespace mlip::io
