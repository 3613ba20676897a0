/// What pw.x says: XML first, its text for what only stands there and as cross-check.  Units of the
/// project.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/structure.hpp"
#include "dft/convergence_slope.hpp"

namespace mlip::dft::espresso {

/// What the XML file prefix.xml holds.  Absent quantities are none or empty.
struct XmlOutput {
  bool converged = false;
  int scf_steps = 0;
  double scf_error_ry = 0;           ///< of the cell's energy
  std::optional<double> energy;      ///< eV, free energy F = E − TS
  std::vector<core::Vec3> forces;    ///< eV/Å, input order
  std::optional<core::Mat3> stress;  ///< eV/Å³, positive in tension
  core::Structure structure;         ///< as calculated; periodic flags all true
  std::optional<double> total_magnetization, absolute_magnetization;  ///< μ_B a cell
  double largest_last_occupation = 0;  ///< of the highest band, over k-points and spins
  bool smearing = false;
  int processes = 0;
  std::string version;  ///< e.g. "6.7MaX"
  std::string run_id;   ///< the input's title
};

/// None where it is no complete XML document of pw.x (empty, truncated, numbers that are none).
[[nodiscard]] std::optional<XmlOutput> parse_xml(const std::string& content);

/// A pseudopotential as pw.x reports to have read it.
struct ReadPseudopotential {
  std::string element, file, checksum;
};

/// What the text output holds; never fails, absent quantities are none or empty.
struct TextOutput {
  bool job_done = false, converged = false;
  int scf_steps = 0;                     ///< iterations begun
  std::vector<double> accuracies_ry;     ///< "estimated scf accuracy" of each iteration
  std::optional<double> energy;          ///< eV, the line marked '!'
  std::vector<core::Vec3> forces;        ///< eV/Å
  std::optional<core::Mat3> stress;      ///< eV/Å³, positive in tension
  std::vector<double> magnetic_moments;  ///< μ_B a site, the last printed
  std::optional<double> total_magnetization, absolute_magnetization;  ///< μ_B a cell
  std::vector<ReadPseudopotential> pseudopotentials;
  int processes = 0;
  std::string version;
};

[[nodiscard]] TextOutput parse_text(std::string_view content);

using dft::convergence_slope;

}  // namespace mlip::dft::espresso
