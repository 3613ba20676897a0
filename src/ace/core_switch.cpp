#include "ace/core_switch.hpp"

#include <algorithm>

namespace mlip::ace {

CoreSwitch::CoreSwitch(std::span<const Bond> bonds, std::span<const int> numbers, int central,
                       const Embedding& embedding, double bin_width)
    : density_cutoff_(embedding.rho_core_cutoff), density_width_(embedding.drho_core_cutoff) {
  const std::size_t n = numbers.size(), i = static_cast<std::size_t>(central);
  for (const Bond& bond : bonds) largest_cutoff_ = std::max(largest_cutoff_, bond.rcut);
  for (std::size_t j = 0; j < n; ++j) {
    bonds_.push_back(bonds[i * n + j]);
    cores_.emplace_back(bonds_.back(), numbers[i], numbers[j], bin_width);
    zbl_ = zbl_ || bonds_.back().inner == InnerCutoff::zbl;
    active_ = active_ || cores_.back().active();
  }
  active_ = active_ || zbl_ || density_cutoff_ <= density_width_;
}

void CoreSwitch::evaluate(std::span<const AtomNeighbor> neighbors, State& state) const {
  state.pair_sum = 0;
  state.factor = {1, 0};
  state.nearest = -1;
  if (!active_) return;
  state.pairs.clear();
  for (const AtomNeighbor& neighbor : neighbors) {
    state.pairs.push_back(
        cores_[static_cast<std::size_t>(neighbor.species)].evaluate(neighbor.vector.norm()));
    state.pair_sum += state.pairs.back().value;
  }
  if (zbl_)
    find_nearest(neighbors, state);
  else
    state.factor = smooth_step(state.pair_sum, density_cutoff_, density_width_);
}

void CoreSwitch::find_nearest(std::span<const AtomNeighbor> neighbors, State& state) const {
  double least = largest_cutoff_;
  for (std::size_t k = 0; k < neighbors.size(); ++k) {
    const Bond& bond = bonds_[static_cast<std::size_t>(neighbors[k].species)];
    const double r = neighbors[k].vector.norm(), d = r - (bond.rcut_in - bond.dcut_in);
    if (r >= bond.rcut || d >= least) continue;
    least = d;
    state.nearest = static_cast<int>(k);
  }
  if (state.nearest < 0) return;
  const auto species = neighbors[static_cast<std::size_t>(state.nearest)].species;
  const double delta = bonds_[static_cast<std::size_t>(species)].dcut_in;
  const Slope step = smooth_step(delta - least, delta, delta);
  state.factor = {step.value, -step.derivative};
}

double CoreSwitch::energy(double many_body, const State& state) const {
  if (!active_) return many_body;
  const double share = zbl_ ? 1 - state.factor.value : 1;
  return many_body * state.factor.value + state.pair_sum * share;
}

void CoreSwitch::add_gradients(std::span<const AtomNeighbor> neighbors, double many_body,
                               const State& state, std::span<core::Vec3> gradients) const {
  if (!active_) return;
  const double weight = zbl_ ? 1 - state.factor.value : 1 + many_body * state.factor.derivative;
  for (std::size_t k = 0; k < neighbors.size(); ++k)
    if (state.pairs[k].derivative != 0)
      gradients[k] += weight * state.pairs[k].derivative * neighbors[k].vector.normalized();
  if (state.nearest < 0) return;
  const auto k = static_cast<std::size_t>(state.nearest);
  gradients[k] +=
      (many_body - state.pair_sum) * state.factor.derivative * neighbors[k].vector.normalized();
}

}  // namespace mlip::ace
