#include "fit/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/element.hpp"
#include "core/error.hpp"

namespace mlip::fit {

namespace {

[[noreturn]] void reject(std::size_t index, const std::string& problem) {
  throw core::UserError(core::ExitCode::bad_input,
                        fmt::format("training structure {}: {}", index, problem),
                        "remove the structure or label it again");
}

void check_sizes(const Item& item, std::size_t index) {
  const std::size_t atoms = item.structure.size();
  if (!item.labels.forces.empty() && item.labels.forces.size() != atoms)
    reject(index, fmt::format("{} forces for {} atoms", item.labels.forces.size(), atoms));
  if (!item.force_mask.empty() && item.force_mask.size() != atoms)
    reject(index, fmt::format("{} force mask entries for {} atoms", item.force_mask.size(), atoms));
}

void check_finite(const Item& item, const Wanted& wanted, std::size_t index) {
  if (!core::is_finite(item.structure)) reject(index, "a position or cell vector is not finite");
  if (wanted.energy && !std::isfinite(*item.labels.energy))
    reject(index, "the energy is not finite");
  if (wanted.stress && !item.labels.stress->allFinite()) reject(index, "the stress is not finite");
  for (int atom : wanted.atoms)
    if (!item.labels.forces[static_cast<std::size_t>(atom)].allFinite())
      reject(index, fmt::format("the force on atom {} is not finite", atom));
}

double mask_of(const Item& item, int atom) {
  return item.force_mask.empty() ? 1 : item.force_mask[static_cast<std::size_t>(atom)];
}

}  // namespace

Wanted wanted_labels(const Item& item, const Options& options, std::size_t index) {
  check_sizes(item, index);
  Wanted wanted;
  if (!(item.weight > 0) || item.structure.size() == 0) return wanted;
  wanted.energy = item.fit_energy && item.labels.energy && options.energy_weight > 0;
  wanted.stress = item.fit_stress && item.labels.stress && options.stress_weight > 0 &&
                  item.structure.cell.all_periodic();
  if (options.force_weight > 0 && !item.labels.forces.empty())
    for (int atom = 0; atom < static_cast<int>(item.structure.size()); ++atom)
      if (mask_of(item, atom) > 0) wanted.atoms.push_back(atom);
  check_finite(item, wanted, index);
  return wanted;
}

Columns::Columns(const ace::Potential& basis)
    : first_{0}, species_of_number_(core::largest_atomic_number + 1, -1) {
  for (std::size_t s = 0; s < basis.species(); ++s) {
    first_.push_back(first_.back() + static_cast<Eigen::Index>(basis.functions[s].size()));
    const std::optional<int> number = core::atomic_number(basis.elements[s]);
    MLIP_ASSERT(number.has_value());
    species_of_number_[static_cast<std::size_t>(*number)] = static_cast<int>(s);
  }
}

std::vector<int> Columns::species_of(const core::Structure& structure) const {
  std::vector<int> species;
  for (int number : structure.numbers) {
    species.push_back(species_of_number_[static_cast<std::size_t>(number)]);
    if (species.back() < 0)
      throw core::UserError(core::ExitCode::bad_input,
                            fmt::format("element '{}' of {} is not in the basis",
                                        core::element(number).symbol, structure.formula()),
                            "name every element of the training data in target_system.elements");
  }
  return species;
}

RowBuilder::RowBuilder(const ace::Projector& projector, const Columns& columns, double cutoff)
    : projector_(&projector),
      columns_(&columns),
      cutoff_(cutoff),
      workspace_(projector.make_workspace()) {}

void RowBuilder::build(const Item& item, const Wanted& wanted, std::span<const double> isolated,
                       std::span<double* const> projections, Rows& rows) {
  label(item, wanted, isolated, rows);
  rows.matrix.setZero(wanted.rows(), columns_->total());
  const core::NeighborList list(item.structure, cutoff_);
  for (int atom = 0; atom < static_cast<int>(item.structure.size()); ++atom) {
    add_atom(atom, list, wanted, projections[static_cast<std::size_t>(atom)], rows);
  }
  const auto atoms = static_cast<double>(item.structure.size());
  if (wanted.energy) rows.matrix.row(0) /= atoms;
  if (wanted.stress) rows.matrix.bottomRows(6) /= atoms;
}

void RowBuilder::label(const Item& item, const Wanted& wanted, std::span<const double> isolated,
                       Rows& rows) {
  species_ = columns_->species_of(item.structure);
  force_row_.assign(item.structure.size(), -1);
  Eigen::Index row = wanted.energy ? 1 : 0;
  for (int atom : wanted.atoms) {
    force_row_[static_cast<std::size_t>(atom)] = row;
    row += 3;
  }
  set_labels(item, wanted, isolated, rows);
}

void RowBuilder::set_labels(const Item& item, const Wanted& wanted,
                            std::span<const double> isolated, Rows& rows) const {
  rows.labels.resize(wanted.rows());
  rows.weights.resize(wanted.rows());
  const auto atoms = static_cast<double>(item.structure.size());
  if (wanted.energy) {
    double reference = 0;
    for (int species : species_) reference += isolated[static_cast<std::size_t>(species)];
    rows.labels[0] = (*item.labels.energy - reference) / atoms;
    rows.weights[0] = item.weight;
  }
  for (int atom : wanted.atoms) {
    const Eigen::Index row = force_row_[static_cast<std::size_t>(atom)];
    rows.labels.segment<3>(row) = item.labels.forces[static_cast<std::size_t>(atom)];
    rows.weights.segment<3>(row).setConstant(item.weight * mask_of(item, atom));
  }
  if (!wanted.stress) return;
  const core::Mat3& stress = *item.labels.stress;
  for (int k = 0; k < 6; ++k)
    rows.labels[wanted.rows() - 6 + k] = (stress(core::voigt[k][0], core::voigt[k][1]) +
                                          stress(core::voigt[k][1], core::voigt[k][0])) /
                                         2 * item.structure.cell.volume() / atoms;
  rows.weights.tail<6>().setConstant(item.weight);
}

void RowBuilder::add_atom(int atom, const core::NeighborList& list, const Wanted& wanted,
                          double* projections, Rows& rows) {
  const auto neighbors = list.of(static_cast<std::size_t>(atom));
  const int species = species_[static_cast<std::size_t>(atom)];
  const bool felt = wanted.stress || force_row_[static_cast<std::size_t>(atom)] >= 0 ||
                    std::ranges::any_of(neighbors, [&](const core::Neighbor& neighbor) {
                      return force_row_[static_cast<std::size_t>(neighbor.index)] >= 0;
                    });
  if (!felt && !wanted.energy && !projections) return;
  neighbors_.clear();
  for (const core::Neighbor& neighbor : neighbors)
    neighbors_.push_back({neighbor.vector, species_[static_cast<std::size_t>(neighbor.index)]});
  projector_->atom(species, neighbors_, *workspace_, values_, felt ? &gradients_ : nullptr);
  const Eigen::Index count = columns_->count(species);
  if (projections) std::copy_n(values_.data(), count, projections);
  if (wanted.energy)
    rows.matrix.row(0).segment(columns_->first(species), count) += values_.head(count).transpose();
  if (felt) add_gradients(atom, neighbors, wanted, rows);
}

void RowBuilder::add_gradients(int atom, std::span<const core::Neighbor> neighbors,
                               const Wanted& wanted, Rows& rows) {
  const int species = species_[static_cast<std::size_t>(atom)];
  const Eigen::Index first = columns_->first(species), count = columns_->count(species);
  const Eigen::Index own = force_row_[static_cast<std::size_t>(atom)];
  const Eigen::Index strain = wanted.rows() - 6;
  for (std::size_t k = 0; k < neighbors.size(); ++k) {
    const auto gradient = gradients_.block(3 * static_cast<Eigen::Index>(k), 0, 3, count);
    const Eigen::Index other = force_row_[static_cast<std::size_t>(neighbors[k].index)];
    if (own >= 0) rows.matrix.block(own, first, 3, count) += gradient;
    if (other >= 0) rows.matrix.block(other, first, 3, count) -= gradient;
    if (!wanted.stress) continue;
    const core::Vec3& r = neighbors[k].vector;
    for (int v = 0; v < 6; ++v) {
      const int a = core::voigt[v][0], b = core::voigt[v][1];
      rows.matrix.row(strain + v).segment(first, count) +=
          a == b ? (r[a] * gradient.row(a)).eval()
                 : (0.5 * (r[b] * gradient.row(a) + r[a] * gradient.row(b))).eval();
    }
  }
}

}  // namespace mlip::fit
