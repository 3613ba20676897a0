#include "ace/species_evaluator.hpp"

#include <utility>

#include "ace/embedding.hpp"
#include "core/error.hpp"

namespace mlip::ace {

SpeciesEvaluator::SpeciesEvaluator(const CTildePotential& potential, std::span<const int> numbers,
                                   int species, std::span<const Function> projected,
                                   double bin_width)
    : base_(potential.bonds, static_cast<int>(numbers.size()), species, bin_width),
      energy_(compile(potential.functions[static_cast<std::size_t>(species)], projected,
                      potential.embeddings[static_cast<std::size_t>(species)].densities(),
                      base_.shape())),
      core_(potential.bonds, numbers, species,
            potential.embeddings[static_cast<std::size_t>(species)], bin_width),
      embedding_(potential.embeddings[static_cast<std::size_t>(species)]),
      E0_(potential.E0.empty() ? 0 : potential.E0[static_cast<std::size_t>(species)]) {}

SpeciesEvaluator::Scratch& SpeciesEvaluator::scratch_of_thread() {
  thread_local Scratch scratch;
  return scratch;
}

void SpeciesEvaluator::evaluate(Neighbors neighbors, const potential::Request& request,
                                std::span<AtomResult> results) const {
  MLIP_ASSERT(neighbors.size() <= lanes && results.size() == neighbors.size());
  Scratch& scratch = scratch_of_thread();
  find_densities(neighbors, scratch);
  find_energies(neighbors, scratch, results);
  if (request.descriptors || (request.gamma && grade_)) project(request, scratch, results);
  find_gradients(neighbors, scratch, results);
}

void SpeciesEvaluator::find_densities(Neighbors neighbors, Scratch& scratch) const {
  scratch.sums.zero(base_.shape().sums());
  for (std::size_t i = 0; i < neighbors.size(); ++i)
    base_.gather(neighbors[i], scratch.hoods[i], scratch.sums.data(), i);
  scratch.A.resize(base_.shape().size());
  base_.combine(scratch.sums.data(), scratch.A.data());
  scratch.rho.resize(static_cast<std::size_t>(energy_.densities));
  forward(energy_, base_.shape(), scratch.A.data(), scratch.energy, scratch.rho.data());
}

/// Σ_p w_p F(ρ_p) of one atom; slopes_p = w_p F'(ρ_p).
double SpeciesEvaluator::embed_lane(std::size_t lane, Scratch& scratch) const {
  double energy = 0;
  for (std::size_t p = 0; p < scratch.rho.size(); ++p) {
    const double w = embedding_.parameters[2 * p];
    const Slope F =
        embed(embedding_.kind, scratch.rho.data()[p][lane], embedding_.parameters[2 * p + 1]);
    energy += w * F.value;
    scratch.slopes.data()[p][lane] = w * F.derivative;
  }
  return energy;
}

void SpeciesEvaluator::find_energies(Neighbors neighbors, Scratch& scratch,
                                     std::span<AtomResult> results) const {
  scratch.slopes.zero(scratch.rho.size());
  scratch.seed.zero(scratch.rho.size());
  for (std::size_t i = 0; i < neighbors.size(); ++i) {
    const double many_body = embed_lane(i, scratch);
    CoreSwitch::State& core = scratch.cores[i];
    core_.evaluate(neighbors[i], core);
    results[i].energy = core_.energy(many_body, core) + E0_;
    results[i].gradients.assign(neighbors[i].size(), core::Vec3::Zero());
    core_.add_gradients(neighbors[i], many_body, core, results[i].gradients);
    for (std::size_t p = 0; p < scratch.rho.size(); ++p)
      scratch.seed.data()[p][i] = scratch.slopes.data()[p][i] * core.factor.value;
  }
}

void SpeciesEvaluator::find_gradients(Neighbors neighbors, Scratch& scratch,
                                      std::span<AtomResult> results) const {
  backward(energy_, base_.shape(), scratch.seed.data(), scratch.energy, scratch.A.data());
  base_.separate(scratch.A.data(), scratch.sums.data());
  for (std::size_t i = 0; i < neighbors.size(); ++i)
    base_.add_gradients(scratch.hoods[i], scratch.sums.data(), i, results[i].gradients);
}

void SpeciesEvaluator::project(const potential::Request& request, Scratch& scratch,
                               std::span<AtomResult> results) const {
  const std::size_t count = energy_.projections.size();
  scratch.projections.resize(count);
  const Lane* B = scratch.projections.data();
  ace::project(energy_, scratch.A.data(), scratch.energy, scratch.projections.data());
  Lane gamma = {};
  if (request.gamma && grade_) grade_->of(B, scratch.slopes.data(), scratch.grade, gamma);
  for (std::size_t i = 0; i < results.size(); ++i) {
    results[i].gamma = gamma[i];
    if (!request.descriptors) continue;
    results[i].projections.resize(count);
    for (std::size_t f = 0; f < count; ++f) results[i].projections[f] = B[f][i];
  }
}

}  // namespace mlip::ace
