#include "generate/crystal.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>

#include "core/element.hpp"
#include "core/error.hpp"
#include "generate/prototype.hpp"

namespace mlip::generate {

namespace {

using core::ExitCode;
using core::Prototype;
using core::UserError;

constexpr double composition_tolerance = 0.02;

/// Å³ an atom of elements whose own crystal is none of the prototypes, from their measured
/// densities.
const std::map<std::string_view, double> volumes_of_complex_crystals = {
    {"He", 33.0}, {"B", 7.3},   {"P", 19.0},  {"S", 25.8},  {"Mn", 12.2},
    {"Ga", 19.6}, {"As", 21.5}, {"Se", 27.3}, {"In", 26.2}, {"Sb", 30.2},
    {"Te", 34.0}, {"Sm", 33.2}, {"Hg", 23.4}, {"Po", 37.6}, {"Bi", 35.4},
    {"Pa", 25.2}, {"U", 20.8},  {"Np", 19.2}, {"Pu", 20.0}, {"Am", 29.3}};

std::map<int, double> checked_composition(const Options& options) {
  std::map<int, double> composition;
  double sum = 0;
  for (const auto& [symbol, fraction] : options.composition) {
    const auto number = core::atomic_number(symbol);
    if (!number)
      throw UserError(ExitCode::bad_input,
                      fmt::format("unknown element '{}' in 'composition'", symbol),
                      fmt::format("the nearest symbol is '{}'", core::nearest_symbol(symbol)));
    if (!(fraction >= 0) || !std::isfinite(fraction))
      throw UserError(ExitCode::bad_input,
                      fmt::format("fraction '{}' of '{}' in 'composition' is not a positive number",
                                  fraction, symbol));
    if (fraction > 0) composition[*number] = fraction;
    sum += fraction;
  }
  if (composition.empty())
    throw UserError(ExitCode::bad_input, "'composition' names no element",
                    "give at least one element and its fraction");
  for (auto& entry : composition) entry.second /= sum;
  return composition;
}

Prototype lattice_of(int number) {
  return core::element(number).prototype;
}

std::string name_of(Prototype prototype) {
  switch (prototype) {
    case Prototype::bcc:
      return "bcc";
    case Prototype::hcp:
      return "hcp";
    case Prototype::diamond:
      return "diamond";
    case Prototype::molecule:
      return "molecule";
    default:
      return "fcc";  // the densest packing stands in for crystals too complex to seed
  }
}

/// Elements from the most to the least frequent.
std::vector<int> by_fraction(const std::map<int, double>& composition) {
  std::vector<int> numbers;
  for (const auto& entry : composition) numbers.push_back(entry.first);
  std::stable_sort(numbers.begin(), numbers.end(),
                   [&](int a, int b) { return composition.at(a) > composition.at(b); });
  return numbers;
}

bool has_ratio(const std::map<int, double>& composition, double larger) {
  if (composition.size() != 2) return false;
  const auto& [number, fraction] = *composition.begin();
  return std::abs(std::max(fraction, 1 - fraction) - larger) < composition_tolerance;
}

/// The crystal lattice most atoms of the composition have on their own.
std::string commonest_lattice(const std::map<int, double>& composition) {
  std::map<std::string, double> weight;
  for (const auto& [number, fraction] : composition) {
    if (lattice_of(number) == Prototype::molecule) continue;
    weight[name_of(lattice_of(number))] += fraction;
  }
  if (weight.empty()) return "fcc";
  return std::max_element(weight.begin(), weight.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

std::string choose_metal_pair(int a, int b) {
  const auto count = [&](Prototype prototype) {
    return (lattice_of(a) == prototype) + (lattice_of(b) == prototype);
  };
  // Fe-Ni and Fe-Pt order as l10, Fe-Co as b2.
  const bool body_centred =
      count(Prototype::bcc) == 2 || (count(Prototype::bcc) == 1 && count(Prototype::hcp) == 1);
  return body_centred ? "b2" : "l10";
}

std::string choose_pair(const std::map<int, double>& composition) {
  const int a = composition.begin()->first, b = composition.rbegin()->first;
  const bool a_metal = core::element(a).metal, b_metal = core::element(b).metal;
  const bool equal = has_ratio(composition, 0.5);
  if (a_metal && b_metal) {
    if (equal) return choose_metal_pair(a, b);
    return has_ratio(composition, 0.75) ? "l12" : commonest_lattice(composition);
  }
  if (!equal) return commonest_lattice(composition);
  if (a_metal != b_metal) return "rocksalt";
  const bool molecules =
      lattice_of(a) == Prototype::molecule && lattice_of(b) == Prototype::molecule;
  return molecules ? "molecule" : "diamond";
}

std::string choose_prototype(const std::map<int, double>& composition) {
  if (composition.size() == 1) return name_of(lattice_of(composition.begin()->first));
  if (composition.size() == 2) return choose_pair(composition);
  return commonest_lattice(composition);
}

[[noreturn]] void does_not_fit(const std::string& prototype, const char* wanted) {
  throw UserError(ExitCode::bad_input,
                  fmt::format("prototype '{}' needs {} in 'composition'", prototype, wanted),
                  "correct the composition or set 'prototype' to 'auto'");
}

void check_prototype(const std::string& prototype, const std::map<int, double>& composition) {
  const auto& names = prototype_names();
  if (prototype != "molecule" && std::find(names.begin(), names.end(), prototype) == names.end())
    throw UserError(ExitCode::bad_input, fmt::format("unknown prototype '{}'", prototype),
                    fmt::format("choose one of auto, {}, molecule", fmt::join(names, ", ")));
  const bool halves = prototype == "b2" || prototype == "l10" || prototype == "rocksalt";
  if (halves && !has_ratio(composition, 0.5)) does_not_fit(prototype, "two elements one to one");
  if (prototype == "l12" && !has_ratio(composition, 0.75))
    does_not_fit(prototype, "two elements three to one");
  if (prototype == "molecule" && composition.size() != 1 && !has_ratio(composition, 0.5))
    does_not_fit(prototype, "one element, or two one to one,");
}

double c_over_a_for(const Crystal& crystal) {
  if (crystal.prototype != "hcp") return 1;
  double sum = 0, weight = 0;
  for (const auto& [number, fraction] : crystal.composition) {
    const double own = core::element(number).c_over_a;
    if (own > 0) sum += fraction * own, weight += fraction;
  }
  return weight > 0 ? sum / weight : std::sqrt(8.0 / 3);
}

double sum_of_radii(const std::vector<int>& species) {
  return core::element(species.front()).covalent_radius +
         core::element(species.back()).covalent_radius;
}

Crystal given(Crystal crystal, const GivenCrystal& own, const std::string& prototype) {
  crystal.prototype = prototype == "molecule" ? prototype : "given";
  crystal.name = own.name;
  crystal.given = structure_of(own);
  crystal.species = by_fraction(crystal.composition);
  crystal.lattice_constant = crystal.given.cell.vectors.row(0).norm();
  return crystal;
}

/// Bonds where atoms of two kinds touch, atomic volumes (Vegard's law in its volume form) else.
double lattice_constant_for(const Crystal& crystal) {
  const core::Element& first = core::element(crystal.species.front());
  const bool one_element = crystal.composition.size() == 1;
  if (crystal.molecule())
    return one_element && first.prototype == Prototype::molecule ? first.lattice_constant
                                                                 : sum_of_radii(crystal.species);
  if (one_element && name_of(first.prototype) == crystal.prototype && first.lattice_constant > 0)
    return first.lattice_constant;
  if (crystal.prototype == "rocksalt") return 2 * sum_of_radii(crystal.species);
  if (crystal.prototype == "diamond" && !one_element && !crystal.random)
    return 4 / std::sqrt(3.0) * sum_of_radii(crystal.species);
  double volume = 0;
  for (const auto& [number, fraction] : crystal.composition)
    volume += fraction * atomic_volume(number);
  const Arrangement cell = conventional_cell(crystal.prototype, crystal.c_over_a);
  return std::cbrt(volume * static_cast<double>(cell.sites.size()) /
                   std::abs(cell.vectors.determinant()));
}

}  // namespace

double atomic_volume(int number) {
  const core::Element& e = core::element(number);
  const std::string name = name_of(e.prototype);
  if (e.lattice_constant > 0 && name != "molecule") {
    const Arrangement cell = conventional_cell(name, e.c_over_a);
    return std::abs(cell.vectors.determinant()) * std::pow(e.lattice_constant, 3) /
           static_cast<double>(cell.sites.size());
  }
  const auto known = volumes_of_complex_crystals.find(e.symbol);
  if (known != volumes_of_complex_crystals.end()) return known->second;
  return std::pow(2 * e.covalent_radius, 3) / std::sqrt(2.0);  // spheres in closest packing
}

Crystal choose_crystal(const Options& options, std::size_t which) {
  Crystal crystal;
  crystal.composition = checked_composition(options);
  if (!options.crystals.empty())
    return given(std::move(crystal), options.crystals.at(which), options.prototype);
  crystal.prototype =
      options.prototype == "auto" ? choose_prototype(crystal.composition) : options.prototype;
  check_prototype(crystal.prototype, crystal.composition);
  crystal.name = crystal.prototype;
  crystal.species = by_fraction(crystal.composition);
  const bool ordered =
      crystal.molecule() || (sublattices(crystal.prototype) == 2 &&
                             (crystal.prototype == "l12" || has_ratio(crystal.composition, 0.5)));
  crystal.random = crystal.composition.size() > 1 && !ordered;
  crystal.species.resize(2, crystal.species.front());
  crystal.c_over_a = c_over_a_for(crystal);
  crystal.lattice_constant =
      options.lattice_constant > 0 ? options.lattice_constant : lattice_constant_for(crystal);
  return crystal;
}

}  // namespace mlip::generate
