#include "fit/references.hpp"

#include <fmt/format.h>

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <set>

#include "core/element.hpp"
#include "core/error.hpp"

namespace mlip::fit {

namespace {

constexpr double largest_cohesion = 20;  // eV an atom

/// Singular values below this part of the largest come of rounding.
constexpr double same_composition = 1e-9;

using Known = std::map<std::string, Reference>;

bool has_energy(const Item& item) {
  return item.fit_energy && item.labels.energy && std::isfinite(*item.labels.energy);
}

Known given_references(const std::vector<std::string>& elements,
                       const std::map<std::string, double>& given) {
  Known known;
  for (const auto& [symbol, energy] : given) {
    if (std::ranges::find(elements, symbol) == elements.end())
      throw core::UserError(
          core::ExitCode::bad_input,
          fmt::format("an isolated-atom energy is given for '{}', which no structure has", symbol),
          fmt::format("the data have: {}", fmt::join(elements, ", ")));
    known[symbol] = {energy, ReferenceSource::given};
  }
  return known;
}

/// The lowest energy of each element's lone atoms: their ground state.
void add_isolated_atoms(std::span<const Item> items, Known& known) {
  for (const Item& item : items) {
    if (!is_isolated_atom(item.structure) || !has_energy(item)) continue;
    const std::string symbol(core::element(item.structure.numbers.front()).symbol);
    const double energy = *item.labels.energy;
    const auto [place, fresh] =
        known.try_emplace(symbol, Reference{energy, ReferenceSource::isolated_atom});
    if (place->second.source == ReferenceSource::isolated_atom)
      place->second.energy = std::min(place->second.energy, energy);
  }
}

/// Minimal-norm solution of Σ n_e E_e = E over the structures, an atom counting as an atom in each.
void add_least_squares(const std::vector<std::string>& unknown, std::span<const Item> items,
                       Known& known) {
  if (unknown.empty()) return;
  const auto rows = std::ranges::count_if(items, has_energy);
  Eigen::MatrixXd counts = Eigen::MatrixXd::Zero(rows, static_cast<Eigen::Index>(unknown.size()));
  Eigen::VectorXd energies = Eigen::VectorXd::Zero(rows);
  Eigen::Index row = 0;
  for (const Item& item : items) {
    if (!has_energy(item)) continue;
    energies[row] = *item.labels.energy;
    for (int number : item.structure.numbers) {
      const std::string symbol(core::element(number).symbol);
      const auto place = std::ranges::find(unknown, symbol);
      if (place == unknown.end())
        energies[row] -= known.at(symbol).energy;
      else
        counts(row, place - unknown.begin()) += 1;
    }
    const auto atoms = static_cast<double>(item.structure.size());
    counts.row(row) /= atoms;
    energies[row++] /= atoms;
  }
  Eigen::VectorXd shares = Eigen::VectorXd::Zero(counts.cols());
  if (rows > 0) {
    Eigen::CompleteOrthogonalDecomposition<Eigen::MatrixXd> decomposition;
    decomposition.setThreshold(same_composition);
    shares = decomposition.compute(counts).solve(energies);
  }
  for (std::size_t k = 0; k < unknown.size(); ++k)
    known[unknown[k]] = {shares[static_cast<Eigen::Index>(k)], ReferenceSource::least_squares};
}

}  // namespace

std::string to_string(ReferenceSource source) {
  switch (source) {
    case ReferenceSource::given:
      return "given";
    case ReferenceSource::isolated_atom:
      return "isolated atom in the data";
    case ReferenceSource::least_squares:
      return "least squares over the data";
    case ReferenceSource::zero:
      break;
  }
  return "zero: energies counted from isolated atoms";
}

std::vector<std::string> elements_of(std::span<const Item> items) {
  std::set<std::string> symbols;
  for (const Item& item : items)
    for (int number : item.structure.numbers)
      symbols.insert(std::string(core::element(number).symbol));
  return {symbols.begin(), symbols.end()};
}

bool is_isolated_atom(const core::Structure& structure) {
  constexpr double apart = 6;  // Å
  return structure.size() == 1 && core::minimum_distance(structure) >= apart;
}

std::vector<Reference> find_references(const std::vector<std::string>& elements,
                                       std::span<const Item> items,
                                       const std::map<std::string, double>& given) {
  Known known = given_references(elements, given);
  add_isolated_atoms(items, known);
  std::vector<std::string> unknown;
  for (const std::string& symbol : elements)
    if (!known.contains(symbol)) unknown.push_back(symbol);
  add_least_squares(unknown, items, known);
  std::vector<Reference> references;
  for (const std::string& symbol : elements) references.push_back(known.at(symbol));
  return references;
}

std::optional<std::vector<Reference>> counted_from_atoms(std::vector<Reference> found) {
  bool changed = false;
  for (Reference& reference : found) {
    if (reference.source != ReferenceSource::least_squares) continue;
    if (std::abs(reference.energy) > largest_cohesion) return std::nullopt;
    reference = {0, ReferenceSource::zero};
    changed = true;
  }
  return changed ? std::optional(std::move(found)) : std::nullopt;
}

std::vector<double> energies_of(const std::vector<Reference>& references) {
  std::vector<double> energies;
  for (const Reference& reference : references) energies.push_back(reference.energy);
  return energies;
}

}  // namespace mlip::fit
