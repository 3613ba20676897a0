#include "generate/cells.hpp"

#include <fmt/format.h>

#include <Eigen/LU>
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "core/error.hpp"
#include "core/seed.hpp"
#include "generate/prototype.hpp"
#include "generate/sqs.hpp"
#include "generate/symmetry.hpp"

namespace mlip::generate {

namespace {

using core::Structure;
using core::Vec3;

Structure conventional(const Crystal& crystal) {
  if (crystal.is_given()) return crystal.given;
  return build(conventional_cell(crystal.prototype, crystal.c_over_a), crystal.lattice_constant,
               crystal.species);
}

Structure primitive(const Crystal& crystal) {
  if (crystal.is_given()) return find_symmetry(crystal.given).primitive;
  return build(primitive_cell(crystal.prototype, crystal.c_over_a), crystal.lattice_constant,
               crystal.species);
}

Structure molecule(const Crystal& crystal) {
  if (crystal.is_given()) return crystal.given;
  return boxed(crystal.species, {Vec3::Zero(), {0, 0, crystal.lattice_constant}}, molecule_vacuum);
}

/// Smallest distance between opposite faces: large for compact cells.
double smallest_height(const Structure& structure) {
  return 1 / structure.cell.vectors.inverse().colwise().norm().maxCoeff();
}

void keep_if_more_compact(std::map<std::size_t, Structure>& best, const Structure& cell,
                          const std::array<int, 3>& n) {
  Structure candidate = core::repeat(cell, n);
  const auto [entry, is_new] = best.try_emplace(candidate.size(), candidate);
  if (!is_new && smallest_height(candidate) > 1.001 * smallest_height(entry->second))
    entry->second = std::move(candidate);
}

double composition_error(const std::map<int, double>& composition, std::size_t sites) {
  double error = 0;
  for (const auto& [number, count] : atom_counts(composition, static_cast<int>(sites)))
    error += std::abs(count / static_cast<double>(sites) - composition.at(number));
  return error;
}

}  // namespace

Structure boxed(std::vector<int> numbers, std::vector<Vec3> positions, double gap) {
  Vec3 low = positions.front(), high = low;
  for (const Vec3& position : positions) {
    low = low.cwiseMin(position);
    high = high.cwiseMax(position);
  }
  const double edge = std::ceil((high - low).maxCoeff() + gap);
  Structure structure;
  structure.cell.vectors = core::Mat3::Identity() * edge;
  structure.cell.periodic = {true, true, true};
  structure.numbers = std::move(numbers);
  for (Vec3& position : positions) position += Vec3::Constant(edge / 2) - (low + high) / 2;
  structure.positions = std::move(positions);
  return structure;
}

std::vector<Structure> supercells(const Crystal& crystal, int max_atoms) {
  const Structure smallest = primitive(crystal);
  std::map<std::size_t, Structure> best;
  for (const Structure& cell : {smallest, conventional(crystal)}) {
    const int most = max_atoms / static_cast<int>(cell.size());
    for (int a = 1; a <= most; ++a)
      for (int b = 1; a * b <= most; ++b)
        for (int c = 1; a * b * c <= most; ++c) keep_if_more_compact(best, cell, {a, b, c});
  }
  best.erase(1);
  std::vector<Structure> cells;
  for (auto& entry : best) cells.push_back(std::move(entry.second));
  if (cells.empty())
    cells.push_back(smallest.size() > 1 ? smallest : core::repeat(smallest, {2, 1, 1}));
  return cells;
}

std::array<int, 3> compact_repeats(const Structure& cell, int atoms) {
  std::array<int, 3> repeats = {1, 1, 1};
  while (static_cast<int>(cell.size()) * repeats[0] * repeats[1] * repeats[2] < atoms) {
    const auto length = [&](std::size_t k) {
      return cell.cell.vectors.row(static_cast<Eigen::Index>(k)).norm() * repeats[k];
    };
    std::size_t shortest = 0;
    for (std::size_t k = 1; k < 3; ++k)
      if (length(k) < length(shortest) - 1e-9) shortest = k;
    ++repeats[shortest];
  }
  return repeats;
}

Structure grown(const Structure& cell, int atoms) {
  return core::repeat(cell, compact_repeats(cell, atoms));
}

std::vector<Structure> without_slender(std::vector<Structure> cells) {
  const auto compactness = [](const Structure& cell) {
    return smallest_height(cell) / std::cbrt(cell.cell.volume());
  };
  double most = 0;
  std::vector<Structure> kept;
  for (auto cell = cells.rbegin(); cell != cells.rend(); ++cell) {
    if (1.2 * compactness(*cell) < most) continue;
    most = std::max(most, compactness(*cell));
    kept.insert(kept.begin(), std::move(*cell));
  }
  return kept;
}

std::map<int, int> atom_counts(const std::map<int, double>& composition, int sites) {
  MLIP_ASSERT(sites >= static_cast<int>(composition.size()));
  std::map<int, int> counts;
  for (const auto& entry : composition) counts[entry.first] = 1;
  for (int left = sites - static_cast<int>(counts.size()); left > 0; --left) {
    const auto shortfall = [&](const auto& entry) {
      return entry.second * sites - counts[entry.first];
    };
    const auto neediest = std::max_element(
        composition.begin(), composition.end(),
        [&](const auto& a, const auto& b) { return shortfall(a) < shortfall(b) - 1e-9; });
    ++counts[neediest->first];
  }
  return counts;
}

Structure decorated(const Structure& structure, const std::map<int, double>& composition,
                    std::mt19937_64& engine) {
  std::vector<int> numbers;
  for (const auto& [number, count] : atom_counts(composition, static_cast<int>(structure.size())))
    numbers.insert(numbers.end(), static_cast<std::size_t>(count), number);
  // By hand: std::shuffle differs between standard libraries.
  for (std::size_t i = numbers.size() - 1; i > 0; --i)
    std::swap(
        numbers[i],
        numbers[static_cast<std::size_t>(core::uniform(engine) * static_cast<double>(i + 1))]);
  Structure result = structure;
  result.numbers = std::move(numbers);
  return result;
}

Structure quasirandom(const Structure& structure, const std::map<int, double>& composition,
                      std::uint64_t seed) {
  const int sites = static_cast<int>(structure.size());
  Sublattice sublattice{std::vector<int>(structure.size()), atom_counts(composition, sites)};
  std::iota(sublattice.sites.begin(), sublattice.sites.end(), 0);
  SqsOptions options;
  options.seed = seed;
  options.chains = 8;
  return find_sqs(structure, {sublattice}, options).structure;
}

Crystal lattice_under(const Crystal& crystal) {
  Crystal lattice = crystal;
  lattice.random = false;
  if (crystal.is_given()) {
    lattice.given.numbers.assign(crystal.given.size(), crystal.species.front());
    return lattice;
  }
  lattice.prototype = parent_lattice(crystal.prototype);
  lattice.species.assign(2, crystal.species.front());
  return lattice;
}

std::vector<Structure> alloy_cells(const Crystal& crystal, int max_atoms) {
  auto cells = supercells(lattice_under(crystal), max_atoms);
  std::erase_if(cells,
                [&](const Structure& cell) { return cell.size() < crystal.composition.size(); });
  if (cells.empty())
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("'max_atoms' of {} has no room for {} elements", max_atoms,
                                      crystal.composition.size()),
                          "raise 'max_atoms'");
  double least = 2;
  for (const Structure& cell : cells)
    least = std::min(least, composition_error(crystal.composition, cell.size()));
  std::erase_if(cells, [&](const Structure& cell) {
    return composition_error(crystal.composition, cell.size()) > least + 0.02;
  });
  return cells;
}

Structure perfect_cell(const Crystal& crystal, int max_atoms, std::uint64_t seed) {
  if (crystal.molecule()) return molecule(crystal);
  if (!crystal.random) return conventional(crystal);
  return quasirandom(alloy_cells(crystal, max_atoms).back(), crystal.composition, seed);
}

Structure smallest_cell(const Crystal& crystal, int max_atoms, std::uint64_t seed) {
  if (crystal.molecule() || crystal.random) return perfect_cell(crystal, max_atoms, seed);
  return primitive(crystal);
}

}  // namespace mlip::generate
