#include "generate/phonons.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/error.hpp"
#include "core/seed.hpp"
#include "generate/generate.hpp"
#include "generate/roomy_cell.hpp"
#include "potential/relax.hpp"

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

NormalModes phonons_at_rest(const potential::Calculator& model, const core::Structure& crystal,
                            double image_distance, int threads) {
  Symmetry symmetry = find_symmetry(crystal);
  symmetry.primitive = potential::relax_positions(symmetry.primitive, model,
                                                  {.force_tolerance = 1e-3, .steps = 1000})
                           .structure;
  return phonons(model, symmetry.primitive, roomy_combinations(symmetry, image_distance), threads);
}

std::vector<core::Candidate> sample_phonons(const NormalModes& modes,
                                            const PhononSampling& sampling) {
  ModeSampling options;
  options.softest = sampling.softest;
  options.statistics = sampling.statistics;
  std::vector<core::Candidate> candidates;
  std::uint64_t item = 0;
  for (const double temperature : sampling.temperatures)
    for (int n = 0; n < sampling.count; ++n) {
      options.temperature = temperature;
      auto engine = core::random_engine(sampling.seed, "generate phonons", item++);
      ModeSample sample = sample_modes(modes, options, engine);
      if (!distances_allowed(sample.structure, sampling.closest)) continue;
      core::Candidate candidate;
      candidate.structure = std::move(sample.structure);
      candidate.config_type = "phonons";
      candidate.origin = fmt::format("{}, {} atoms, {} phonons at {} K, {:.5f} eV/atom above rest",
                                     modes.structure.formula(), modes.structure.size(),
                                     name_of(sampling.statistics), temperature,
                                     sample.energy / static_cast<double>(modes.structure.size()));
      candidates.push_back(std::move(candidate));
    }
  return candidates;
}

}  // namespace mlip::generate
