/// A plan in the making: the steps that fill it, each for one stage.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/element.hpp"
#include "dft/espresso/measured_settings.hpp"
#include "dft/espresso/pseudopotential.hpp"
#include "pipeline/heuristics.hpp"
#include "pipeline/plan.hpp"

namespace mlip::pipeline {

struct Draft {
  const UserConfig& user;
  const Installation& machine;
  Composition composition;
  std::vector<Crystal> crystals;  ///< the seeds are made of; at least one
  Bonding bonding;
  std::optional<dft::espresso::MeasuredSettings> measured;  ///< with these pseudopotentials
  Plan plan;
  std::string crystal_reason = {};  ///< as find_crystal says

  [[nodiscard]] SystemConfig& config() { return plan.config; }
  [[nodiscard]] const SystemConfig& config() const { return plan.config; }
  [[nodiscard]] const std::string& goal() const { return user.simulation_goal.type; }
  /// The first of them, by which lengths are chosen.
  [[nodiscard]] const Crystal& crystal() const { return crystals.front(); }
  [[nodiscard]] bool molecule() const { return crystal().prototype == "molecule"; }
  /// Molecules of the user's own, of any number of atoms.
  [[nodiscard]] bool given_molecules() const { return molecule() && !user.crystals.empty(); }
  /// Crystals or molecules from the user's files.
  [[nodiscard]] bool given() const { return !user.crystals.empty() && crystal_reason.empty(); }
  void because(const std::string& key, const std::string& reason) { plan.reasons[key] = reason; }
};

/// Largest linear strain of the seeds that meshes and walks reckon with.
inline constexpr double seed_strain = 0.06;

/// Rounded to tenths.
[[nodiscard]] double tenths(double value);

/// Start moment of an atom (μ_B) and why.
[[nodiscard]] std::pair<double, std::string> moment_of(const Draft& draft,
                                                       const core::Element& element);

/// Where no table says which crystal the composition forms and the user neither, fills in what the
/// surrogate finds; returns the reason, empty where there was nothing to find.  Throws
/// core::UserError where the expert's model cannot be had.
[[nodiscard]] std::string find_crystal(UserConfig& user, const Installation& machine);

/// Who it is for, and the level of theory.  Throws core::UserError where no cutoff is known.
void plan_identity(Draft& draft);
/// An ASE calculator in the place of Quantum ESPRESSO.
void plan_calculator(Draft& draft);
/// VASP in its place: POTCAR files, cutoff and functional; throws core::UserError where a file is
/// missing.
void plan_vasp(Draft& draft);
/// Mesh, smearing and spin of VASP, after plan_electrons.
void plan_vasp_electrons(Draft& draft);
void plan_species(Draft& draft, const dft::espresso::PseudopotentialSet& set);
void plan_cutoffs(Draft& draft, const dft::espresso::PseudopotentialSet& set);
void plan_electrons(Draft& draft);

/// What is learnt from what.
void plan_generation(Draft& draft);
[[nodiscard]] std::filesystem::path default_surrogate_file(const Installation& machine);
/// Why the default surrogate cannot be used; empty where it can.
[[nodiscard]] std::string surrogate_obstacle(const Installation& machine,
                                             const Composition& composition);
/// The default surrogate where it is installed and knows the elements.
void plan_surrogate(Draft& draft);
/// Why the surrogate makes no seeds of liquids; empty where it does.
[[nodiscard]] std::string no_liquids(const Draft& draft);
/// What is made with it, after plan_surrogate.
void plan_modelled_seeds(Draft& draft);
void plan_basis(Draft& draft);
/// That of given molecules of more than two atoms, called by plan_basis.
void plan_molecular_basis(Draft& draft);
void plan_fit(Draft& draft);
void plan_training(Draft& draft);

/// Core seconds of a label of the crystals' repeats that hold so many atoms, on the average.
[[nodiscard]] double crystal_cost(const Draft& draft, int atoms);
/// Seeds that are few and dear: supercells, melts and interfaces.  How many of the DFT's
/// `core_seconds` they take.
[[nodiscard]] double plan_large_seeds(Draft& draft, double core_seconds);

/// How the loop turns; `plan_labels` comes after the level of theory and the resources.
void plan_exploration(Draft& draft);
void plan_embedding(Draft& draft);
void plan_resources(Draft& draft);
void plan_labels(Draft& draft);
/// Seeds of given molecules, after plan_labels and plan_surrogate; nothing where none are.
void plan_molecules(Draft& draft);
void plan_guards(Draft& draft);
void plan_loop(Draft& draft);

}  // namespace mlip::pipeline
