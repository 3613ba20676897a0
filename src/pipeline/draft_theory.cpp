#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "core/element.hpp"
#include "core/error.hpp"
#include "dft/rank_table.hpp"
#include "pipeline/draft.hpp"

namespace mlip::pipeline {

void plan_identity(Draft& draft) {
  SystemConfig& config = draft.config();
  config.name = draft.user.name;
  draft.because("name", fmt::format("the stem of '{}'", draft.user.file));
  config.elements = draft.user.target_system.elements;
  std::sort(config.elements.begin(), config.elements.end());
  draft.because("elements", draft.given() ? "of target_system.structures, sorted"
                                          : "target_system.elements, sorted");
  config.generate.composition = draft.composition;
  draft.because("composition", draft.user.target_system.composition ? "target_system.composition"
                               : draft.given() ? "all atoms of target_system.structures"
                                               : "equal shares: the input gives none");
  config.seed = draft.user.seed;
  draft.because("seed", draft.user.seed == 1 ? "1 where the input gives none" : "given");
}

void plan_calculator(Draft& draft) {
  auto& ase = draft.config().ase;
  const auto& theory = draft.user.level_of_theory;
  ase.calculator = theory.calculator.value();
  draft.because("ase.calculator", "level_of_theory.calculator");
  ase.arguments = theory.arguments;
  ase.tighter = theory.tighter;
  std::error_code no_path;  // any text at all may stand there
  for (auto* arguments : {&ase.arguments, &ase.tighter})
    for (auto& [name, value] : *arguments)
      if (std::filesystem::is_regular_file(value, no_path))
        value = std::filesystem::absolute(value).string();
  draft.because("ase.arguments", "level_of_theory.arguments, files with their whole path");
  draft.because("ase.tighter", ase.tighter.empty()
                                   ? "level_of_theory.tighter names none: no noise is measured"
                                   : "level_of_theory.tighter, files with their whole path");
  draft.because("ase.python", "the first that has ASE");
  const double wall = draft.user.resources.wall_time;
  ase.time_limit_seconds = std::max(60.0, std::round(wall / 4));
  draft.because("ase.time_limit_seconds", fmt::format("a quarter of {:g} s, at least 60 s", wall));
  for (const char* key : {"species", "dft.ecutwfc_ry", "dft.ecutrho_ry", "dft.ecfixed_ry"})
    draft.because(key, "unused: an ASE calculator labels");
}

std::pair<double, std::string> moment_of(const Draft& draft, const core::Element& element) {
  if (element.bulk_moment > 0)
    return {element.bulk_moment,
            fmt::format("{} is magnetic in solids, {:g} μB", element.symbol, element.bulk_moment)};
  if (draft.molecule() && draft.bonding.magnetic)
    return {element.atomic_moment / 2,
            fmt::format("half of the free atom's {:g} μB", element.atomic_moment)};
  return {0, fmt::format("{} is not magnetic here", element.symbol)};
}

void plan_species(Draft& draft, const dft::espresso::PseudopotentialSet& set) {
  for (const auto& [symbol, file] : set.by_element) {
    const auto [moment, why] = moment_of(draft, core::element(*core::atomic_number(symbol)));
    draft.config().dft.species[symbol] = {file.file.string(), file.checksum, file.functional,
                                          file.valence, moment};
    const std::string key = "species." + symbol + '.';
    draft.because(key + "pseudopotential", set.reason);
    draft.because(key + "checksum", "MD5 of the file when the plan was made");
    draft.because(key + "functional",
                  fmt::format("one functional, {}, for all elements", set.functional));
    draft.because(key + "valence", fmt::format("header of '{}'", file.file.filename().string()));
    draft.because(key + "starting_moment", why);
  }
}

namespace {

/// Cutoffs (Ry) and why.
struct ChosenCutoffs {
  double wave = 0, density = 0;
  std::string reason;
};

std::string measured_with(const dft::espresso::MeasuredSettings& measured) {
  return fmt::format(
      "measured by 'mlip-auto converge' on {}, {}: energies within {:g} meV/atom, forces within "
      "{:g} meV/Å, stresses within {:g} GPa",
      measured.date, fmt::join(measured.systems, ", "), measured.wanted.energy_mev_per_atom,
      measured.wanted.force_mev_per_a, measured.wanted.stress_gpa);
}

ChosenCutoffs cutoffs_for(const Draft& draft, const dft::espresso::PseudopotentialSet& set) {
  if (draft.measured)
    return {draft.measured->ecutwfc_ry, draft.measured->ecutrho_ry, measured_with(*draft.measured)};
  if (const double assumed = draft.machine.assumed_cutoff_ry; set.ecutwfc_ry <= 0 && assumed > 0)
    return {assumed, 4 * assumed, "assumed: none is known"};
  return {set.ecutwfc_ry, set.ecutrho_ry, "the largest any element needs: " + set.reason};
}

}  // namespace

void plan_cutoffs(Draft& draft, const dft::espresso::PseudopotentialSet& set) {
  auto& dft = draft.config().dft;
  const ChosenCutoffs cutoffs = cutoffs_for(draft, set);
  dft.ecutwfc_ry = cutoffs.wave;
  dft.ecutrho_ry = cutoffs.density;
  draft.because("dft.ecutwfc_ry", cutoffs.reason);
  draft.because("dft.ecutrho_ry",
                draft.measured ? cutoffs.reason
                               : fmt::format("the largest any element needs, at least 4 × {:g} Ry",
                                             cutoffs.wave));
  const bool by_hand = draft.user.expert.find("dft.ecutwfc_ry") != nullptr;
  dft.ecfixed_ry = draft.molecule() || by_hand ? 0 : tenths(0.8 * cutoffs.wave);
  draft.because("dft.ecfixed_ry",
                draft.molecule() ? "a molecule's cell has no stress"
                : by_hand ? "none, for ecutwfc_ry is set by hand: 0.8 of it lowers Pulay stress"
                          : "0.8 × ecutwfc_ry: brings Pulay stress from 0.8 to 0.1 GPa (fcc Al)");
  if (cutoffs.wave <= 0 && !by_hand)
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("no cutoff is known: {}", set.reason),
                          "measure it with 'mlip-auto converge --input INPUT', or give both in the "
                          "input: expert: {dft: {ecutwfc_ry: ..., ecutrho_ry: ...}}");
}

namespace {

/// The bonding's k-spacing, or what was measured with the same occupations.
std::pair<double, std::string> needed_spacing(const Draft& draft) {
  const auto& dft = draft.plan.config.dft;
  const auto& measured = draft.measured;
  const bool fits =
      measured && measured->k_spacing > 0 && measured->occupations == dft.occupations &&
      (dft.occupations == "fixed" ||
       (measured->smearing == dft.smearing && measured->degauss_ry == dft.degauss_ry));
  if (fits)
    return {measured->k_spacing,
            fmt::format("{:g} /Å {}", measured->k_spacing, measured_with(*measured))};
  return {draft.bonding.k_spacing,
          fmt::format("{} need ≤ {:g} /Å", draft.bonding.fixed_occupations ? "insulators" : "these",
                      draft.bonding.k_spacing)};
}

std::string reason_of_ranks(const Draft& draft) {
  if (draft.user.resources.slurm || draft.user.resources.hyperqueue)
    return "0 is one in a cluster's tasks, which are filled with structures";
  const int cores = draft.machine.cores;
  const auto measured = dft::RankTable(draft.machine.measured_settings, cores).describe();
  return fmt::format(
      "one where there are labels for all cores, more where these end a batch sooner: on {} cores "
      "{}",
      cores, measured.empty() ? "not measured yet" : "measured, " + measured);
}

}  // namespace

void plan_electrons(Draft& draft) {
  auto& dft = draft.config().dft;
  const Bonding& bonding = draft.bonding;
  dft.occupations = bonding.fixed_occupations ? "fixed" : "smearing";
  const auto [spacing, why] = needed_spacing(draft);
  const Mesh mesh = steady_mesh(draft.crystal(), spacing, seed_strain);
  dft.k_spacing = mesh.spacing;
  draft.because("dft.k_spacing",
                draft.molecule()
                    ? "of no effect: a molecule is computed at Γ"
                    : fmt::format("{} points along {:.3f} Å, also at {:.0f} % compression ({})",
                                  mesh.points, draft.crystal().across[0], 100 * seed_strain, why));
  draft.because("dft.occupations", bonding.reason);
  draft.because("dft.smearing",
                "cold smearing: free energy within 1 meV/atom of the energy at 0 K");
  draft.because("dft.degauss_ry", "0.03-0.04 Ry keeps mesh noise of metals below 5 meV/Å");
  dft.spin_polarized = bonding.magnetic;
  draft.because("dft.spin_polarized",
                bonding.magnetic ? "an element has a moment here" : "no element has a moment here");
  dft.isolated = draft.molecule();
  draft.because("dft.isolated", draft.molecule() ? "a molecule" : "a crystal");
  dft.conv_thr_ry = bonding.magnetic ? 1e-9 : 1e-8;
  draft.because("dft.conv_thr_ry", bonding.magnetic
                                       ? "magnets: stress settles to 0.4 kbar only at 1e-9 Ry"
                                       : "forces within 0.1 meV/Å of those at 1e-10 Ry");
  dft.mixing_beta = bonding.magnetic ? 0.4 : 0.7;
  draft.because("dft.mixing_beta", bonding.magnetic ? "magnets converge best at 0.4"
                                                    : "6-8 SCF steps for bulk cells at 0.7");
  draft.because("dft.electron_maxstep", "good cells need 5-25 steps; a fault is told by 100");
  dft.pw_command = draft.machine.pw_command;
  draft.because("dft.pw_command", "as found on this machine");
  draft.because("dft.mpi_ranks", reason_of_ranks(draft));
}

}  // namespace mlip::pipeline
