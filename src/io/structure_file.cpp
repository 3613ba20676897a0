#include "io/structure_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string>

#include "core/error.hpp"
#include "io/cif.hpp"
#include "io/extended_xyz.hpp"
#include "io/poscar.hpp"

namespace mlip::io {

std::vector<core::Structure> read_structures(const std::filesystem::path& file) {
  std::string name = file.filename().string();
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  if (name.ends_with(".cif")) return {read_cif(file)};
  if (!name.ends_with("xyz")) return {read_poscar(file)};
  std::vector<core::Structure> structures;
  for (auto& frame : read_extended_xyz(file)) structures.push_back(std::move(frame.structure));
  if (structures.empty())
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("'{}' holds no structures", file.string()));
  return structures;
}

}  // namespace mlip::io
