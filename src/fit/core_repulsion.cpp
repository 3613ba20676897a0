#include "fit/core_repulsion.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/element.hpp"
#include "core/error.hpp"
#include "core/neighbor_list.hpp"
#include "core/parallel.hpp"
#include "fit/rows.hpp"

namespace mlip::fit {

namespace {

constexpr double switch_width = 0.1;
constexpr double met_distance_factor = 0.9;  // the potential may go a little beyond its data
constexpr double unmet_distance_factor = 0.8;
constexpr const char* raised_key = "core_raised";

Eigen::MatrixXd far(std::size_t species) {
  const auto n = static_cast<Eigen::Index>(species);
  return Eigen::MatrixXd::Constant(n, n, std::numeric_limits<double>::infinity());
}

double covalent_radius(const std::string& symbol) {
  return core::element(core::atomic_number(symbol).value()).covalent_radius;
}

double unmet_distance(const ace::Potential& potential, int i, int j) {
  return unmet_distance_factor * (covalent_radius(potential.elements[static_cast<std::size_t>(i)]) +
                                  covalent_radius(potential.elements[static_cast<std::size_t>(j)]));
}

}  // namespace

Eigen::MatrixXd shortest_distances(const ace::Potential& basis, std::span<const Item> items,
                                   int threads) {
  const Columns columns(basis);
  std::vector<Eigen::MatrixXd> nearest(items.size(), far(basis.species()));
  core::parallel_for(items.size(), threads, [&](std::size_t k) {
    const core::Structure& structure = items[k].structure;
    const std::vector<int> species = columns.species_of(structure);
    const core::NeighborList list(structure, basis.cutoff());
    for (std::size_t i = 0; i < structure.size(); ++i)
      for (const core::Neighbor& neighbor : list.of(i)) {
        double& entry = nearest[k](species[i], species[static_cast<std::size_t>(neighbor.index)]);
        entry = std::min(entry, neighbor.distance);
      }
  });
  Eigen::MatrixXd shortest = far(basis.species());
  for (const Eigen::MatrixXd& one : nearest) shortest = shortest.cwiseMin(one);
  return shortest.cwiseMin(shortest.transpose().eval());
}

double trained_distance(const ace::Potential& potential, int i, int j) {
  if (potential.bond(i, j).inner != ace::InnerCutoff::zbl) return unmet_distance(potential, i, j);
  const double factor = potential.metadata.contains(raised_key) ? 1 : met_distance_factor;
  return potential.bond(i, j).rcut_in / factor;
}

void lower_core(ace::Potential& potential, const ace::Potential& other) {
  MLIP_ASSERT(potential.bonds.size() == other.bonds.size());
  for (std::size_t k = 0; k < potential.bonds.size(); ++k) {
    if (other.bonds[k].rcut_in >= potential.bonds[k].rcut_in) continue;
    potential.bonds[k].rcut_in = other.bonds[k].rcut_in;
    potential.bonds[k].dcut_in = other.bonds[k].dcut_in;
  }
}

void raise_core(ace::Potential& potential, const Eigen::MatrixXd& shortest) {
  if (!potential.metadata.emplace(raised_key, "to the shortest distance of the data").second)
    return;
  const int species = static_cast<int>(potential.species());
  for (int i = 0; i < species; ++i)
    for (int j = 0; j < species; ++j) {
      ace::Bond& bond = potential.bond(i, j);
      if (bond.inner != ace::InnerCutoff::zbl) continue;
      const double trained = bond.rcut_in / met_distance_factor;
      bond.rcut_in = std::max(bond.rcut_in, std::min({trained, shortest(i, j), bond.rcut}));
    }
}

void add_core_repulsion(ace::Potential& potential, const Eigen::MatrixXd& shortest,
                        double inner_cutoff) {
  const int species = static_cast<int>(potential.species());
  MLIP_ASSERT(shortest.rows() == species && shortest.cols() == species);
  for (int i = 0; i < species; ++i) {
    auto& embedding = potential.embeddings[static_cast<std::size_t>(i)];
    embedding.rho_core_cutoff = embedding.drho_core_cutoff = 1;
    for (int j = 0; j < species; ++j) {
      ace::Bond& bond = potential.bond(i, j);
      double inner = met_distance_factor * shortest(i, j);
      if (!std::isfinite(inner)) inner = unmet_distance(potential, i, j);
      if (inner_cutoff > 0) inner = std::min(inner, inner_cutoff);
      bond.inner = ace::InnerCutoff::zbl;
      bond.core_prefactor = bond.core_exponent = 1;
      bond.rcut_in = std::min(inner, bond.rcut);
      bond.dcut_in = std::min(switch_width, bond.rcut_in / 2);
    }
  }
}

}  // namespace mlip::fit
