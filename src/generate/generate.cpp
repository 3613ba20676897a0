#include "generate/generate.hpp"

#include "generate/cells.hpp"
#include "generate/crystal.hpp"
#include "generate/series.hpp"

namespace mlip::generate {

std::vector<core::Candidate> generate(const Options& options) {
  const Crystal crystal = choose_crystal(options);
  Series series(options, crystal);
  if (crystal.molecule()) {
    series.add_molecule();
  } else {
    series.add_crystal();
    series.add_volumes();
    series.add_shears();
    series.add_alloys();
    series.add_defects();
    series.add_supercells();
  }
  series.add_rattles();
  if (options.clusters) series.add_clusters();
  return series.take();
}

std::vector<core::Candidate> clusters(const Options& options) {
  const Crystal crystal = choose_crystal(options);
  Series series(options, crystal);
  series.add_clusters();
  return series.take();
}

core::Structure ground_state(const Options& options) {
  return perfect_cell(choose_crystal(options), options.max_atoms, options.seed);
}

core::Structure primitive_ground_state(const Options& options) {
  return smallest_cell(choose_crystal(options), options.max_atoms, options.seed);
}

}  // namespace mlip::generate
