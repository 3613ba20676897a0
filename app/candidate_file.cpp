#include "app/candidate_file.hpp"

#include <fmt/format.h>

#include <optional>

#include "app/frame_file.hpp"
#include "core/error.hpp"
#include "io/structure_file.hpp"
#include "store/originals.hpp"

namespace mlip::app {

core::Structure read_structure(const std::string& file) {
  auto structures = io::read_structures(file);
  if (structures.size() != 1)
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("'{}' holds {} structures", file, structures.size()),
                          "give a file with one, the one to start from");
  return std::move(structures.front());
}

void add_output(CLI::App& command, CandidateOutput& output) {
  command.add_option("--out", output.file, "extended XYZ file")->capture_default_str();
  command.add_flag("--keep-copies", output.keep_copies, keep_copies_meaning);
}

void write_candidates(const CandidateOutput& output, const std::vector<core::Candidate>& candidates,
                      const std::map<std::string, io::Value>& info) {
  FrameFile out(output.file);
  std::optional<store::Originals> originals;
  if (!output.keep_copies) originals.emplace(std::filesystem::path(output.file).parent_path());
  std::size_t copies = 0;
  for (const auto& candidate : candidates) {
    if (originals && originals->original_of(candidate.structure)) {
      ++copies;
      continue;
    }
    io::Frame frame;
    frame.structure = candidate.structure;
    frame.info = info;
    frame.info["config_type"] = candidate.config_type;
    frame.info["origin"] = candidate.origin;
    out.write(frame);
  }
  out.finish();
  fmt::print("{} structures in {}{}\n", candidates.size() - copies, output.file,
             copies > 0 ? fmt::format("; {} copies are left out", copies) : "");
}

}  // namespace mlip::app
