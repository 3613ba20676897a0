#include "fit/nonlinear_start.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ace/radial.hpp"
#include "core/error.hpp"
#include "core/neighbor_list.hpp"
#include "core/parallel.hpp"
#include "fit/core_repulsion.hpp"
#include "fit/rows.hpp"

namespace mlip::fit {

namespace {

constexpr double first_density = 0.1;  // of the nonlinear densities, on the average atom

/// Mean over all atoms of a species of its sum of g_1 over all neighbours.
std::vector<double> mean_first_moments(const ace::Potential& potential, std::span<const Item> items,
                                       int threads) {
  const Columns columns(potential);
  const std::size_t n = potential.species();
  std::vector<std::vector<double>> sums(items.size(), std::vector<double>(n, 0));
  std::vector<std::vector<double>> counts = sums;
  std::vector<ace::RadialFunctions> radial;
  for (const ace::Bond& bond : potential.bonds) radial.emplace_back(bond);
  core::parallel_for(items.size(), threads, [&](std::size_t k) {
    const core::Structure& structure = items[k].structure;
    const std::vector<int> species = columns.species_of(structure);
    const core::NeighborList list(structure, potential.cutoff());
    std::vector<double> g(64), dg(64);
    for (std::size_t i = 0; i < structure.size(); ++i) {
      const auto own = static_cast<std::size_t>(species[i]);
      counts[k][own] += 1;
      for (const core::Neighbor& neighbor : list.of(i)) {
        const auto other =
            static_cast<std::size_t>(species[static_cast<std::size_t>(neighbor.index)]);
        const ace::RadialFunctions& functions = radial[own * n + other];
        const auto size = static_cast<std::size_t>(functions.size());
        g.resize(std::max(g.size(), size));
        dg.resize(g.size());
        functions.evaluate(neighbor.distance, {g.data(), size}, {dg.data(), size});
        sums[k][own] += size > 0 ? g[0] : 0;
      }
    }
  });
  std::vector<double> means(n, 0), totals(n, 0);
  for (std::size_t k = 0; k < items.size(); ++k)
    for (std::size_t s = 0; s < n; ++s) {
      means[s] += sums[k][s];
      totals[s] += counts[k][s];
    }
  for (std::size_t s = 0; s < n; ++s) means[s] = totals[s] > 0 ? means[s] / totals[s] : 0;
  return means;
}

/// The density the linear solution goes to: the first whose embedding is the identity.
int linear_density(const ace::Embedding& embedding) {
  for (int p = 0; p < embedding.densities(); ++p)
    if (std::abs(embedding.parameters[static_cast<std::size_t>(2 * p + 1)] - 1) < 1e-10) return p;
  return -1;
}

void set_cold(ace::Potential& potential, const std::vector<double>& means) {
  for (std::size_t s = 0; s < potential.species(); ++s) {
    const ace::Embedding& embedding = potential.embeddings[s];
    const int linear = linear_density(embedding);
    for (ace::Function& f : potential.functions[s]) {
      f.coefficients.assign(static_cast<std::size_t>(embedding.densities()), 0);
      if (f.rank() != 1 || f.ns[0] != 1 || !(std::abs(means[s]) > 0)) continue;
      for (int p = 0; p < embedding.densities(); ++p)
        if (p != linear) f.coefficients[static_cast<std::size_t>(p)] = -first_density / means[s];
    }
  }
}

void check_embedding(const std::vector<double>& parameters) {
  const bool pairs = !parameters.empty() && parameters.size() % 2 == 0;
  bool positive = pairs;
  for (std::size_t k = 1; k < parameters.size(); k += 2) positive &= parameters[k] > 0;
  if (positive) return;
  throw core::UserError(core::ExitCode::bad_input,
                        fmt::format("'embedding' has {} numbers{}", parameters.size(),
                                    pairs ? ", and an exponent that is not positive" : ""),
                        "give a prefactor and a positive exponent for each density, such as "
                        "[1, 1, 1, 0.5]");
}

Weights weighted(const Item& item, const Wanted& wanted, const Options& linear) {
  Weights weights;
  const auto square = [&](double weight) { return weight * weight * item.weight * item.weight; };
  weights.energy = wanted.energy ? square(linear.energy_weight) : 0;
  weights.stress = wanted.stress ? square(linear.stress_weight) : 0;
  if (!wanted.atoms.empty()) weights.forces.assign(item.structure.size(), 0);
  for (int atom : wanted.atoms) {
    const auto i = static_cast<std::size_t>(atom);
    const double mask = item.force_mask.empty() ? 1 : item.force_mask[i];
    weights.forces[i] = square(linear.force_weight) * mask * mask;
  }
  return weights;
}

/// The policy's weights relative to their mean, so that the scale of the loss stays.
void apply_policy(const std::vector<Weights>& policy, std::vector<Weights>& weights) {
  double energies = 0, forces = 0;
  for (const Weights& each : policy) {
    energies += each.energy > 0;
    for (double one : each.forces) forces += one > 0;
  }
  for (std::size_t k = 0; k < weights.size(); ++k) {
    weights[k].energy *= energies * policy[k].energy;
    weights[k].stress *= energies * policy[k].energy;
    for (std::size_t i = 0; i < weights[k].forces.size(); ++i)
      weights[k].forces[i] *= forces * policy[k].forces[i];
  }
}

}  // namespace

bool is_fitted(const ace::Potential& potential) {
  for (const auto& functions : potential.functions)
    for (const ace::Function& f : functions)
      if (std::ranges::any_of(f.coefficients, [](double c) { return c != 0; })) return true;
  return false;
}

std::vector<Eigen::Index> linear_parameters(const ace::Potential& potential) {
  std::vector<Eigen::Index> places;
  Eigen::Index at = 0;
  for (std::size_t s = 0; s < potential.species(); ++s) {
    const int linear = linear_density(potential.embeddings[s]);
    for (std::size_t f = 0; f < potential.functions[s].size(); ++f)
      for (int p = 0; p < potential.embeddings[s].densities(); ++p, ++at)
        if (p == linear) places.push_back(at);
  }
  return places;
}

ace::Potential prepared_start(const ace::Potential& start, const NonlinearData& data,
                              const Options& linear, const NonlinearOptions& options) {
  ace::Potential model = start;
  const int threads = core::thread_count(linear.threads);
  model.E0 = data.isolated_energies;
  if (!is_fitted(start)) {
    check_embedding(options.embedding);
    for (ace::Embedding& embedding : model.embeddings) {
      embedding.kind = ace::EmbeddingKind::finnis_sinclair_shifted_scaled;
      embedding.parameters = options.embedding;
    }
  }
  Eigen::MatrixXd shortest = shortest_distances(start, data.train, threads);
  if (!data.held_out.empty())
    shortest = shortest.cwiseMin(shortest_distances(start, data.held_out, threads));
  add_core_repulsion(model, shortest, linear.zbl_inner_cutoff);
  if (!is_fitted(start)) set_cold(model, mean_first_moments(model, data.train, threads));
  return model;
}

std::vector<Weights> loss_weights(const ace::Potential& basis, std::span<const Item> items,
                                  const std::vector<double>& isolated, const Options& linear,
                                  const NonlinearOptions& options) {
  std::vector<Weights> weights;
  if (options.loss == "pacemaker") {
    weights = normalised_weights(basis, items, isolated, options.weighting);
    for (Weights& each : weights) {
      each.energy *= 1 - options.kappa;
      each.stress = 0;
      for (double& force : each.forces) force *= options.kappa;
    }
    return weights;
  }
  for (std::size_t k = 0; k < items.size(); ++k)
    weights.push_back(weighted(items[k], wanted_labels(items[k], linear, k), linear));
  if (options.weighting.policy != "uniform")
    apply_policy(normalised_weights(basis, items, isolated, options.weighting), weights);
  return weights;
}

}  // namespace mlip::fit
