#include "pipeline/metrics.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/units.hpp"

namespace mlip::pipeline {

nlohmann::ordered_json to_json(const fit::Metrics& m) {
  return {{"energy_rmse_meV_per_atom", m.energy_rmse_mev_per_atom},
          {"energy_mae_meV_per_atom", m.energy_mae_mev_per_atom},
          {"force_rmse_meV_per_A", m.force_rmse_mev_per_a},
          {"force_mae_meV_per_A", m.force_mae_mev_per_a},
          {"stress_rmse_GPa", m.stress_rmse_gpa},
          {"structures", m.structures},
          {"force_components", m.force_components},
          {"stresses", m.stresses}};
}

fit::Metrics metrics_from_json(const nlohmann::json& json) {
  fit::Metrics m;
  json.at("energy_rmse_meV_per_atom").get_to(m.energy_rmse_mev_per_atom);
  json.at("energy_mae_meV_per_atom").get_to(m.energy_mae_mev_per_atom);
  json.at("force_rmse_meV_per_A").get_to(m.force_rmse_mev_per_a);
  json.at("force_mae_meV_per_A").get_to(m.force_mae_mev_per_a);
  json.at("stress_rmse_GPa").get_to(m.stress_rmse_gpa);
  json.at("structures").get_to(m.structures);
  json.at("force_components").get_to(m.force_components);
  json.at("stresses").get_to(m.stresses);
  return m;
}

double badness(const fit::Metrics& m) {
  constexpr double nothing = 1e-12;  // of any unit: an exact potential is the best of all
  double sum = std::log(std::max(m.energy_rmse_mev_per_atom, nothing));
  int kinds = 1;
  const auto add = [&](std::size_t labels, double rmse) {
    if (labels == 0) return;
    sum += std::log(std::max(rmse, nothing));
    ++kinds;
  };
  add(m.force_components, m.force_rmse_mev_per_a);
  add(m.stresses, m.stress_rmse_gpa);
  return sum / kinds;
}

nlohmann::ordered_json parity(const potential::Calculator& model,
                              std::span<const fit::Item> items) {
  using Pairs = std::vector<std::array<double, 2>>;
  Pairs energies, forces, stresses;
  for (const fit::Item& item : items) {
    const auto predicted = model.evaluate(item.structure);
    const auto atoms = double(item.structure.size());
    if (item.labels.energy)
      energies.push_back({*item.labels.energy / atoms, predicted.energy / atoms});
    for (std::size_t i = 0; i < item.labels.forces.size(); ++i)
      for (int c = 0; c < 3; ++c)
        forces.push_back({item.labels.forces[i][c], predicted.forces[i][c]});
    if (!item.labels.stress) continue;
    const core::Mat3 stress = predicted.stress(item.structure.cell.volume());
    for (int k : {0, 1, 2, 4, 5, 8})
      stresses.push_back({item.labels.stress->data()[k] * core::gpa_per_ev_per_a3,
                          stress.data()[k] * core::gpa_per_ev_per_a3});
  }
  Pairs thinned;
  const std::size_t stride = forces.size() / 600 + 1;
  for (std::size_t i = 0; i < forces.size(); i += stride) thinned.push_back(forces[i]);
  return {{"energy", energies}, {"force", thinned}, {"stress", stresses}};
}

}  // namespace mlip::pipeline
