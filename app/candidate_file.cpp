#include "app/candidate_file.hpp"

#include <fmt/format.h>

#include "app/frame_file.hpp"
#include "core/error.hpp"
#include "io/cif.hpp"
#include "io/poscar.hpp"

namespace mlip::app {

std::vector<core::Structure> read_all_structures(const std::string& file) {
  if (file.ends_with(".cif")) return {io::read_cif(file)};
  if (!file.ends_with("xyz")) return {io::read_poscar(file)};
  std::vector<core::Structure> structures;
  for (auto& frame : io::read_extended_xyz(std::filesystem::path(file)))
    structures.push_back(std::move(frame.structure));
  if (structures.empty())
    throw core::UserError(core::ExitCode::bad_input, fmt::format("'{}' holds no structures", file));
  return structures;
}

core::Structure read_structure(const std::string& file) {
  auto structures = read_all_structures(file);
  if (structures.size() != 1)
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("'{}' holds {} structures", file, structures.size()),
                          "give a file with one, the one to start from");
  return std::move(structures.front());
}

void write_candidates(const std::string& file, const std::vector<core::Candidate>& candidates,
                      const std::map<std::string, io::Value>& info) {
  FrameFile out(file);
  for (const auto& candidate : candidates) {
    io::Frame frame;
    frame.structure = candidate.structure;
    frame.info = info;
    frame.info["config_type"] = candidate.config_type;
    frame.info["origin"] = candidate.origin;
    out.write(frame);
  }
  out.finish();
  fmt::print("{} structures in {}\n", candidates.size(), file);
}

}  // namespace mlip::app
