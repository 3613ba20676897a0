#include "fit/delta.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "ace/core_repulsion.hpp"
#include "ace/evaluator.hpp"
#include "core/element.hpp"
#include "core/parallel.hpp"
#include "fit/core_repulsion.hpp"

namespace mlip::fit {

namespace {

constexpr double narrowest_fade = 1;  // eV

double radius(const ace::Potential& basis, int species) {
  const auto& symbol = basis.elements[static_cast<std::size_t>(species)];
  return core::element(core::atomic_number(symbol).value()).covalent_radius;
}

/// p and λ that meet ZBL at `distance` and at half of it.
void match(ace::Bond& bond, int number_i, int number_j, double distance) {
  ace::Bond zbl = bond;
  zbl.inner = ace::InnerCutoff::zbl;
  zbl.core_prefactor = zbl.core_exponent = 1;
  const ace::CoreRepulsion truth(zbl, number_i, number_j);
  /// What p exp(−λ r²) has to be.
  const auto wanted = [&](double r) {
    const double envelope = (1 + std::cos(std::numbers::pi * r / bond.rcut)) / 2;
    return truth.evaluate(r).value * r / envelope;
  };
  const double far = std::min(distance, 0.9 * bond.rcut), near = far / 2;
  bond.inner = ace::InnerCutoff::density;
  bond.rcut_in = bond.dcut_in = 0;
  bond.core_exponent = std::log(wanted(near) / wanted(far)) / (far * far - near * near);
  bond.core_prefactor = wanted(far) * std::exp(bond.core_exponent * far * far);
}

/// Largest repulsion energy (eV) an atom of each species has.
std::vector<double> largest_energies(const ace::Potential& reference, std::span<const Item> items,
                                     int threads) {
  const ace::Evaluator model(reference);
  std::vector<std::vector<double>> each(items.size(), std::vector<double>(reference.species(), 0));
  core::parallel_for(items.size(), core::thread_count(threads), [&](std::size_t k) {
    const core::Structure& structure = items[k].structure;
    const potential::Evaluation found = model.evaluate(structure);
    for (std::size_t i = 0; i < structure.size(); ++i) {
      double& most = each[k][static_cast<std::size_t>(*model.species_of(structure.numbers[i]))];
      most = std::max(most, found.energies[i]);
    }
  });
  std::vector<double> largest(reference.species(), 0);
  for (const auto& one : each)
    for (std::size_t mu = 0; mu < largest.size(); ++mu)
      largest[mu] = std::max(largest[mu], one[mu]);
  return largest;
}

}  // namespace

std::vector<Item> subtract(const potential::Calculator& reference, std::span<const Item> items) {
  std::vector<Item> rest(items.begin(), items.end());
  core::parallel_for(rest.size(), core::thread_count(0), [&](std::size_t k) {
    core::Labels& labels = rest[k].labels;
    const potential::Evaluation found = reference.evaluate(rest[k].structure);
    if (labels.energy) *labels.energy -= found.energy;
    for (std::size_t i = 0; i < std::min(labels.forces.size(), found.forces.size()); ++i)
      labels.forces[i] -= found.forces[i];
    if (const double volume = rest[k].structure.cell.volume(); labels.stress && volume > 0)
      *labels.stress -= found.stress(volume);
  });
  return rest;
}

ace::Potential pair_reference(const ace::Potential& basis, std::span<const Item> items,
                              int threads) {
  ace::Potential reference = basis;
  const Eigen::MatrixXd shortest = shortest_distances(basis, items, threads);
  reference.E0.assign(reference.species(), 0);
  for (auto& functions : reference.functions) functions.clear();
  for (int i = 0; i < shortest.rows(); ++i)
    for (int j = 0; j < shortest.cols(); ++j) {
      const double met = shortest(i, j);
      match(reference.bond(i, j), core::atomic_number(basis.elements[i]).value(),
            core::atomic_number(basis.elements[j]).value(),
            std::isfinite(met) ? met : radius(basis, i) + radius(basis, j));
    }
  const std::vector<double> largest = largest_energies(reference, items, threads);
  for (std::size_t mu = 0; mu < largest.size(); ++mu) {
    ace::Embedding& embedding = reference.embeddings[mu];
    embedding.drho_core_cutoff = std::max(narrowest_fade, largest[mu] / 2);
    embedding.rho_core_cutoff = largest[mu] + embedding.drho_core_cutoff;
  }
  return reference;
}

void add_reference(const ace::Potential& reference, ace::Potential& fitted) {
  for (std::size_t k = 0; k < fitted.bonds.size(); ++k) {
    ace::Bond& bond = fitted.bonds[k];
    const ace::Bond& core = reference.bonds[k];
    bond.inner = core.inner;
    bond.core_prefactor = core.core_prefactor;
    bond.core_exponent = core.core_exponent;
    bond.rcut_in = core.rcut_in;
    bond.dcut_in = core.dcut_in;
  }
  for (std::size_t mu = 0; mu < fitted.embeddings.size(); ++mu) {
    fitted.embeddings[mu].rho_core_cutoff = reference.embeddings[mu].rho_core_cutoff;
    fitted.embeddings[mu].drho_core_cutoff = reference.embeddings[mu].drho_core_cutoff;
  }
}

}  // namespace mlip::fit
