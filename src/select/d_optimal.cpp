#include <fmt/format.h>

#include <algorithm>
#include <queue>

#include "potential/active_set.hpp"
#include "select/descriptors.hpp"
#include "select/select.hpp"
#include "select/volume.hpp"

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

/// What a structure adds to the volume after `taken` others were taken.
struct Gain {
  double gain;
  std::size_t index, taken;
  bool operator<(const Gain& other) const {
    return gain < other.gain || (gain == other.gain && index > other.index);
  }
};

/// Structures with a positive score as a heap of what each would add; gains only fall, so that an
/// up-to-date one on top is the largest (lazy greedy).
std::priority_queue<Gain> gains(const std::vector<int>& score, const Volume& volume,
                                const std::vector<SpeciesDescriptors>& structures,
                                std::size_t taken) {
  std::priority_queue<Gain> heap;
  for (std::size_t k = 0; k < score.size(); ++k)
    if (score[k] > 0) heap.push({volume.gain(structures[k]), k, taken});
  return heap;
}

}  // namespace

std::vector<Pick> d_optimal(std::span<const core::Candidate> candidates,
                            std::span<const core::Candidate> known,
                            const potential::Calculator& model, std::size_t count) {
  std::vector<SpeciesDescriptors> structures;
  for (const core::Candidate& candidate : candidates)
    structures.push_back(descriptors_of(candidate.structure, candidate.force_mask, model));
  std::vector<SpeciesDescriptors> all = structures;
  for (const core::Candidate& candidate : known)
    all.push_back(descriptors_of(candidate.structure, candidate.force_mask, model));
  Volume volume(all);
  for (std::size_t k = structures.size(); k < all.size(); ++k) volume.take(all[k]);
  const auto widths = widths_of(structures);
  std::vector<Eigen::VectorXd> fingerprints;
  for (const SpeciesDescriptors& structure : structures)
    fingerprints.push_back(fingerprint(structure, widths));
  std::vector<bool> open(candidates.size(), true);
  std::vector<Pick> picks;
  for (int round = 1; picks.size() < count; ++round) {
    const std::vector<int> score = scores(structures, open);
    auto heap = gains(score, volume, structures, picks.size());
    if (heap.empty()) break;
    while (!heap.empty() && picks.size() < count) {
      const Gain top = heap.top();
      heap.pop();
      if (!open[top.index]) continue;
      if (top.taken != picks.size()) {
        heap.push({volume.gain(structures[top.index]), top.index, picks.size()});
        continue;
      }
      close(top.index, fingerprints, open);
      volume.take(structures[top.index]);
      picks.push_back(
          {top.index,
           fmt::format("adds {:.3g} to the log of the volume; {} of its {} atoms span "
                       "the candidates (round {})",
                       top.gain, score[top.index], candidates[top.index].structure.size(), round),
           picks.empty() ? top.gain : std::min(picks.back().priority, top.gain)});
    }
  }
  return picks;
}

}  // namespace mlip::select
