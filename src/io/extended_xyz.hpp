/// Extended XYZ, lossless both ways, as ASE reads and writes it.
#pragma once

#include <filesystem>
#include <istream>
#include <map>
#include <ostream>
#include <string>
#include <variant>
#include <vector>

#include "core/structure.hpp"

namespace mlip::io {

using Value = std::variant<bool, long, double, std::string, std::vector<double>, std::vector<long>, std::vector<std::string>>;

/// A per-atom column of other than species, positions, forces: `width` numbers (or words) an atom.
struct Column {
  char type = 'R';  ///< R real, I integer, L logical, S word
  int width = 1;
  std::vector<double> numbers;      ///< atoms × width, for R, I, L
  std::vector<std::string> words;   ///< atoms × width, for S
};

/// One frame.  energy, forces, stress (ASE's sign, Voigt or 3×3; also `virial`), magmoms go to labels.
struct Frame {
  core::Structure structure;
  core::Labels labels;
  std::map<std::string, Value> info;      ///< other keys of the comment line
  std::map<std::string, Column> columns;  ///< other columns
};

/// All frames; throws core::UserError with file:line.
[[nodiscard]] std::vector<Frame> read_extended_xyz(const std::filesystem::path& file);
[[nodiscard]] std::vector<Frame> read_extended_xyz(std::istream& in, const std::string& name);
/// Numbers in the shortest form that round-trips.
void write_extended_xyz(std::ostream& out, const Frame& frame);
void write_extended_xyz(const std::filesystem::path& file, const std::vector<Frame>& frames);

}  // namespace mlip::io
