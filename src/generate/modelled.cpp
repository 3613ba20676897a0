#include "generate/modelled.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <optional>
#include <utility>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/seed.hpp"
#include "generate/cells.hpp"
#include "generate/crystal.hpp"
#include "generate/crystal_search.hpp"
#include "generate/melt_quench.hpp"
#include "generate/phonons.hpp"

namespace mlip::generate {

namespace {

/// Of the seeds of one crystal those that a model makes.
class Modeller {
 public:
  Modeller(const Options& options, const potential::Calculator& model, const Modelling& modelling)
      : options_(options), model_(model), modelling_(modelling) {}

  void of_crystal(std::size_t which) {
    const Crystal crystal = choose_crystal(options_, which);
    const std::uint64_t seed = core::random_engine(options_.seed, "generate modelled", which)();
    const core::Structure cell = perfect_cell(crystal, options_.max_atoms, options_.seed);
    attempt(crystal, "phonons", options_.phonons, [&] { add_phonons(cell, seed); });
    attempt(crystal, "random cells", options_.searches, [&] { add_searches(crystal, seed); });
    attempt(crystal, "melt", options_.melts, [&] { add_melt(cell, which, seed); });
  }

  [[nodiscard]] ModelledSeeds take() { return std::move(seeds_); }

 private:
  /// What a model cannot do for a crystal is left out, and told.
  template <class Make>
  void attempt(const Crystal& crystal, const char* what, int count, Make&& make) {
    if (count == 0 || crystal.molecule() || modelling_.stop.stop_requested()) return;
    try {
      make();
    } catch (const core::UserError& error) {
      if (error.code() != core::ExitCode::failed) throw;
      seeds_.left_out.push_back(fmt::format("{} of {}: {}", what, crystal.name, error.what()));
    }
  }

  void add_phonons(const core::Structure& cell, std::uint64_t seed) {
    const double distance = images_over_bond * core::minimum_distance(cell);
    const auto modes = phonons_at_rest(model_, cell, distance, modelling_.threads);
    PhononSampling sampling;
    sampling.temperatures = options_.phonon_temperatures;
    sampling.count = options_.phonons;
    sampling.closest = options_.closest;
    sampling.seed = seed;
    std::ranges::move(sample_phonons(modes, sampling), std::back_inserter(seeds_.candidates));
    if (modes.imaginary() > 0)
      seeds_.left_out.push_back(
          fmt::format("{} imaginary phonons of {}: its displacements do not "
                      "follow them",
                      modes.imaginary(), cell.formula()));
  }

  void add_searches(const Crystal& crystal, std::uint64_t seed) {
    std::vector<std::optional<core::Candidate>> found(static_cast<std::size_t>(options_.searches));
    std::atomic<int> done = 0;
    core::parallel_for(found.size(), modelling_.threads, [&](std::size_t k) {
      if (!modelling_.stop.stop_requested())
        found[k] = search_crystal(search_of(crystal, k, seed), &model_, k);
      tell("random cells", ++done, options_.searches);
    });
    for (auto& candidate : found)
      if (candidate && distances_allowed(candidate->structure, options_.closest))
        seeds_.candidates.push_back(std::move(*candidate));
  }

  /// Cells of every size in turn, from two atoms on.
  [[nodiscard]] CrystalSearch search_of(const Crystal& crystal, std::size_t item,
                                        std::uint64_t seed) const {
    const int fewest = std::max(2, static_cast<int>(crystal.composition.size()));
    const int sizes = std::max(1, options_.max_atoms - fewest + 1);
    CrystalSearch search;
    search.cell.atoms = atom_counts(crystal.composition, fewest + static_cast<int>(item) % sizes);
    search.cell.closest = options_.closest;
    search.cell.symmetry = most_operations;
    search.steps = search_steps;
    search.seed = seed;
    return search;
  }

  void add_melt(const core::Structure& cell, std::size_t which, std::uint64_t seed) {
    MeltOptions options;
    options.steps = options_.melt_steps;
    options.frames = options_.melts;
    options.seed = seed;
    options.stop = modelling_.stop;
    options.progress = [this](const std::string& stage, int done, int all) {
      tell(stage, done, all);
    };
    const auto repeats = repeats_of(options_, which, options_.supercell_repeats);
    auto melt = melt_and_quench(model_, core::repeat(cell, repeats), options);
    if (!melt.melted)
      seeds_.left_out.push_back(
          fmt::format("a liquid of {}: not molten at {:.0f} K", cell.formula(), melt.hottest));
    std::erase_if(melt.candidates, [&](const core::Candidate& candidate) {
      return !distances_allowed(candidate.structure, options_.closest);
    });
    std::ranges::move(melt.candidates, std::back_inserter(seeds_.candidates));
  }

  void tell(const std::string& stage, int done, int all) const {
    if (modelling_.progress) modelling_.progress(stage, done, all);
  }

  static constexpr double images_over_bond = 1.95;  // an atom and its images have others between
  static constexpr int most_operations = 4;
  static constexpr int search_steps = 60;  // downhill out of what is absurd, not to the minimum

  const Options& options_;
  const potential::Calculator& model_;
  const Modelling& modelling_;
  ModelledSeeds seeds_;
};

}  // namespace

ModelledSeeds modelled_seeds(const Options& options, const potential::Calculator& model,
                             const Modelling& modelling) {
  Modeller modeller(options, model, modelling);
  for (std::size_t k = 0; k < crystal_count(options); ++k) modeller.of_crystal(k);
  return modeller.take();
}

}  // namespace mlip::generate
