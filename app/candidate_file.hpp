/// Structures that generators read and write.
#pragma once

#include <string>
#include <vector>

#include "core/records.hpp"
#include "io/extended_xyz.hpp"

namespace mlip::app {

/// The one structure of an extended XYZ file (FILE.xyz, FILE.extxyz), a CIF (FILE.cif) or a POSCAR.
/// Throws core::UserError where it holds none or several.
[[nodiscard]] core::Structure read_structure(const std::string& file);

/// All structures of such a file.
[[nodiscard]] std::vector<core::Structure> read_all_structures(const std::string& file);

/// Extended XYZ with config_type and origin of each, and `info` of all; complete or not at all.
void write_candidates(const std::string& file, const std::vector<core::Candidate>& candidates,
                      const std::map<std::string, io::Value>& info);

}  // namespace mlip::app
