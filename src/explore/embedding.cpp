#include "explore/embedding.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/element.hpp"
#include "core/error.hpp"
#include "explore/periodic_cut.hpp"

namespace mlip::explore {
namespace {

core::Candidate whole(const Excursion& excursion, double gamma, int generation) {
  core::Candidate candidate;
  candidate.structure = excursion.structure;
  candidate.config_type = "md";
  candidate.origin = fmt::format("MD step {}, gamma {:.3g}", excursion.step, gamma);
  candidate.generation = generation;
  candidate.gamma = gamma;
  return candidate;
}

bool is_cut(const PeriodicCut& cut, const core::Structure& parent) {
  return cut.cut[0] || cut.cut[1] || cut.cut[2] || cut.structure.size() < parent.size();
}

}  // namespace

core::Candidate embed(const Excursion& excursion, const EmbeddingOptions& options, int generation) {
  const core::Structure& parent = excursion.structure;
  MLIP_ASSERT(!excursion.gamma.empty() && excursion.gamma.size() == parent.size());
  const auto peak = std::max_element(excursion.gamma.begin(), excursion.gamma.end());
  const auto center = static_cast<std::size_t>(peak - excursion.gamma.begin());
  if (static_cast<int>(parent.size()) <= options.whole_cell_atoms)
    return whole(excursion, *peak, generation);

  CutOptions cut_options;
  cut_options.half_width = options.core_radius + options.buffer_width;
  cut_options.core_radius = options.core_radius;
  cut_options.closest = options.closest;
  PeriodicCut cut = cut_periodic(parent, center, cut_options);
  if (!is_cut(cut, parent)) return whole(excursion, *peak, generation);

  core::Candidate candidate = whole(excursion, *peak, generation);
  candidate.structure = std::move(cut.structure);
  candidate.config_type = "embedded";
  candidate.origin +=
      fmt::format(", cut around atom {} ({}) out of {} atoms, {} removed at the faces", center,
                  core::element(parent.numbers[center]).symbol, parent.size(), cut.removed);
  for (double distance : cut.distances)
    candidate.force_mask.push_back(distance <= options.core_radius ? 1.0 : 0.0);
  candidate.fit_energy_and_stress = false;
  return candidate;
}

}  // namespace mlip::explore
