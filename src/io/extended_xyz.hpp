/// Extended XYZ, lossless both ways, as ASE reads and writes it.
#pragma once

#include <filesystem>
#include <functional>
#include <istream>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <variant>
#include <vector>

#include "core/structure.hpp"

namespace mlip::io {

/// What a key of the comment line says.  A string that begins with "_JSON " is JSON of a shape the
/// other alternatives have no room for (nested lists, lists of logicals, objects).
using Value = std::variant<bool, long, double, std::string, std::vector<double>, std::vector<long>,
                           std::vector<std::string>>;

/// A per-atom column of other than species, positions, forces: `width` numbers (or words) an atom.
struct Column {
  char type = 'R';  ///< R real, I integer, L logical, S word
  int width = 1;
  std::vector<double> numbers;     ///< atoms × width, for R, I, L
  std::vector<std::string> words;  ///< atoms × width, for S
};

/// One frame.  Keys and columns with a meaning go to structure and labels: Lattice, pbc, species
/// (or Z), pos, forces, magmoms, stress (9 numbers or Voigt 6; ASE's sign), magmom (of the cell),
/// energy. Without `stress`, `virial` becomes stress = −virial/V.  Where `free_energy` and `energy`
/// differ the first is labels.energy and the second stays in info.
struct Frame {
  core::Structure structure;
  core::Labels labels;
  std::map<std::string, Value> info;      ///< other keys of the comment line
  std::map<std::string, Column> columns;  ///< other columns
};

/// All frames; throws core::UserError with file:line.
[[nodiscard]] std::vector<Frame> read_extended_xyz(const std::filesystem::path& file);
/// `name` stands for the file in messages.
[[nodiscard]] std::vector<Frame> read_extended_xyz(std::istream& in, const std::string& name);

/// One frame after the other, so that a file may be larger than the memory.
class FrameReader {
 public:
  /// Throws core::UserError where the file cannot be opened.
  explicit FrameReader(const std::filesystem::path& file);
  ~FrameReader();
  FrameReader(FrameReader&&) noexcept;
  FrameReader& operator=(FrameReader&&) noexcept;
  /// None at the end of the file; throws core::UserError with file:line.
  [[nodiscard]] std::optional<Frame> next();
  /// Bytes read so far.
  [[nodiscard]] std::size_t position();

 private:
  struct State;
  std::unique_ptr<State> state_;
};
/// The same, frame by frame.
void for_each_frame(const std::filesystem::path& file, const std::function<void(Frame&&)>& visit);

/// Numbers in the shortest form that round-trips.  Words of columns hold no blanks; names of info
/// and columns are none of those with a meaning (asserted).
void write_extended_xyz(std::ostream& out, const Frame& frame);
/// Atomically; throws core::UserError where the file cannot be written.
void write_extended_xyz(const std::filesystem::path& file, const std::vector<Frame>& frames);

}  // namespace mlip::io
