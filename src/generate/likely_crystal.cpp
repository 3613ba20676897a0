#include "generate/likely_crystal.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>
#include <vector>

#include "core/element.hpp"
#include "core/error.hpp"
#include "core/neighbor_list.hpp"
#include "core/parallel.hpp"
#include "core/seed.hpp"
#include "generate/cells.hpp"
#include "generate/fitting_prototypes.hpp"
#include "generate/generate.hpp"
#include "generate/random_search.hpp"
#include "generate/symmetry.hpp"
#include "potential/relax.hpp"

namespace mlip::generate {

namespace {

constexpr int largest_formula = 12;
constexpr double solid_share = 0.2;
constexpr double least_share = 0.12;  // below it a solution is likelier than a compound
// eV/atom above the lowest: what models of this kind do not tell apart, and of prototypes, which
// nature likes, what little heat makes up for.
constexpr double tie = 0.005, prototype_tie = 0.02;
constexpr double hole = 3;         // eV/atom below the middle: no model was taught such a thing
constexpr double closest = 0.75;   // of what relaxed, × the sum of covalent radii; N2 has 0.77
constexpr double molecular = 1.3;  // the same, of two atoms that are a molecule
constexpr potential::RelaxOptions roughly = {.force_tolerance = 0.03, .steps = 200};
constexpr potential::RelaxOptions finely = {.force_tolerance = 3e-3, .steps = 500};
constexpr double rough_stress = 2e-3, fine_stress = 2e-4;  // eV/Å³
constexpr double alike = 0.05;  // Å; a relaxed crystal is symmetrical to that

bool is_gas(int number) {
  constexpr std::array noble = {2, 10, 18, 36, 54, 86};
  return core::element(number).prototype == core::Prototype::molecule ||
         std::ranges::count(noble, number) > 0;
}

/// A compound whose gas has left it: what a model that knows it badly makes of it.
bool holds_gas(const core::Structure& structure) {
  double reach = 0;
  for (const int number : structure.numbers)
    if (is_gas(number))
      reach = std::max(reach, 2 * molecular * core::element(number).covalent_radius);
  if (reach == 0) return false;
  const core::NeighborList list(structure, reach);
  for (std::size_t i = 0; i < structure.size(); ++i) {
    const int number = structure.numbers[i];
    const double bond = 2 * molecular * core::element(number).covalent_radius;
    for (const auto& neighbor : list.of(i))
      if (is_gas(number) && structure.numbers[neighbor.index] == number && neighbor.distance < bond)
        return true;
  }
  return false;
}

struct Relaxed {
  core::Structure cell;
  double energy;  // eV/atom
};

/// None where it fell apart, collapsed, lost its gas, or the model does not answer.
std::optional<Relaxed> relax(const core::Structure& start, const potential::Calculator& model,
                             const potential::RelaxOptions& options, double stress) try {
  auto relaxed = potential::relax_cell(start, model, options, 0, stress);
  const double energy = relaxed.evaluation.energy / static_cast<double>(relaxed.structure.size());
  const bool sane = std::isfinite(energy) &&
                    relaxed.structure.cell.volume() < 3 * start.cell.volume() &&
                    distances_allowed(relaxed.structure, closest) && !holds_gas(relaxed.structure);
  return sane ? std::optional(Relaxed{std::move(relaxed.structure), energy}) : std::nullopt;
} catch (const core::UserError& error) {
  if (error.code() != core::ExitCode::failed) throw;
  return {};
}

std::vector<core::Candidate> prototypes_of(const std::map<int, double>& composition) try {
  return fitting_prototypes(composition);
} catch (const core::UserError&) {
  return {};
}

/// Cells of one formula unit, two, ... in turn.
std::optional<core::Structure> random_cell(const std::map<int, double>& composition, int formula,
                                           const CrystalGuess& guess, std::size_t item) {
  const auto sizes = static_cast<std::size_t>(std::max(1, guess.most_atoms / formula));
  RandomCell cell;
  cell.atoms = atom_counts(composition, formula * (1 + static_cast<int>((item + 1) % sizes)));
  cell.symmetry = 4;
  auto engine = core::random_engine(guess.seed, "generate search", item);
  return random_crystal(cell, engine);
}

/// A prototype that relaxed to something else is none any more.
bool still(const core::Candidate& prototype, const core::Structure& relaxed) {
  return find_symmetry(relaxed, alike).space_group ==
         find_symmetry(prototype.structure, alike).space_group;
}

double lowest_energy(const std::vector<std::optional<Relaxed>>& found,
                     const std::vector<std::size_t>& of) {
  double lowest = std::numeric_limits<double>::infinity();
  for (const std::size_t k : of) lowest = std::min(lowest, found[k]->energy);
  return lowest;
}

/// Of those whose energy is the lowest; then the smallest.
std::size_t most_symmetrical(const std::vector<std::optional<Relaxed>>& found,
                             const std::vector<std::size_t>& of) {
  const double lowest = lowest_energy(found, of);
  using Rank = std::tuple<std::ptrdiff_t, std::size_t, std::size_t>;
  std::optional<Rank> best;
  for (const std::size_t k : of) {
    if (found[k]->energy > lowest + tie) continue;
    const Symmetry symmetry = find_symmetry(found[k]->cell, alike);
    const Rank rank = {-std::ssize(symmetry.operations), symmetry.primitive.size(), k};
    if (!best || rank < *best) best = rank;
  }
  return std::get<2>(*best);
}

}  // namespace

bool crystal_is_known(const std::map<int, double>& composition) {
  const auto first = core::element(composition.begin()->first).prototype;
  const bool simple = first != core::Prototype::none &&
                      (composition.size() == 1 || first != core::Prototype::molecule);
  const auto all = [&](auto&& holds) {
    return std::ranges::all_of(
        composition, [&](const auto& entry) { return holds(core::element(entry.first)); });
  };
  return (simple && all([&](const core::Element& e) { return e.prototype == first; })) ||
         (composition.size() > 1 && all([](const core::Element& e) { return e.metal; }));
}

std::optional<int> formula_atoms(const std::map<int, double>& composition, int most) {
  for (int atoms = 1; atoms <= most; ++atoms)
    if (std::ranges::all_of(composition, [&](const auto& entry) {
          const double share = entry.second * atoms;
          return share > 0.5 && std::abs(share - std::round(share)) < 0.01 * atoms;
        }))
      return atoms;
  return {};
}

bool can_find_crystal(const std::map<int, double>& composition) {
  double solid = 0, least = 1;
  for (const auto& [number, share] : composition) {
    if (!is_gas(number)) solid += share;
    least = std::min(least, share);
  }
  return solid > solid_share && least > least_share && formula_atoms(composition, largest_formula);
}

std::optional<LikelyCrystal> likely_crystal(const std::map<int, double>& composition,
                                            const potential::Calculator& model,
                                            const CrystalGuess& guess) {
  if (!can_find_crystal(composition)) return {};
  const int formula = *formula_atoms(composition, largest_formula);
  const auto prototypes = prototypes_of(composition);
  const std::size_t known = prototypes.size();
  std::vector<std::optional<Relaxed>> found(known + static_cast<std::size_t>(guess.random_cells));
  core::parallel_for(found.size(), guess.threads, [&](std::size_t k) {
    const auto start = k < known ? std::optional(prototypes[k].structure)
                                 : random_cell(composition, formula, guess, k - known);
    if (start) found[k] = relax(*start, model, roughly, rough_stress);
  });

  std::vector<double> energies;
  for (const auto& each : found)
    if (each) energies.push_back(each->energy);
  if (energies.empty()) return {};
  std::ranges::sort(energies);
  const double bottom = energies[energies.size() / 2] - hole;
  std::vector<std::size_t> all, standing;
  for (std::size_t k = 0; k < found.size(); ++k) {
    if (!found[k] || found[k]->energy < bottom) continue;
    all.push_back(k);
    if (k < known && still(prototypes[k], found[k]->cell)) standing.push_back(k);
  }
  const bool prototype = !standing.empty() &&
                         lowest_energy(found, standing) < lowest_energy(found, all) + prototype_tie;
  const std::size_t best = most_symmetrical(found, prototype ? standing : all);

  auto finer = relax(found[best]->cell, model, finely, fine_stress);
  Relaxed chosen = finer ? std::move(*finer) : std::move(*found[best]);
  if (prototype) {
    const std::string& origin = prototypes[best].origin;
    return LikelyCrystal{origin.substr(0, origin.find(' ')), true, std::move(chosen.cell),
                         chosen.energy, energies.size()};
  }
  Symmetry symmetry = find_symmetry(chosen.cell, alike);
  return LikelyCrystal{symmetry.space_group, false, std::move(symmetry.primitive), chosen.energy,
                       energies.size()};
}

}  // namespace mlip::generate
