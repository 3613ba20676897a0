/// Where Pacemaker is, and whether it works.
#pragma once

#include <filesystem>
#include <string>

#include "core/finding.hpp"

namespace mlip::fit::pacemaker {

struct Installation {
  std::filesystem::path python, pacemaker, activeset;
};

/// The interpreter `python` (a path, or a name in PATH); where it is empty the one beside
/// `pacemaker` in PATH, else python3.  Throws core::UserError (missing_tool) where there is none.
[[nodiscard]] std::filesystem::path find_python(const std::string& python);

/// The commands beside the interpreter.  Throws core::UserError (missing_tool) where one is
/// missing.
[[nodiscard]] Installation find_installation(const std::string& python);

/// Imports everything a fit needs, TensorFlow too, which takes half a minute.
[[nodiscard]] core::Finding check(const std::string& python);

}  // namespace mlip::fit::pacemaker
