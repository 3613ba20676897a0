#include "fit/pacemaker/task.hpp"

#include <fmt/format.h>

#include <Eigen/Geometry>
#include <algorithm>

#include "core/error.hpp"
#include "fit/rows.hpp"

namespace mlip::fit::pacemaker {

namespace {

using core::Vec3;

/// How far the atoms reach along a direction, Å.
double extent(const core::Structure& structure, const Vec3& direction) {
  double low = 0, high = 0;
  for (const Vec3& position : structure.positions) {
    const double along = (position - structure.positions.front()).dot(direction);
    low = std::min(low, along);
    high = std::max(high, along);
  }
  return high - low;
}

/// Its neighbour list takes all axes as periodic, or none.
void complete_axes(core::Structure& structure, double cutoff) {
  core::Cell& cell = structure.cell;
  if (cell.all_periodic() || !cell.any_periodic()) return;
  std::vector<Vec3> known;
  for (int axis = 0; axis < 3; ++axis)
    if (cell.periodic[axis]) known.emplace_back(cell.vectors.row(axis));
  for (int axis = 0; axis < 3; ++axis) {
    if (cell.periodic[axis]) continue;
    const Vec3 direction =
        known.size() == 1 ? known[0].unitOrthogonal() : known[0].cross(known[1]).normalized();
    known.push_back(direction * (extent(structure, direction) + cutoff + 1));
    cell.vectors.row(axis) = known.back();
    cell.periodic[axis] = true;
  }
}

io::Frame frame_of(const Item& item, const Wanted& wanted, double cutoff) {
  io::Frame frame;
  frame.structure = item.structure;
  complete_axes(frame.structure, cutoff);
  const std::size_t atoms = item.structure.size();
  std::vector<double> weights(atoms, 0);
  frame.labels.forces.assign(atoms, Vec3::Zero());
  for (const int atom : wanted.atoms) {
    const auto i = static_cast<std::size_t>(atom);
    const double weight = item.weight * (item.force_mask.empty() ? 1 : item.force_mask[i]);
    weights[i] = weight * weight;
    frame.labels.forces[i] = item.labels.forces[i];
  }
  frame.columns["force_mask"] = {'R', 1, weights, {}};
  frame.info["energy_weight"] = wanted.energy ? item.weight * item.weight : 0.0;
  return frame;
}

double cohesive_energy(const Item& item, const std::vector<int>& species,
                       const std::vector<double>& isolated) {
  double energy = item.labels.energy.value_or(0);
  for (const int mu : species) energy -= isolated[static_cast<std::size_t>(mu)];
  return energy;
}

}  // namespace

ace::Potential start_potential(const ace::Potential& basis, const Options& options) {
  if (options.embedding.empty() || options.embedding.size() % 2 != 0)
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("the embedding has {} numbers, they must come in pairs",
                                      options.embedding.size()),
                          "give a prefactor and an exponent for each density");
  ace::Potential start = basis;
  start.E0.assign(start.species(), 0);
  start.metadata.clear();
  for (ace::Embedding& embedding : start.embeddings)
    embedding = {ace::EmbeddingKind::finnis_sinclair_shifted_scaled, options.embedding};
  for (auto& functions : start.functions)
    for (ace::Function& function : functions)
      function.coefficients.assign(options.embedding.size() / 2, 0);
  for (ace::Bond& bond : start.bonds) {
    bond.core_prefactor = bond.core_exponent = bond.rcut_in = bond.dcut_in = 0;
    bond.inner = ace::InnerCutoff::distance;
  }
  return start;
}

Task make_task(std::span<const Item> items, const ace::Potential& basis,
               const std::vector<double>& isolated_energies, const fit::Options& weights) {
  const Columns columns(basis);
  Task task;
  double energies = 0, forces = 0;
  for (std::size_t k = 0; k < items.size(); ++k) {
    const Item& item = items[k];
    const std::vector<int> species = columns.species_of(item.structure);
    const Wanted wanted = wanted_labels(item, weights, k);
    if (!wanted.energy && wanted.atoms.empty()) continue;
    io::Frame frame = frame_of(item, wanted, basis.cutoff());
    frame.info["energy_corrected"] = cohesive_energy(item, species, isolated_energies);
    energies += std::get<double>(frame.info["energy_weight"]);
    for (const double w : frame.columns["force_mask"].numbers) forces += w;
    task.frames.push_back(std::move(frame));
  }
  if (!(energies > 0) || !(forces > 0))
    throw core::UserError(core::ExitCode::failed,
                          fmt::format("nothing to fit: of {} structures none has {}", items.size(),
                                      energies > 0 ? "an unmasked force" : "an energy"),
                          "Pacemaker needs energies and forces; the native engine does not");
  const double of_energy = weights.energy_weight * weights.energy_weight * energies;
  const double of_force = weights.force_weight * weights.force_weight * forces;
  task.kappa = of_force / (of_energy + of_force);
  return task;
}

std::string input_text(const Options& options, double kappa) {
  return fmt::format(R"(seed: 1
potential: start.yaml
data: {{filename: train.pckl.gzip}}
fit:
  loss: {{kappa: {}, L1_coeffs: {}, L2_coeffs: {}}}
  optimizer: BFGS
  maxiter: {}
backend: {{evaluator: tensorpot, batch_size: 100, display_step: 20}}
)",
                     kappa, options.l1, options.l2, options.iterations);
}

}  // namespace mlip::fit::pacemaker
