/// Pseudopotential files: what their headers say, and the choice of one functional's set.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dft/espresso/parameters.hpp"

namespace mlip::dft::espresso {

struct Pseudopotential {
  std::filesystem::path file;
  std::string element, functional, kind;  ///< kind: "NC", "US", "PAW"
  double valence = 0;
  double suggested_ecutwfc_ry = 0, suggested_ecutrho_ry = 0;  ///< 0: the header is silent
  bool spin_orbit = false;
  std::string checksum;  ///< MD5
};

/// Where Debian's quantum-espresso-data puts its files.
inline constexpr const char* stock_folder = "/usr/share/espresso/pseudo";

/// The folders that $ESPRESSO_PSEUDO lists (with ':' between them) where it is set; else the SSSP
/// library that was fetched, then the stock folder.
[[nodiscard]] std::vector<std::filesystem::path> default_folders();

/// Short lower-case name of what a header calls the functional: "pz" for "SLA PZ NOGX NOGC" and
/// "LDA", "pbe" for "SLA PW PBX PBC"; an unknown one keeps its words joined by '+'.
[[nodiscard]] std::string normalised_functional(const std::string& text);

/// Content of a UPF v1 or v2 file; none where it is not one.  `file` is left empty.
[[nodiscard]] std::optional<Pseudopotential> parse_upf(const std::string& content);

/// Header of a UPF v1 or v2 file; none where it is not one.
[[nodiscard]] std::optional<Pseudopotential> read_upf(const std::filesystem::path& file);

/// The chosen set and why; all of one functional.
struct PseudopotentialSet {
  std::map<std::string, Pseudopotential> by_element;
  double ecutwfc_ry = 0, ecutrho_ry = 0;
  std::string functional;
  std::string reason;
};

/// Looks through the folders for a set of one functional for all elements; SSSP files (by checksum)
/// first, with their table's cutoffs, then scalar-relativistic ones whose cutoffs are known,
/// cheapest first.  `functional` empty = any.  `explicit_files` overrides the choice for an
/// element.  Throws core::UserError naming the elements without a file, or the functionals that
/// would mix.
[[nodiscard]] PseudopotentialSet choose_pseudopotentials(
    const std::vector<std::string>& elements, const std::vector<std::filesystem::path>& folders,
    const std::string& functional, const std::map<std::string, std::string>& explicit_files);

}  // namespace mlip::dft::espresso
