#include "generate/phonons.hpp"

#include <vector>

#include "core/error.hpp"
#include "generate/roomy_cell.hpp"

namespace mlip::generate {

namespace {

using Eigen::Index;

/// Where each atom of the supercell is found after a translation.
std::vector<Index> moved_atoms(const core::Structure& cell, const core::Vec3& translation) {
  std::vector<core::Fractional> places;
  for (const auto& position : cell.positions) places.push_back(cell.to_fractional(position));
  const core::Vec3 shift = cell.to_fractional(translation).value;
  std::vector<Index> atoms;
  for (const auto& place : places) {
    std::size_t found = 0;
    while (found < cell.size() && apart(cell, places[found], {place.value + shift}) > 1e-3) ++found;
    MLIP_ASSERT(found < cell.size());
    atoms.push_back(static_cast<Index>(found));
  }
  return atoms;
}

}  // namespace

NormalModes phonons(const potential::Calculator& model, const core::Structure& primitive,
                    const Eigen::Matrix3i& combinations, int threads) {
  const core::Structure cell = repeated(primitive, combinations);
  const Eigen::MatrixXd first =
      hessian_columns(model, cell, static_cast<Index>(primitive.size()), 0.01, threads);
  Eigen::MatrixXd all(first.rows(), first.rows());
  for (std::size_t copy = 0; copy < cell.size() / primitive.size(); ++copy) {
    const std::size_t origin = copy * primitive.size();
    const auto moved = moved_atoms(cell, cell.positions[origin] - cell.positions[0]);
    for (Index i = 0; i < static_cast<Index>(cell.size()); ++i)
      all.block(3 * moved[static_cast<std::size_t>(i)], 3 * static_cast<Index>(origin), 3,
                first.cols()) = first.middleRows(3 * i, 3);
  }
  return normal_modes(cell, (all + all.transpose()) / 2, Freedom::crystal);
}

}  // namespace mlip::generate
