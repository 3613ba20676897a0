#include <fmt/format.h>

#include <algorithm>

#include "potential/active_set.hpp"
#include "select/descriptors.hpp"
#include "select/select.hpp"

namespace mlip::select {

namespace {

/// Number of atoms of each open structure that MaxVol chooses among those of one species.
std::vector<int> chosen_atoms(const std::vector<SpeciesDescriptors>& structures,
                              const std::vector<bool>& open, int number, Eigen::Index width) {
  std::vector<std::size_t> owners;
  const auto columns_of = [&](std::size_t k) -> const Eigen::MatrixXd* {
    const auto found = structures[k].find(number);
    return open[k] && found != structures[k].end() ? &found->second : nullptr;
  };
  for (std::size_t k = 0; k < structures.size(); ++k)
    if (const Eigen::MatrixXd* columns = columns_of(k))
      owners.insert(owners.end(), static_cast<std::size_t>(columns->cols()), k);
  Eigen::MatrixXd all(width, static_cast<Eigen::Index>(owners.size()));
  Eigen::Index start = 0;
  for (std::size_t k = 0; k < structures.size(); ++k)
    if (const Eigen::MatrixXd* columns = columns_of(k)) {
      all.middleCols(start, columns->cols()) = *columns;
      start += columns->cols();
    }
  std::vector<int> counts(structures.size(), 0);
  for (int chosen : potential::active_set(all).rows)
    if (chosen >= 0) ++counts[owners[static_cast<std::size_t>(chosen)]];
  return counts;
}

/// Closes a taken structure and all that look exactly like it.
void close(std::size_t taken, const std::vector<Eigen::VectorXd>& fingerprints,
           std::vector<bool>& open) {
  for (std::size_t k = 0; k < open.size(); ++k)
    if ((fingerprints[k] - fingerprints[taken]).norm() <= 1e-9 * fingerprints[taken].norm())
      open[k] = false;
}

std::vector<int> scores(const std::vector<SpeciesDescriptors>& structures,
                        const std::vector<bool>& open) {
  std::vector<int> total(structures.size(), 0);
  for (const auto& [number, width] : widths_of(structures)) {
    const std::vector<int> counts = chosen_atoms(structures, open, number, width);
    for (std::size_t k = 0; k < total.size(); ++k) total[k] += counts[k];
  }
  return total;
}

/// Open structures with a positive score, the highest first, the earlier first among equals.
std::vector<std::size_t> ranking(const std::vector<int>& score) {
  std::vector<std::size_t> order;
  for (std::size_t k = 0; k < score.size(); ++k)
    if (score[k] > 0) order.push_back(k);
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t k) { return score[k]; });
  return order;
}

}  // namespace

std::vector<Pick> d_optimal(std::span<const core::Candidate> candidates,
                            const potential::Calculator& model, std::size_t count) {
  std::vector<SpeciesDescriptors> structures;
  for (const core::Candidate& candidate : candidates)
    structures.push_back(descriptors_of(candidate.structure, candidate.force_mask, model));
  const auto widths = widths_of(structures);
  std::vector<Eigen::VectorXd> fingerprints;
  for (const SpeciesDescriptors& structure : structures)
    fingerprints.push_back(fingerprint(structure, widths));
  std::vector<bool> open(candidates.size(), true);
  std::vector<Pick> picks;
  for (int round = 1; picks.size() < count; ++round) {
    const std::vector<int> score = scores(structures, open);
    const std::vector<std::size_t> order = ranking(score);
    if (order.empty()) break;
    for (std::size_t k : order) {
      if (picks.size() == count) break;
      if (!open[k]) continue;
      close(k, fingerprints, open);
      const double bound = picks.empty() ? score[k] : picks.back().priority;
      picks.push_back({k,
                       fmt::format("{} of its {} atoms span the candidates (round {})", score[k],
                                   candidates[k].structure.size(), round),
                       std::min<double>(bound, score[k])});
    }
  }
  return picks;
}

}  // namespace mlip::select
