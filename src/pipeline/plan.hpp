/// From what the user says to everything a run is made with, each value with its reason.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "config/dump.hpp"
#include "pipeline/system_config.hpp"
#include "pipeline/user_config.hpp"

namespace mlip::pipeline {

struct Plan {
  SystemConfig config;
  config::Reasons reasons;  ///< by dotted key; every value has one
};

/// What a plan depends on besides the input.
struct Installation {
  std::vector<std::filesystem::path> pseudopotential_folders;
  int cores = 1;
  std::string pw_command = "pw.x";
  std::filesystem::path measured_settings;      ///< folder of `mlip-auto converge`; empty: none
  std::filesystem::path surrogate_folder = {};  ///< of the models of doctor --fix; empty: none
  double assumed_cutoff_ry = 0;  ///< for files whose cutoff nobody knows; 0: no plan is made
};

/// Depends on its arguments, the pseudopotential files, what was measured with them and the
/// surrogate's models alone.
/// Throws core::UserError where no plan can be made: no pseudopotentials of one functional, no
/// crystal to start from, expert values that contradict.
[[nodiscard]] Plan make_plan(const UserConfig& user, const Installation& installation);

/// Level of theory and cores for structures that are there already, of any kind: no bands are taken
/// to be empty or full, and where none repeats in space they are molecules.  The rest of the plan
/// has its defaults.  Throws as make_plan.
[[nodiscard]] Plan plan_labels_of(std::span<const core::Structure> structures,
                                  const Installation& installation);

/// Reads `input.yaml`; throws core::UserError with all of its problems, `file:line: ` before each.
[[nodiscard]] UserConfig read_user_config(const std::filesystem::path& file);

/// Reads `input.yaml` and plans it, or reads a plan (an edited copy of what `render_plan` wrote, or
/// a run's plan.yaml), which has to be complete and whose pseudopotential files must be the same.
[[nodiscard]] Plan read_input(const std::filesystem::path& file, const Installation& installation);

/// The plan as YAML, reasons as comments; `read_input` reads it back to the same values.
[[nodiscard]] std::string render_plan(const Plan& plan);

/// JSON Schema of input.yaml, without a final newline.
[[nodiscard]] std::string input_schema();

/// Markdown reference of input.yaml and of the plan, without a final newline.
[[nodiscard]] std::string options_reference();

}  // namespace mlip::pipeline
