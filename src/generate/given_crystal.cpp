#include "generate/given_crystal.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/element.hpp"
#include "core/error.hpp"
#include "core/neighbor_list.hpp"

namespace mlip::generate {

namespace {

using core::Structure;
using core::Vec3;

bool are_vectors(const std::vector<std::vector<double>>& rows, std::size_t count) {
  return rows.size() == count &&
         std::ranges::all_of(rows, [](const auto& row) { return row.size() == 3; });
}

Structure assembled(const GivenCrystal& crystal) {
  Structure structure;
  for (Eigen::Index k = 0; k < 3; ++k)
    structure.cell.vectors.row(k) = Vec3(crystal.cell[static_cast<std::size_t>(k)].data());
  structure.cell.periodic = {true, true, true};
  for (const std::string& symbol : crystal.elements)
    structure.numbers.push_back(core::atomic_number(symbol).value());
  for (const auto& position : crystal.positions) structure.positions.emplace_back(position.data());
  return structure;
}

std::string too_close(const Structure& structure) {
  constexpr double overlap = 0.5, largest_radius = 2.6;  // Å, of francium
  const core::NeighborList list(structure, 2 * overlap * largest_radius);
  for (std::size_t i = 0; i < structure.size(); ++i)
    for (const core::Neighbor& neighbor : list.of(i)) {
      const auto j = static_cast<std::size_t>(neighbor.index);
      const auto& first = core::element(structure.numbers[i]);
      const auto& second = core::element(structure.numbers[j]);
      if (neighbor.distance < overlap * (first.covalent_radius + second.covalent_radius))
        return fmt::format("atom {} ({}) lies {:.3f} Å from {} ({})", i + 1, first.symbol,
                           neighbor.distance,
                           i == j ? "its own image" : fmt::format("atom {}", j + 1), second.symbol);
    }
  return "";
}

}  // namespace

GivenCrystal given_crystal(std::string name, const Structure& structure) {
  GivenCrystal crystal;
  crystal.name = std::move(name);
  for (Eigen::Index k = 0; k < 3; ++k) {
    const Vec3 row = structure.cell.vectors.row(k);
    crystal.cell.emplace_back(row.begin(), row.end());
  }
  for (const int number : structure.numbers)
    crystal.elements.emplace_back(core::element(number).symbol);
  for (const Vec3& position : structure.positions)
    crystal.positions.emplace_back(position.begin(), position.end());
  return crystal;
}

Structure structure_of(const GivenCrystal& crystal) {
  MLIP_ASSERT(problem_of(crystal).empty());
  return assembled(crystal);
}

std::string problem_of(const GivenCrystal& crystal) {
  if (crystal.elements.empty()) return "holds no atoms";
  for (const std::string& symbol : crystal.elements)
    if (!core::atomic_number(symbol))
      return fmt::format("unknown element '{}'; did you mean '{}'?", symbol,
                         core::nearest_symbol(symbol));
  if (!are_vectors(crystal.cell, 3)) return "cell must be three vectors of three numbers";
  if (!are_vectors(crystal.positions, crystal.elements.size()))
    return fmt::format("positions must be three numbers for each of {} atoms",
                       crystal.elements.size());
  const Structure structure = assembled(crystal);
  if (!core::is_finite(structure)) return "a number is not finite";
  if (!(structure.cell.volume() > 1e-6 * structure.cell.vectors.rowwise().norm().prod()))
    return "its vectors span no cell";
  return too_close(structure);
}

}  // namespace mlip::generate
