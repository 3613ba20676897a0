/// The files VASP reads: one static calculation.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/structure.hpp"
#include "dft/magnetic_start.hpp"
#include "dft/vasp/parameters.hpp"

namespace mlip::dft::vasp {

/// What an attempt may change without changing what is computed.
struct Numerics {
  std::string algo = "Normal";
  int nelm = 100;
  double ediff_factor = 1;
  std::optional<double> amix,
      bmix;                  ///< of the charge; moments are mixed with 0.8 and the same BMIX
  double sigma_factor = 1;   ///< other than 1: a bridge, never a label
  double moment_factor = 1;  ///< of the start moments only
  double band_factor = 1;    ///< other than 1: that many times the bands
  std::optional<int> isym;
  std::optional<double> symprec;
  bool reciprocal_projectors = false;  ///< LREAL = .FALSE. whatever the further tags say
  bool start_from_wavefunctions = false;
  double time_limit_seconds = 3600;
  MagneticStart start = {};  ///< no moments: those of the species

  bool operator==(const Numerics&) const = default;
};

[[nodiscard]] Numerics first_numerics(const Parameters& parameters);

/// A structure as VASP is given it.
struct Sent {
  core::Structure structure;       ///< boxed, right-handed, atoms grouped by element
  std::vector<std::size_t> order;  ///< atom i of it is atom order[i] of the structure given
};

/// Elements in alphabetical order, the atoms of each in theirs.  Cell vectors of a left-handed cell
/// are turned round: the same lattice, which VASP accepts.
[[nodiscard]] Sent sent(const core::Structure& structure);

/// Values of the atoms as VASP orders them, in the order of the structure given.
template <class Value>
[[nodiscard]] std::vector<Value> given_order(const Sent& sent, const std::vector<Value>& values) {
  std::vector<Value> result(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) result[sent.order[i]] = values[i];
  return result;
}

/// odd_grid, but 1 × 1 × 1 for isolated systems.
[[nodiscard]] std::array<int, 3> k_grid(const core::Structure& structure,
                                        const Parameters& parameters);

/// Element symbols in the order of POSCAR and POTCAR.
[[nodiscard]] std::vector<std::string> species_of(const core::Structure& structure);

/// Electrons of the valence; throws core::UserError for an element without POTCAR.
[[nodiscard]] double valence_electrons(const core::Structure& structure,
                                       const Parameters& parameters);

/// What is wrong with a further INCAR tag, empty where nothing is: it is not in capitals, the
/// program sets it (another option decides it, or it would make it no static calculation), or its
/// value hides another tag.
[[nodiscard]] std::string tag_problem(const std::string& tag, const std::string& value);

/// `run_id` (at most 40 characters) is written as SYSTEM and comes back in vasprun.xml.
[[nodiscard]] std::string write_incar(const Sent& sent, const Parameters& parameters,
                                      const Numerics& numerics, const std::string& run_id);
[[nodiscard]] std::string write_kpoints(const core::Structure& structure,
                                        const Parameters& parameters);
[[nodiscard]] std::string write_poscar(const Sent& sent);
/// The species' POTCAR files one after the other; throws core::UserError where one has changed.
[[nodiscard]] std::string write_potcar(const core::Structure& structure,
                                       const Parameters& parameters);

}  // namespace mlip::dft::vasp
