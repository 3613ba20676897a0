#include <cmath>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/units.hpp"
#include "fit/errors.hpp"

namespace mlip::fit {

void ErrorSums::Sums::add(double residual) {
  squares += residual * residual;
  absolutes += std::abs(residual);
  ++count;
}

void ErrorSums::Sums::add(const Sums& other) {
  squares += other.squares;
  absolutes += other.absolutes;
  count += other.count;
}

double ErrorSums::Sums::rmse() const {
  return count == 0 ? 0 : std::sqrt(squares / static_cast<double>(count));
}

double ErrorSums::Sums::mae() const {
  return count == 0 ? 0 : absolutes / static_cast<double>(count);
}

void ErrorSums::add(const Item& item, const potential::Evaluation& found) {
  ++structures_;
  const std::size_t atoms = item.structure.size();
  if (atoms == 0) return;
  if (item.fit_energy && item.labels.energy)
    energy_.add((found.energy - *item.labels.energy) / static_cast<double>(atoms));
  for (std::size_t i = 0; i < item.labels.forces.size(); ++i)
    if (item.force_mask.empty() || item.force_mask[i] > 0)
      for (int axis = 0; axis < 3; ++axis)
        force_.add(found.forces[i][axis] - item.labels.forces[i][axis]);
  if (!item.fit_stress || !item.labels.stress || !item.structure.cell.all_periodic()) return;
  const core::Mat3 difference = found.stress(item.structure.cell.volume()) - *item.labels.stress;
  for (int a = 0; a < 3; ++a)
    for (int b = a; b < 3; ++b) stress_.add((difference(a, b) + difference(b, a)) / 2);
}

void ErrorSums::add(const ErrorSums& other) {
  energy_.add(other.energy_);
  force_.add(other.force_);
  stress_.add(other.stress_);
  structures_ += other.structures_;
}

Metrics ErrorSums::metrics() const {
  constexpr double milli = 1000;
  return {.energy_rmse_mev_per_atom = milli * energy_.rmse(),
          .energy_mae_mev_per_atom = milli * energy_.mae(),
          .force_rmse_mev_per_a = milli * force_.rmse(),
          .force_mae_mev_per_a = milli * force_.mae(),
          .stress_rmse_gpa = core::gpa_per_ev_per_a3 * stress_.rmse(),
          .structures = structures_,
          .force_components = force_.count,
          .stresses = stress_.count / 6};
}

std::vector<potential::Evaluation> predict(const potential::Calculator& model,
                                           std::span<const Item> items,
                                           const potential::Request& request) {
  std::vector<potential::Evaluation> found(items.size());
  core::parallel_for(items.size(), core::thread_count(0), [&](std::size_t k) {
    if (items[k].structure.size() > 0) found[k] = model.evaluate(items[k].structure, request);
  });
  return found;
}

Metrics measure(const potential::Calculator& model, std::span<const Item> items) {
  std::vector<ErrorSums> each(items.size());
  core::parallel_for(items.size(), core::thread_count(0), [&](std::size_t k) {
    const core::Structure& structure = items[k].structure;
    each[k].add(items[k],
                structure.size() > 0 ? model.evaluate(structure) : potential::Evaluation{});
  });
  ErrorSums total;
  for (const ErrorSums& one : each) total.add(one);
  return total.metrics();
}

std::map<std::string, Metrics> errors_by_type(std::span<const Item> items,
                                              std::span<const potential::Evaluation> found,
                                              std::span<const std::string> types) {
  MLIP_ASSERT(found.size() == items.size() && types.size() == items.size());
  std::map<std::string, ErrorSums> sums;
  for (std::size_t k = 0; k < items.size(); ++k) sums[types[k]].add(items[k], found[k]);
  std::map<std::string, Metrics> metrics;
  for (const auto& [type, one] : sums) metrics[type] = one.metrics();
  return metrics;
}

}  // namespace mlip::fit
