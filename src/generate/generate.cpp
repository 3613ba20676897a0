#include "generate/generate.hpp"

#include <algorithm>
#include <iterator>

#include "core/seed.hpp"
#include "generate/cells.hpp"
#include "generate/crystal.hpp"
#include "generate/interfaces.hpp"
#include "generate/molecules.hpp"
#include "generate/series.hpp"

namespace mlip::generate {

namespace {

/// What the `k`-th of several crystals gets of the seeds that are counted.
Options part_of(const Options& options, std::size_t k) {
  Options part = options;
  const auto share = [&](int all) {
    const int crystals = static_cast<int>(crystal_count(options));
    return all / crystals + (static_cast<int>(k) < all % crystals ? 1 : 0);
  };
  part.rattled = share(options.rattled);
  part.supercells = share(options.supercells);
  part.alloys = share(options.alloys);
  const auto repeats = repeats_of(options, k, options.supercell_repeats);
  part.supercell_repeats.assign(repeats.begin(), repeats.end());
  if (k > 0) part.seed = core::random_engine(options.seed, "generate crystal", k)();
  return part;
}

std::vector<core::Candidate> seeds_of(const Options& options, std::size_t k) {
  const Crystal crystal = choose_crystal(options, k);
  Series series(options, crystal);
  if (crystal.molecule() && crystal.is_given()) {
    series.add_given_molecule();
  } else if (crystal.molecule()) {
    series.add_molecule();
  } else {
    series.add_crystal();
    series.add_volumes();
    series.add_shears();
    series.add_alloys();
    series.add_defects();
    series.add_supercells();
    series.add_interfaces(interfaces(options, k));
  }
  series.add_rattles();
  return series.take();
}

/// Each two of the given molecules, each beside its like too.
std::vector<core::Candidate> pairs_of_molecules(const Options& options) {
  MoleculePairs pairs;
  pairs.count = options.molecule_pairs;
  pairs.farthest = 2.5;  // farther ones feel little, and want boxes that DFT cannot pay for
  std::vector<core::Candidate> candidates;
  const auto& given = options.crystals;
  for (std::size_t a = 0; a < given.size(); ++a)
    for (std::size_t b = a; b < given.size(); ++b) {
      pairs.seed = core::random_engine(options.seed, "generate pairs", candidates.size())();
      for (auto& pair : molecule_pairs(structure_of(given[a]), structure_of(given[b]), pairs)) {
        pair.structure = roomy(pair.structure);
        candidates.push_back(std::move(pair));
      }
    }
  return candidates;
}

}  // namespace

std::vector<core::Candidate> generate(const Options& options) {
  std::vector<core::Candidate> candidates;
  for (std::size_t k = 0; k < crystal_count(options); ++k)
    std::ranges::move(seeds_of(part_of(options, k), k), std::back_inserter(candidates));
  if (options.molecule_pairs > 0 && options.prototype == "molecule")
    std::ranges::move(pairs_of_molecules(options), std::back_inserter(candidates));
  if (options.clusters) std::ranges::move(clusters(options), std::back_inserter(candidates));
  return candidates;
}

std::vector<core::Candidate> clusters(const Options& options) {
  const Crystal crystal = choose_crystal(options);
  Series series(options, crystal);
  series.add_clusters();
  return series.take();
}

core::Structure ground_state(const Options& options, std::size_t crystal) {
  return perfect_cell(choose_crystal(options, crystal), options.max_atoms, options.seed);
}

std::size_t crystal_count(const Options& options) {
  return std::max<std::size_t>(1, options.crystals.size());
}

std::array<int, 3> repeats_of(const Options& options, std::size_t crystal,
                              const std::vector<int>& repeats) {
  const std::array<int, 3> first = {repeats.at(0), repeats.at(1), repeats.at(2)};
  if (crystal == 0 || options.prototype == "molecule") return first;
  const auto cell = options.crystals.at(0).elements.size();
  return compact_repeats(structure_of(options.crystals.at(crystal)),
                         static_cast<int>(cell) * first[0] * first[1] * first[2]);
}

core::Structure primitive_ground_state(const Options& options) {
  return smallest_cell(choose_crystal(options), options.max_atoms, options.seed);
}

}  // namespace mlip::generate
