#include "dft/structure_problem.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/element.hpp"
#include "core/neighbor_list.hpp"
#include "dft/box.hpp"

namespace mlip::dft {

namespace {

constexpr double smallest_distance = 0.4;  // of the covalent radii's sum

}  // namespace

std::optional<StructureProblem> problem_of(const core::Structure& structure) {
  if (structure.size() == 0 || !core::is_finite(structure))
    return StructureProblem{false, "no atoms, or positions or cell that are not finite"};
  if (structure.cell.any_periodic() && boxed(structure).cell.volume() < 1e-6)
    return StructureProblem{false, "the cell has no volume"};
  double largest_radius = 0;
  const auto radius = [](int number) { return core::element(number).covalent_radius; };
  for (int number : structure.numbers) largest_radius = std::max(largest_radius, radius(number));
  const core::NeighborList near(structure, 2 * smallest_distance * largest_radius);
  for (std::size_t i = 0; i < structure.size(); ++i)
    for (const auto& neighbor : near.of(i)) {
      const auto j = static_cast<std::size_t>(neighbor.index);
      const double allowed =
          smallest_distance * (radius(structure.numbers[i]) + radius(structure.numbers[j]));
      if (neighbor.distance < allowed)
        return StructureProblem{
            true, fmt::format("atoms {} and {} are {:.3f} Å apart, less than {:.3f} Å", i + 1,
                              j + 1, neighbor.distance, allowed)};
    }
  return std::nullopt;
}

}  // namespace mlip::dft
