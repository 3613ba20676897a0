#include "pipeline/heuristics.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/element.hpp"
#include "core/error.hpp"
#include "core/units.hpp"

namespace mlip::pipeline {

namespace {

using core::Prototype;

const core::Element& element_of(const std::string& symbol) {
  const auto number = core::atomic_number(symbol);
  MLIP_ASSERT(number);
  return core::element(*number);
}

std::string name_of(Prototype prototype) {
  switch (prototype) {
    case Prototype::none:
      return "";
    case Prototype::fcc:
      return "fcc";
    case Prototype::bcc:
      return "bcc";
    case Prototype::hcp:
      return "hcp";
    case Prototype::diamond:
      return "diamond";
    case Prototype::molecule:
      return "molecule";
  }
  MLIP_ASSERT(false);
}

/// Å³ an atom of the element's own crystal; of its covalent sphere where it has none.
double atomic_volume(const core::Element& element) {
  const double a = element.lattice_constant, cube = a * a * a;
  switch (element.prototype) {
    case Prototype::fcc:
      return cube / 4;
    case Prototype::bcc:
      return cube / 2;
    case Prototype::hcp:
      return std::sqrt(3.0) / 4 * cube * element.c_over_a;
    case Prototype::diamond:
      return cube / 8;
    case Prototype::none:
    case Prototype::molecule:
      break;
  }
  return 8 * std::pow(element.covalent_radius, 3);
}

double mean_volume(const Composition& composition) {
  double volume = 0;
  for (const auto& [symbol, fraction] : composition)
    volume += fraction * atomic_volume(element_of(symbol));
  return volume;
}

/// Close-packed first among equal shares: most solid solutions are.
std::pair<std::string, std::string> prototype_of(const Composition& composition) {
  std::string best, of;
  double largest = 0;
  for (const Prototype candidate :
       {Prototype::fcc, Prototype::bcc, Prototype::hcp, Prototype::diamond, Prototype::molecule})
    for (const auto& [symbol, fraction] : composition)
      if (element_of(symbol).prototype == candidate && fraction > largest + 1e-9) {
        largest = fraction;
        best = name_of(candidate);
        of = symbol;
      }
  return {best, of};
}

struct CellShape {
  const char* prototype;
  int atoms;
  double c_over_a;          ///< 0: the element's
  double nearest_neighbor;  ///< over a
};
constexpr std::array shapes = {
    CellShape{"fcc", 4, 1, 0.70710678}, CellShape{"bcc", 2, 1, 0.8660254},
    CellShape{"hcp", 2, 0, 1},          CellShape{"diamond", 8, 1, 0.4330127},
    CellShape{"rocksalt", 8, 1, 0.5},   CellShape{"b2", 2, 1, 0.8660254},
    CellShape{"l10", 4, 1, 0.70710678}, CellShape{"l12", 4, 1, 0.70710678},
    CellShape{"molecule", 2, 1, 1},
};

const CellShape& shape_of(const std::string& prototype) {
  const auto found = std::find_if(shapes.begin(), shapes.end(), [&](const CellShape& shape) {
    return shape.prototype == prototype;
  });
  MLIP_ASSERT(found != shapes.end());
  return *found;
}

double c_over_a(const Composition& composition) {
  for (const auto& [symbol, fraction] : composition)
    if (element_of(symbol).c_over_a > 0) return element_of(symbol).c_over_a;
  return std::sqrt(8.0 / 3);
}

double lattice_constant_of(const Composition& composition, const CellShape& shape, double ratio) {
  const core::Element& first = element_of(composition.begin()->first);
  if (composition.size() == 1 && name_of(first.prototype) == shape.prototype)
    return first.lattice_constant;
  const bool rocksalt = std::string_view(shape.prototype) == "rocksalt";
  const bool molecule = std::string_view(shape.prototype) == "molecule";
  if (rocksalt || molecule) {
    double radii = 0;
    for (const auto& [symbol, fraction] : composition)
      radii += 2 * fraction * element_of(symbol).covalent_radius;
    return rocksalt ? 2 * radii : radii;
  }
  const double volume = mean_volume(composition) * shape.atoms / ratio;
  const bool hcp = std::string_view(shape.prototype) == "hcp";
  return std::cbrt(hcp ? volume * 2 / std::sqrt(3.0) : volume);
}

bool closed_shell(const std::set<std::string>& elements) {
  static const std::set<std::set<std::string>> insulators = {
      {"C"},      {"Si"}, {"C", "Si"}, {"Mg", "O"}, {"Cl", "Na"}, {"F", "Li"}, {"Al", "N"},
      {"B", "N"}, {"He"}, {"Ne"},      {"Ar"},      {"Kr"},       {"Xe"}};
  return insulators.contains(elements);
}

bool closed_shell_molecule(const std::set<std::string>& elements) {
  static const std::set<std::set<std::string>> molecules = {{"H"},  {"N"},  {"F"},
                                                            {"Cl"}, {"Br"}, {"I"}};
  return molecules.contains(elements);
}

/// Smallest odd number of points with a spacing of at most `k_spacing`.
int odd_mesh(double edge, double k_spacing) {
  const int points = static_cast<int>(std::ceil(2 * core::pi / (edge * k_spacing) - 1e-6));
  return points + (points % 2 == 0 ? 1 : 0);
}

std::set<std::string> symbols_of(const Composition& composition) {
  std::set<std::string> symbols;
  for (const auto& [symbol, fraction] : composition) symbols.insert(symbol);
  return symbols;
}

}  // namespace

Crystal expected_crystal(const Composition& composition, const std::string& prototype,
                         double lattice_constant) {
  Crystal crystal;
  const auto [found, of] = prototype_of(composition);
  crystal.prototype = prototype.empty() ? found : prototype;
  crystal.reason = prototype.empty() ? fmt::format("ground state of {}", of) : "given";
  if (crystal.prototype.empty())
    throw core::UserError(
        core::ExitCode::bad_input,
        fmt::format("none of {} has a simple crystal to start from",
                    fmt::join(symbols_of(composition), ", ")),
        "name one in target_system: prototype, such as fcc, bcc, hcp, diamond or rocksalt");
  const CellShape& shape = shape_of(crystal.prototype);
  const double ratio = shape.c_over_a > 0 ? shape.c_over_a : c_over_a(composition);
  const bool given = lattice_constant > 0;
  const double a = given ? lattice_constant : lattice_constant_of(composition, shape, ratio);
  crystal.lattice_constant = given ? a : std::round(a * 1e4) / 1e4;
  crystal.lattice_reason =
      given ? "given"
            : (composition.size() == 1 ? "experimental value in the table of elements"
                                       : "mean of the elements' atomic volumes or radii");
  crystal.atoms = shape.atoms;
  crystal.edges = {a, a, a * ratio};
  crystal.nearest_neighbor = a * shape.nearest_neighbor;
  return crystal;
}

Bonding expected_bonding(const Composition& composition, const std::string& goal,
                         double temperature) {
  const auto symbols = symbols_of(composition);
  const std::string names = fmt::format("{}", fmt::join(symbols, ", "));
  Bonding bonding;
  for (const std::string& symbol : symbols)
    bonding.magnetic = bonding.magnetic || element_of(symbol).bulk_moment > 0;
  const bool metal = std::any_of(symbols.begin(), symbols.end(),
                                 [](const auto& symbol) { return element_of(symbol).metal; });
  // Liquids of semiconductors are metals, and defects have levels in the gap.
  const bool crystalline = (goal == "bulk" || goal == "elastic") && temperature <= 1000;
  if (goal == "molecule") {
    bonding.fixed_occupations = closed_shell_molecule(symbols);
    bonding.k_spacing = 0.4;
    bonding.reason = bonding.fixed_occupations
                         ? fmt::format("the molecule of {} has closed shells", names)
                         : fmt::format("molecules of {} may have open shells", names);
  } else if (closed_shell(symbols) && crystalline) {
    bonding.fixed_occupations = true;
    bonding.k_spacing = 0.39;
    bonding.reason = fmt::format("crystals of {} up to {:g} K are insulators of closed shells",
                                 names, temperature);
  } else {
    bonding.k_spacing = metal || closed_shell(symbols) ? 0.224 : 0.3;
    bonding.reason = metal ? fmt::format("{} has metallic elements", names)
                           : fmt::format("{} is not known to stay an insulator", names);
  }
  return bonding;
}

Mesh steady_mesh(const Crystal& crystal, double k_spacing, double strain) {
  const double edge = *std::min_element(crystal.edges.begin(), crystal.edges.end());
  const int points = odd_mesh(edge, k_spacing);
  const double spacing = 2 * core::pi / (edge * (1 - strain) * points);
  return {std::ceil(spacing * 1e3) / 1e3, points};
}

std::array<int, 3> repeats_for(const Crystal& crystal, int atoms) {
  std::array<int, 3> repeats = {1, 1, 1};
  while (crystal.atoms * repeats[0] * repeats[1] * repeats[2] < atoms) {
    const auto length = [&](std::size_t k) { return crystal.edges[k] * repeats[k]; };
    std::size_t shortest = 0;
    for (std::size_t k = 1; k < 3; ++k)
      if (length(k) < length(shortest) - 1e-9) shortest = k;
    ++repeats[shortest];
  }
  return repeats;
}

double label_cost(const Crystal& crystal, const std::array<int, 3>& repeats,
                  const Composition& composition, const dft::espresso::Parameters& dft) {
  double volume = crystal.prototype == "hcp" ? std::sqrt(3.0) / 2 : 1;
  double points = 1;
  for (std::size_t k = 0; k < 3; ++k) {
    volume *= crystal.edges[k] * repeats[k];
    points *= odd_mesh(crystal.edges[k] * repeats[k], dft.k_spacing);
  }
  if (dft.isolated) volume = 512, points = 1;
  double electrons = 0;
  for (const auto& [symbol, fraction] : composition)
    if (const auto species = dft.species.find(symbol); species != dft.species.end())
      electrons += fraction * species->second.valence;
  electrons *= crystal.atoms * repeats[0] * repeats[1] * repeats[2];
  const double filled = electrons / 2;
  const double bands = dft.occupations == "fixed" ? filled : std::max(1.2 * filled, filled + 4);
  const double states = (points + 1) / 2 * (dft.spin_polarized ? 2 : 1) * bands;
  const double iterations = dft.spin_polarized ? 14 : 8;
  const double augmentation = dft.ecutrho_ry > 4.5 * dft.ecutwfc_ry ? 2 : 1;
  return 0.5 + 6e-8 * iterations * augmentation * states * volume * std::pow(dft.ecutwfc_ry, 1.5);
}

LabelBudget share_labels(double core_seconds, double cost, std::size_t elements, int generations) {
  constexpr int fewest = 30;
  const int wanted = static_cast<int>(100 * elements * (elements + 1) / 2);
  const int affordable = static_cast<int>(std::min(1e6, core_seconds / cost));
  LabelBudget budget;
  budget.total = std::clamp(affordable, fewest, std::max(fewest, wanted));
  budget.holdout = std::max(6, budget.total / 8);
  budget.seed = std::max(10, budget.total / 4);
  budget.picks =
      std::max(3, (budget.total - budget.holdout - budget.seed) / std::max(1, generations - 1));
  budget.reason = fmt::format(
      "{} labels in all: {} wanted for {} element{}, {} affordable at {:.1f} core s each",
      budget.total, wanted, elements, elements == 1 ? "" : "s", affordable, cost);
  return budget;
}

}  // namespace mlip::pipeline
