#include "pipeline/heuristics.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <set>

#include "core/element.hpp"
#include "core/error.hpp"
#include "core/neighbor_list.hpp"
#include "core/units.hpp"
#include "generate/closed_shells.hpp"
#include "generate/crystal.hpp"
#include "generate/generate.hpp"

namespace mlip::pipeline {

namespace {

const core::Element& element_of(const std::string& symbol) {
  const auto number = core::atomic_number(symbol);
  MLIP_ASSERT(number);
  return core::element(*number);
}

bool closed_shell(const std::set<std::string>& elements) {
  static const std::set<std::set<std::string>> insulators = {
      {"C"},      {"Si"}, {"C", "Si"}, {"Mg", "O"}, {"Cl", "Na"}, {"F", "Li"}, {"Al", "N"},
      {"B", "N"}, {"He"}, {"Ne"},      {"Ar"},      {"Kr"},       {"Xe"}};
  return insulators.contains(elements);
}

/// Smallest odd number of points with a spacing of at most `k_spacing`.
int odd_mesh(double edge, double k_spacing) {
  const int points = static_cast<int>(std::ceil(2 * core::pi / (edge * k_spacing) - 1e-6));
  return points + (points % 2 == 0 ? 1 : 0);
}

Crystal expected_crystal(const generate::Options& options, std::size_t which) {
  const generate::Crystal chosen = generate::choose_crystal(options, which);
  Crystal crystal;
  crystal.prototype = chosen.prototype;
  // The least digit kept is far below what matters, and a plan is read by people.
  crystal.lattice_constant = options.lattice_constant > 0
                                 ? options.lattice_constant
                                 : std::round(chosen.lattice_constant * 1e4) / 1e4;
  crystal.cell = generate::ground_state(options, which);
  crystal.volume = crystal.cell.cell.volume();
  crystal.nearest_neighbor = core::minimum_distance(crystal.cell);
  crystal.closed_shells = chosen.molecule() && generate::has_closed_shells(crystal.cell);
  const core::NeighborList list(crystal.cell, 1.2 * crystal.nearest_neighbor);
  crystal.coordination =
      static_cast<double>(list.size()) / static_cast<double>(crystal.cell.size());
  const core::Mat3 inverse = crystal.cell.cell.vectors.inverse();
  for (Eigen::Index k = 0; k < 3; ++k)
    crystal.across[static_cast<std::size_t>(k)] = 1 / inverse.col(k).norm();
  return crystal;
}

std::set<std::string> symbols_of(const Composition& composition) {
  std::set<std::string> symbols;
  for (const auto& [symbol, fraction] : composition) symbols.insert(symbol);
  return symbols;
}

}  // namespace

std::vector<Crystal> expected_crystals(const generate::Options& options) {
  std::vector<Crystal> crystals;
  for (std::size_t k = 0; k < generate::crystal_count(options); ++k)
    crystals.push_back(expected_crystal(options, k));
  return crystals;
}

Bonding expected_bonding(const Composition& composition, const std::string& prototype,
                         const std::string& goal, double temperature) {
  const auto symbols = symbols_of(composition);
  const std::string names = fmt::format("{}", fmt::join(symbols, ", "));
  const auto any = [&](auto&& property) {
    return std::any_of(symbols.begin(), symbols.end(),
                       [&](const auto& symbol) { return property(element_of(symbol)); });
  };
  const bool metal = any([](const core::Element& e) { return e.metal; });
  const bool magnetic = any([](const core::Element& e) { return e.bulk_moment > 0; });
  // Liquids of semiconductors are metals, and defects have levels in the gap.
  const bool crystalline = (goal == "bulk" || goal == "elastic") && temperature <= 1000;
  // Graphite and white tin are metals: only of the elements' own crystals is that known.
  const bool insulating = closed_shell(symbols) && crystalline && prototype != "given";
  if (insulating)
    // Rattled Si is 13 meV/atom off at 3 points along 5.43 Å, 0.3 at 5; its primitive cell 4.7 at
    // 7, 0.8 at 9.
    return {true, false, 0.24,
            fmt::format("crystals of {} are insulators of closed shells up to 1000 K", names)};
  // Rattled Al needs 0.224 /Å for 5 meV/Å; Ni stays within 4 meV/atom up to 0.44 /Å.
  const double dense = metal || closed_shell(symbols) ? 0.224 : 0.3;
  return {false, magnetic, magnetic ? 0.36 : dense,
          metal ? fmt::format("metals among {}", names)
                : fmt::format("{} is not known to stay an insulator", names)};
}

Bonding molecular_bonding(const std::vector<Crystal>& molecules) {
  constexpr double unused = 0.4;  // a molecule is computed at Γ
  const auto open = std::ranges::find(molecules, false, &Crystal::closed_shells);
  if (open == molecules.end())
    return {true, false, unused, "bonds pair all electrons, as Lewis's rule says: closed shells"};
  return {false, true, unused,
          fmt::format("{} may have open shells: no bonds that pair all electrons are known",
                      open->cell.size() > 0 ? open->cell.formula() : "a structure")};
}

double highest_temperature(const std::string& goal, double temperature) {
  static const std::map<std::string, double> margins = {
      {"bulk", 1.2},     {"diffusion", 1.3},  {"elastic", 1.1}, {"melting", 1.5},
      {"molecule", 1.2}, {"plasticity", 1.2}, {"surface", 1.2}};
  return std::round(margins.at(goal) * temperature);
}

double thermal_displacement(const Composition& composition, double nearest_neighbor,
                            double temperature) {
  double melting_point = 0;
  for (const auto& [symbol, fraction] : composition)
    melting_point += fraction * element_of(symbol).melting_point;
  // Lindemann: at the melting point atoms move a tenth of the bond, 0.058 of it along each axis.
  constexpr double most = 1.2;
  const double share = melting_point > 0 ? std::min(most, temperature / melting_point) : most;
  return 0.058 * nearest_neighbor * std::sqrt(share);
}

Mesh steady_mesh(const Crystal& crystal, double k_spacing, double strain) {
  const double shortest = *std::min_element(crystal.across.begin(), crystal.across.end());
  const int points = odd_mesh(shortest, k_spacing);
  const double spacing = 2 * core::pi / (shortest * (1 - strain) * points);
  return {std::ceil(spacing * 1e3) / 1e3, points};
}

double label_cost(const Crystal& crystal, const std::array<int, 3>& repeats,
                  const Composition& composition, const dft::espresso::Parameters& dft) {
  double volume = crystal.volume, points = 1;
  for (std::size_t k = 0; k < 3; ++k) {
    volume *= repeats[k];
    points *= odd_mesh(crystal.across[k] * repeats[k], dft.k_spacing);
  }
  if (dft.isolated) points = 1;
  double electrons = 0;
  for (const auto& [symbol, fraction] : composition)
    if (const auto species = dft.species.find(symbol); species != dft.species.end())
      electrons += fraction * species->second.valence;
  electrons *= static_cast<double>(crystal.cell.size()) * repeats[0] * repeats[1] * repeats[2];
  return dft::espresso::core_seconds({points, electrons, volume}, dft);
}

LabelBudget share_labels(double core_seconds, double cost, std::size_t elements, int generations,
                         bool molecule) {
  constexpr int fewest = 30;
  const int pairs = static_cast<int>(elements * (elements + 1) / 2);
  const int wanted = 150 * pairs;
  const int affordable = static_cast<int>(std::min(1e6, core_seconds / cost));
  LabelBudget budget;
  budget.total = std::clamp(affordable, fewest, std::max(fewest, wanted));
  budget.holdout = std::max(6, budget.total / 8);
  // Little is known before the first potential: most labels wait for one to choose them.
  budget.seed =
      molecule ? std::max(10, budget.total / 4) : std::max({6, 4 * pairs, budget.total / 30});
  budget.picks =
      std::max(3, (budget.total - budget.holdout - budget.seed) / std::max(1, generations - 1));
  budget.reason = fmt::format(
      "{} labels in all: {} wanted for {} element{}, {} affordable at {:.1f} core s each",
      budget.total, wanted, elements, elements == 1 ? "" : "s", affordable, cost);
  return budget;
}

int payable_picks(int planned, double seconds_left, double seconds_a_label, int generations_left) {
  constexpr int fewest = 3;
  if (seconds_a_label <= 0) return planned;
  const double payable = dft_share * seconds_left / std::max(1, generations_left) / seconds_a_label;
  return std::max(std::min(fewest, planned), static_cast<int>(std::min(payable, double(planned))));
}

}  // namespace mlip::pipeline
