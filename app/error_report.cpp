#include "app/error_report.hpp"

#include <fmt/format.h>

#include "core/file.hpp"
#include "core/units.hpp"
#include "pipeline/metrics.hpp"
#include "report/fit_page.hpp"

namespace mlip::app {

namespace {

constexpr std::size_t most_pairs = 2000;

void print_line(const std::string& name, const fit::Metrics& m) {
  fmt::print("  {:<18} {:>10} {:>10.3f} {:>10.3f} {:>10.2f} {:>10.2f} {:>9.3f}\n", name,
             m.structures, m.energy_rmse_mev_per_atom, m.energy_mae_mev_per_atom,
             m.force_rmse_mev_per_a, m.force_mae_mev_per_a, m.stress_rmse_gpa);
}

/// Evenly thinned to the number a plot can show.
nlohmann::ordered_json thinned(const std::vector<std::array<double, 2>>& pairs) {
  const std::size_t stride = pairs.size() / most_pairs + 1;
  nlohmann::ordered_json result = nlohmann::ordered_json::array();
  for (std::size_t k = 0; k < pairs.size(); k += stride) result.push_back(pairs[k]);
  return result;
}

}  // namespace

void SetErrorSums::add(const fit::Item& item, const std::string& type,
                       const potential::Evaluation& found) {
  all_.add(item, found);
  by_type_[type].add(item, found);
  if (item.structure.size() > 0) keep(item, found);
}

void SetErrorSums::keep(const fit::Item& item, const potential::Evaluation& found) {
  const auto atoms = double(item.structure.size());
  if (item.labels.energy && item.fit_energy)
    energies_.push_back({*item.labels.energy / atoms, found.energy / atoms});
  for (std::size_t i = 0; i < item.labels.forces.size(); ++i) {
    if (!item.force_mask.empty() && !(item.force_mask[i] > 0)) continue;
    for (int c = 0; c < 3; ++c)
      if (forces_seen_++ % force_stride_ == 0)
        forces_.push_back({item.labels.forces[i][c], found.forces[i][c]});
  }
  // Kept few however many there are: every other one goes when there are too many.
  if (forces_.size() > 4 * most_pairs) {
    for (std::size_t k = 0; 2 * k < forces_.size(); ++k) forces_[k] = forces_[2 * k];
    forces_.resize((forces_.size() + 1) / 2);
    force_stride_ *= 2;
  }
  if (!item.labels.stress || !item.fit_stress || !item.structure.cell.all_periodic()) return;
  const core::Mat3 stress = found.stress(item.structure.cell.volume());
  for (int k : {0, 1, 2, 4, 5, 8})
    stresses_.push_back({item.labels.stress->data()[k] * core::gpa_per_ev_per_a3,
                         stress.data()[k] * core::gpa_per_ev_per_a3});
}

SetErrors SetErrorSums::errors() const {
  SetErrors result{name_, all_.metrics(), {}, {}};
  for (const auto& [type, sums] : by_type_) result.by_type[type] = sums.metrics();
  result.parity = {
      {"energy", thinned(energies_)}, {"force", thinned(forces_)}, {"stress", thinned(stresses_)}};
  return result;
}

SetErrors errors_of(const std::string& name, const LabelledData& data,
                    const potential::Calculator& model) {
  const auto found = fit::predict(model, data.items);
  SetErrorSums sums(name);
  for (std::size_t k = 0; k < data.items.size(); ++k)
    sums.add(data.items[k], data.config_types[k], found[k]);
  return sums.errors();
}

void print_errors(const SetErrors& errors) {
  fmt::print("\n{:<20} {:>10} {:>21} {:>21} {:>9}\n", errors.name, "", "energy meV/atom",
             "force meV/Å", "stress GPa");
  fmt::print("  {:<18} {:>10} {:>10} {:>10} {:>10} {:>10} {:>9}\n", "", "structures", "RMSE", "MAE",
             "RMSE", "MAE", "RMSE");
  print_line("all", errors.all);
  if (errors.by_type.size() < 2) return;
  for (const auto& [type, metrics] : errors.by_type) print_line(type, metrics);
}

void put_errors(const SetErrors& errors, nlohmann::ordered_json& metrics) {
  auto& entry = metrics[errors.name] = pipeline::to_json(errors.all);
  for (const auto& [type, one] : errors.by_type) entry["by_type"][type] = pipeline::to_json(one);
}

void write_error_report(const std::vector<SetErrors>& sets, const nlohmann::ordered_json& metrics,
                        nlohmann::ordered_json page, const std::filesystem::path& folder) {
  for (const SetErrors& set : sets) {
    auto& entry = page["sets"][set.name];
    entry["errors"] = pipeline::to_json(set.all);
    for (const auto& [type, one] : set.by_type) entry["by_type"][type] = pipeline::to_json(one);
    entry["parity"] = set.parity;
  }
  core::write_atomically(folder / "metrics.json", metrics.dump(2) + "\n");
  core::write_atomically(folder / "report.html", report::render_fit_html(page));
}

}  // namespace mlip::app
