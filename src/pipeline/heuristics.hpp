/// Rules of thumb from elements and goal to numbers: pure functions, each with its source.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "core/structure.hpp"
#include "dft/espresso/cost.hpp"
#include "generate/generate.hpp"

namespace mlip::pipeline {

using Composition = std::map<std::string, double>;

/// The crystal (or molecule) a plan reckons with, as generate makes it.
struct Crystal {
  std::string prototype;        ///< as generate::Options names it
  double lattice_constant = 0;  ///< Å; bond length of a molecule
  core::Structure cell;
  std::array<double, 3> across{};  ///< Å, between its opposite faces
  double volume = 0;               ///< Å³, of it
  double nearest_neighbor = 0;     ///< Å
  double coordination = 0;         ///< neighbours an atom within 1.2 × that
  bool closed_shells = false;      ///< of a molecule, as generate::has_closed_shells
};

/// Of each crystal the options speak of.  Throws core::UserError where prototype and composition do
/// not go together.
[[nodiscard]] std::vector<Crystal> expected_crystals(const generate::Options& options);

/// Whether electrons need smearing, and how fine the k-points have to be.
struct Bonding {
  bool fixed_occupations = false;
  bool magnetic = false;
  double k_spacing = 0;  ///< 1/Å, largest acceptable
  std::string reason;
};

/// Of crystals; `goal` as UserConfig's; `temperature` in K.
[[nodiscard]] Bonding expected_bonding(const Composition& composition, const std::string& prototype,
                                       const std::string& goal, double temperature);

/// Of molecules, which are all labelled alike.
[[nodiscard]] Bonding molecular_bonding(const std::vector<Crystal>& molecules);

/// K, that walks go up to so that the goal lies inside what was learnt.
[[nodiscard]] double highest_temperature(const std::string& goal, double temperature);

/// Å, root mean square along one axis at a temperature (K): harmonic, scaled to Lindemann's ratio
/// at the mean melting point of the elements.  Debye models of Al and Si agree within 10 %.
[[nodiscard]] double thermal_displacement(const Composition& composition, double nearest_neighbor,
                                          double temperature);

/// Spacing (1/Å) that gives the conventional cell the same odd mesh over all linear strains within
/// ±`strain`: a mesh that jumps between strained cells puts noise into the labels.
struct Mesh {
  double spacing = 0;
  int points = 0;  ///< along the shortest edge
};
[[nodiscard]] Mesh steady_mesh(const Crystal& crystal, double k_spacing, double strain);

/// Core seconds of one label of `repeats` conventional cells, as dft::espresso::core_seconds.
[[nodiscard]] double label_cost(const Crystal& crystal, const std::array<int, 3>& repeats,
                                const Composition& composition,
                                const dft::espresso::Parameters& dft);

/// Of the core seconds of a run: what DFT gets of them.
inline constexpr double dft_share = 0.8;

/// How labels are shared out.
struct LabelBudget {
  int total = 0, seed = 0, picks = 0, holdout = 0;
  std::string reason;
};

/// `core_seconds`: of DFT the run can pay; `cost`: core seconds of a label.  A `molecule` gets more
/// seeds: its bond curve needs the ends before anything can be learnt between.
[[nodiscard]] LabelBudget share_labels(double core_seconds, double cost, std::size_t elements,
                                       int generations, bool molecule = false);

/// Labels of a generation: as many as planned, or what its share of the DFT in `seconds_left` (of
/// all that label at once) pays for, at least 3.  `generations_left`: with this one.
[[nodiscard]] int payable_picks(int planned, double seconds_left, double seconds_a_label,
                                int generations_left);

}  // namespace mlip::pipeline
