/// Structures that generators read and write.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "core/records.hpp"
#include "io/extended_xyz.hpp"

namespace mlip::app {

/// The one structure of a file as io::read_structures reads.  Throws core::UserError where it holds
/// none or several.
[[nodiscard]] core::Structure read_structure(const std::string& file);

inline constexpr const char* keep_copies_meaning =
    "structures that are the same but for shifts, turns and repeats too; else the first of them";

/// Where candidates go, and whether copies go with them.
struct CandidateOutput {
  std::string file;
  bool keep_copies = false;
};
/// Its options.
void add_output(CLI::App& command, CandidateOutput& output);

/// Extended XYZ with config_type and origin of each, and `info` of all; complete or not at all.  Of
/// copies the first is written; how many are left out is told.
void write_candidates(const CandidateOutput& output, const std::vector<core::Candidate>& candidates,
                      const std::map<std::string, io::Value>& info);

}  // namespace mlip::app
