#include "generate/interfaces.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/seed.hpp"
#include "generate/cells.hpp"
#include "generate/crystal.hpp"
#include "generate/grain_boundaries.hpp"
#include "generate/stacking_faults.hpp"
#include "generate/surfaces.hpp"

namespace mlip::generate {

namespace {

// Å; beyond them no potential of these cutoffs feels the other side.
constexpr double slab_thickness = 7, slab_vacuum = 9, grain_thickness = 6;

std::vector<core::Candidate> low_index_slabs(const Symmetry& symmetry, int most_atoms) {
  SurfaceOptions options;
  options.thickness = slab_thickness;
  options.vacuum = slab_vacuum;
  options.max_atoms = most_atoms;
  return make_surfaces(symmetry, options).candidates;
}

std::vector<core::Candidate> small_boundaries(const Symmetry& symmetry, int most_atoms) {
  if (!is_cubic(symmetry)) return {};
  GrainBoundaryOptions options;
  options.thickness = grain_thickness;
  options.max_atoms = most_atoms;
  return make_grain_boundaries(symmetry, options).candidates;
}

std::vector<core::Candidate> usual_faults(const Symmetry& symmetry, int most_atoms) {
  std::vector<core::Candidate> faults;
  if (usual_slips(symmetry).empty()) return faults;
  StackingFaultOptions options;
  options.steps = 2;
  options.thickness = 2 * grain_thickness;
  const auto all = make_stacking_faults(symmetry, options);
  const auto points = static_cast<std::size_t>(options.steps) + 1;
  for (std::size_t k = 0; k < all.size(); ++k)
    if (k % points != 0 && all[k].structure.size() <= static_cast<std::size_t>(most_atoms))
      faults.push_back(all[k]);
  return faults;
}

}  // namespace

std::vector<core::Candidate> interfaces(const Options& options, std::size_t which) {
  std::vector<core::Candidate> found;
  const Crystal crystal = choose_crystal(options, which);
  if (crystal.molecule() || (options.slab_atoms == 0 && options.fault_atoms == 0)) return found;
  const Crystal sites = crystal.random ? lattice_under(crystal) : crystal;
  const Symmetry symmetry = find_symmetry(smallest_cell(sites, options.max_atoms, options.seed));
  if (options.slab_atoms > 0) found = low_index_slabs(symmetry, options.slab_atoms);
  if (options.fault_atoms > 0) {
    std::ranges::move(usual_faults(symmetry, options.fault_atoms), std::back_inserter(found));
    std::ranges::move(small_boundaries(symmetry, options.fault_atoms), std::back_inserter(found));
  }
  std::erase_if(found, [&](const core::Candidate& candidate) {
    return !distances_allowed(candidate.structure, options.closest) ||
           candidate.structure.size() < crystal.composition.size();
  });
  if (crystal.random)
    for (std::size_t k = 0; k < found.size(); ++k) {
      auto engine = core::random_engine(options.seed, "generate interface", k);
      found[k].structure = decorated(found[k].structure, crystal.composition, engine);
    }
  return found;
}

}  // namespace mlip::generate
