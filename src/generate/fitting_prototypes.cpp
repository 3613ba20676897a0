#include "generate/fitting_prototypes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "generate/crystal.hpp"
#include "generate/generate.hpp"
#include "generate/prototype.hpp"

namespace mlip::generate {

namespace {

using core::Structure;
using core::Vec3;

struct Named {
  std::string name;
  Arrangement cell;
};

core::Mat3 hexagonal_vectors(double c_over_a) {
  core::Mat3 vectors;
  vectors << 1, 0, 0, -0.5, std::sqrt(3.0) / 2, 0, 0, 0, c_over_a;
  return vectors;
}

/// Face-centred points, moved by each of the offsets for species 0, 1, ...
std::vector<Site> face_centred_sets(const std::vector<std::pair<Vec3, int>>& offsets) {
  std::vector<Site> sites;
  for (const auto& [offset, sublattice] : offsets)
    for (const Vec3& point : {Vec3(0, 0, 0), Vec3(0, .5, .5), Vec3(.5, 0, .5), Vec3(.5, .5, 0)}) {
      Vec3 place = point + offset;
      for (double& x : place) x -= std::floor(x);
      sites.push_back({place, sublattice});
    }
  return sites;
}

/// hcp with one atom in four of the other kind: Ni3Sn, D0_19.
std::vector<Site> ordered_hexagonal() {
  std::vector<Site> sites;
  for (const double side : {1.0, -1.0}) {
    const double z = side > 0 ? 0.25 : 0.75, x = 5.0 / 6;
    sites.push_back({Vec3(side / 3, 2 * side / 3, z), 1});
    for (const Vec3& place : {Vec3(x, 2 * x, z), Vec3(-2 * x, -x, z), Vec3(x, -x, z)})
      sites.push_back({side > 0 ? place : Vec3(-place.x(), -place.y(), z), 0});
  }
  for (Site& site : sites)
    for (double& x : site.fractional) x -= std::floor(x + 1e-9);
  return sites;
}

std::vector<Named> arrangements() {
  const double ideal = std::sqrt(8.0 / 3);
  const core::Mat3 cube = core::Mat3::Identity();
  std::vector<Named> all = {
      {"cesium_chloride", conventional_cell("b2", 1)},
      {"d019", {hexagonal_vectors(ideal / 2), ordered_hexagonal()}},
      {"d03",
       {cube,
        face_centred_sets(
            {{{0, 0, 0}, 1}, {{.5, .5, .5}, 0}, {{.25, .25, .25}, 0}, {{.75, .75, .75}, 0}})}},
      {"fluorite",
       {cube, face_centred_sets({{{0, 0, 0}, 1}, {{.25, .25, .25}, 0}, {{.75, .75, .75}, 0}})}},
      {"l10", conventional_cell("l10", 1)},
      {"l12", conventional_cell("l12", 1)},
      {"perovskite",
       {cube,
        {{{0, 0, 0}, 0}, {{.5, .5, .5}, 1}, {{.5, .5, 0}, 2}, {{.5, 0, .5}, 2}, {{0, .5, .5}, 2}}}},
      {"rocksalt", conventional_cell("rocksalt", 1)},
      {"wurtzite",
       {hexagonal_vectors(ideal),
        {{{1.0 / 3, 2.0 / 3, 0}, 0},
         {{2.0 / 3, 1.0 / 3, .5}, 0},
         {{1.0 / 3, 2.0 / 3, .375}, 1},
         {{2.0 / 3, 1.0 / 3, .875}, 1}}}},
      {"zincblende", conventional_cell("diamond", 1)}};
  for (const char* name : {"bcc", "diamond", "fcc", "hcp"})
    all.push_back({name, conventional_cell(name, ideal)});
  all.push_back({"simple_cubic", {cube, {{{0, 0, 0}, 0}}}});
  std::ranges::sort(all, {}, &Named::name);
  // diamond holds one element here; zincblende is the same with two
  for (Named& named : all)
    if (named.name == "diamond")
      for (Site& site : named.cell.sites) site.sublattice = 0;
  return all;
}

int sublattice_count(const Arrangement& cell) {
  int most = 0;
  for (const Site& site : cell.sites) most = std::max(most, site.sublattice + 1);
  return most;
}

bool has_composition(const Arrangement& cell, const std::vector<int>& species,
                     const std::map<int, double>& composition) {
  std::map<int, double> own;
  for (const Site& site : cell.sites)
    own[species[static_cast<std::size_t>(site.sublattice)]] +=
        1.0 / static_cast<double>(cell.sites.size());
  return std::ranges::all_of(own, [&](const auto& entry) {
    return std::abs(composition.at(entry.first) - entry.second) < 0.01;
  });
}

core::Candidate crystallised(const Named& prototype, const std::vector<int>& species) {
  Structure structure = build(prototype.cell, 1, species);
  double volume = 0;
  for (const int number : structure.numbers) volume += atomic_volume(number);
  double scale = std::cbrt(volume / structure.cell.volume());
  structure = build(prototype.cell, scale, species);
  if (const double room = closeness(structure) / 0.9; room < 1)
    structure = build(prototype.cell, scale /= room, species);
  core::Candidate candidate;
  candidate.structure = std::move(structure);
  candidate.config_type = "prototype";
  candidate.origin = fmt::format("{} {}, lattice constant {:.4f} Å by atomic volumes",
                                 prototype.name, candidate.structure.formula(), scale);
  return candidate;
}

}  // namespace

std::vector<std::string> fitting_prototype_names() {
  std::vector<std::string> names;
  for (const Named& named : arrangements()) names.push_back(named.name);
  return names;
}

std::vector<core::Candidate> fitting_prototypes(const std::map<int, double>& composition) {
  std::vector<core::Candidate> found;
  for (const Named& prototype : arrangements()) {
    if (sublattice_count(prototype.cell) != static_cast<int>(composition.size())) continue;
    std::vector<int> species;
    for (const auto& entry : composition) species.push_back(entry.first);
    do {
      if (!has_composition(prototype.cell, species, composition)) continue;
      found.push_back(crystallised(prototype, species));
      if (species.size() == 2) break;  // both sublattices are alike, or of different size
    } while (std::ranges::next_permutation(species).found);
  }
  if (found.empty())
    throw core::UserError(
        core::ExitCode::bad_input, "no prototype has this composition",
        fmt::format("the prototypes are {}", fmt::join(fitting_prototype_names(), ", ")));
  return found;
}

}  // namespace mlip::generate
