#include <cmath>

#include "core/units.hpp"
#include "fit/linear.hpp"
#include "fit/parallel.hpp"

namespace mlip::fit {

namespace {

/// Sums over residuals of one kind.
struct Sums {
  double squares = 0, absolutes = 0;
  std::size_t count = 0;

  void add(double residual) {
    squares += residual * residual;
    absolutes += std::abs(residual);
    ++count;
  }
  void add(const Sums& other) {
    squares += other.squares;
    absolutes += other.absolutes;
    count += other.count;
  }
  [[nodiscard]] double rmse() const {
    return count == 0 ? 0 : std::sqrt(squares / static_cast<double>(count));
  }
  [[nodiscard]] double mae() const {
    return count == 0 ? 0 : absolutes / static_cast<double>(count);
  }
};

struct Residuals {
  Sums energy, force, stress;
};

Residuals residuals_of(const Item& item, const potential::Evaluation& found) {
  Residuals residuals;
  const std::size_t atoms = item.structure.size();
  if (item.fit_energy && item.labels.energy)
    residuals.energy.add((found.energy - *item.labels.energy) / static_cast<double>(atoms));
  for (std::size_t i = 0; i < item.labels.forces.size(); ++i)
    if (item.force_mask.empty() || item.force_mask[i] > 0)
      for (int axis = 0; axis < 3; ++axis)
        residuals.force.add(found.forces[i][axis] - item.labels.forces[i][axis]);
  if (!item.fit_stress || !item.labels.stress || !item.structure.cell.all_periodic())
    return residuals;
  const core::Mat3 difference = found.stress(item.structure.cell.volume()) - *item.labels.stress;
  for (int a = 0; a < 3; ++a)
    for (int b = a; b < 3; ++b) residuals.stress.add((difference(a, b) + difference(b, a)) / 2);
  return residuals;
}

}  // namespace

Metrics measure(const potential::Calculator& model, std::span<const Item> items) {
  std::vector<Residuals> each(items.size());
  parallel_for(items.size(), thread_count(0), [&](std::size_t k) {
    if (items[k].structure.size() > 0)
      each[k] = residuals_of(items[k], model.evaluate(items[k].structure));
  });
  Residuals total;
  for (const Residuals& one : each) {
    total.energy.add(one.energy);
    total.force.add(one.force);
    total.stress.add(one.stress);
  }
  constexpr double milli = 1000;
  return {.energy_rmse_mev_per_atom = milli * total.energy.rmse(),
          .energy_mae_mev_per_atom = milli * total.energy.mae(),
          .force_rmse_mev_per_a = milli * total.force.rmse(),
          .force_mae_mev_per_a = milli * total.force.mae(),
          .stress_rmse_gpa = core::gpa_per_ev_per_a3 * total.stress.rmse(),
          .structures = items.size(),
          .force_components = total.force.count,
          .stresses = total.stress.count / 6};
}

}  // namespace mlip::fit
