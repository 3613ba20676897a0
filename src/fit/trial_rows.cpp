#include "fit/trial_rows.hpp"

#include <algorithm>

#include "core/vectorise.hpp"

namespace mlip::fit {

namespace {

std::size_t groups_of(Eigen::Index rows) {
  return (static_cast<std::size_t>(rows) + ace::directions - 1) / ace::directions;
}

/// Eight rows of `width` numbers become [number][lane].
MLIP_VECTORISE void transpose(const double* rows, std::size_t width, double* out) {
  for (std::size_t lane = 0; lane < ace::directions; ++lane, rows += width)
    for (std::size_t m = 0; m < width; ++m) out[m * ace::directions + lane] = rows[m];
}

/// What a displacement of neighbour and atom adds to the rows of a structure.
void add_to_rows(const Labelled& labelled, std::size_t atom, std::size_t pair,
                 const core::Vec3& gradient, Eigen::VectorXd& rows) {
  const int own = labelled.row[atom];
  const int other = labelled.row[static_cast<std::size_t>(labelled.index[pair])];
  if (own >= 0) rows.segment<3>(own) -= gradient;
  if (other >= 0) rows.segment<3>(other) += gradient;
  if (!labelled.stress) return;
  const core::Vec3& r = labelled.neighbors[pair].vector;
  for (int v = 0; v < 6; ++v) {
    const int a = core::voigt[v][0], b = core::voigt[v][1];
    rows[rows.size() - 6 + v] += 0.5 * (r[a] * gradient[b] + r[b] * gradient[a]);
  }
}

/// How fast a neighbour moves away from its atom along the direction `seeds` of all rows.
core::Vec3 relative_motion(const Labelled& labelled, std::size_t atom, std::size_t pair,
                           const Eigen::VectorXd& seeds) {
  const int own = labelled.row[atom];
  const int other = labelled.row[static_cast<std::size_t>(labelled.index[pair])];
  core::Vec3 motion = core::Vec3::Zero();
  if (own >= 0) motion -= seeds.segment<3>(own);
  if (other >= 0) motion += seeds.segment<3>(other);
  if (!labelled.stress) return motion;
  const core::Vec3& r = labelled.neighbors[pair].vector;
  for (int v = 0; v < 6; ++v) {
    const int a = core::voigt[v][0], b = core::voigt[v][1];
    const double half = 0.5 * seeds[seeds.size() - 6 + v];
    motion[b] += half * r[a];
    motion[a] += half * r[b];
  }
  return motion;
}

}  // namespace

Predicted TrialRows::predict(const Trial& trial, const Labelled& labelled) {
  Predicted predicted{0, Eigen::VectorXd::Zero(labelled.rows())};
  for (std::size_t i = 0; i < labelled.atoms(); ++i) {
    atom_.load(trial, labelled.species[i], labelled.of(i));
    predicted.energy += atom_.energy();
    if (labelled.rows() == 0) continue;
    atom_.prepare_gradients();
    for (std::size_t j = 0; j < labelled.of(i).size(); ++j)
      add_to_rows(labelled, i, labelled.first[i] + j, atom_.gradient(j), predicted.rows);
  }
  return predicted;
}

void TrialRows::fill_moment_rows(std::size_t atom, const Labelled& labelled) {
  const std::size_t width = atom_.moments().shape().moments(), groups = groups_of(labelled.rows());
  const int own = labelled.row[atom];
  const auto touch = [&](int row, int count) {
    for (int r = row; row >= 0 && r < row + count; ++r)
      touched_[static_cast<std::size_t>(r) / ace::directions] = 1;
  };
  touched_.assign(groups, 0);
  touch(own, 3);
  for (std::size_t pair = labelled.first[atom]; pair < labelled.first[atom + 1]; ++pair)
    touch(labelled.row[static_cast<std::size_t>(labelled.index[pair])], 3);
  if (labelled.stress) touch(static_cast<int>(labelled.rows()) - 6, 6);
  moment_rows_.resize(groups * ace::directions * width);
  for (std::size_t g = 0; g < groups; ++g)
    if (touched_[g])
      std::fill_n(moment_rows_.begin() + static_cast<std::ptrdiff_t>(g * ace::directions * width),
                  ace::directions * width, 0.0);
  const auto row_at = [&](int row) { return &moment_rows_[static_cast<std::size_t>(row) * width]; };
  for (std::size_t j = 0; j < labelled.of(atom).size(); ++j) {
    const auto neighbor = static_cast<std::size_t>(labelled.index[labelled.first[atom] + j]);
    if (neighbor == atom) continue;
    if (own >= 0) atom_.moments().add_derivatives(atom_.table(), j, -1, row_at(own));
    if (labelled.row[neighbor] >= 0)
      atom_.moments().add_derivatives(atom_.table(), j, 1, row_at(labelled.row[neighbor]));
  }
  if (!labelled.stress) return;
  for (std::size_t j = 0; j < labelled.of(atom).size(); ++j)
    for (int v = 0; v < 6; ++v) {
      const core::Vec3& r = labelled.of(atom)[j].vector;
      core::Vec3 motion = core::Vec3::Zero();
      motion[core::voigt[v][0]] += 0.5 * r[core::voigt[v][1]];
      motion[core::voigt[v][1]] += 0.5 * r[core::voigt[v][0]];
      atom_.moments().add_directional(atom_.table(), j, motion,
                                      row_at(static_cast<int>(labelled.rows()) - 6 + v));
    }
}

void TrialRows::sweep_groups(const Labelled& labelled, bool radial, Jacobian& jacobian) {
  const std::size_t width = atom_.moments().shape().moments();
  lanes_.resize(width * ace::directions);
  for (std::size_t g = 0; g < groups_of(labelled.rows()); ++g) {
    if (!touched_[g]) continue;
    transpose(&moment_rows_[g * ace::directions * width], width, lanes_.data());
    atom_.add_directions(
        lanes_.data(), radial, &slopes_[g * ace::directions],
        &jacobian.tiles[g * ace::directions * static_cast<std::size_t>(jacobian.columns)]);
  }
}

Predicted TrialRows::differentiate(const Trial& trial, const Labelled& labelled, bool radial,
                                   Jacobian& jacobian) {
  const Parameters& parameters = trial.skeleton->parameters;
  jacobian.columns = radial ? parameters.count() : parameters.function_count();
  jacobian.energy.setZero(jacobian.columns);
  const std::size_t groups = groups_of(labelled.rows());
  jacobian.tiles.assign(groups * ace::directions * static_cast<std::size_t>(jacobian.columns), 0);
  slopes_.assign(groups * ace::directions, 0);
  Predicted predicted;
  for (std::size_t i = 0; i < labelled.atoms(); ++i) {
    atom_.load(trial, labelled.species[i], labelled.of(i));
    predicted.energy += atom_.energy();
    if (labelled.energy_weight > 0) atom_.add_energy_row(1, radial, jacobian.energy.data());
    if (groups == 0) continue;
    fill_moment_rows(i, labelled);
    sweep_groups(labelled, radial, jacobian);
  }
  predicted.rows = Eigen::Map<const Eigen::VectorXd>(slopes_.data(), labelled.rows());
  return predicted;
}

void TrialRows::add_gradient(const Trial& trial, const Labelled& labelled, double energy_seed,
                             const Eigen::VectorXd& seeds, Eigen::VectorXd& gradient) {
  slopes_.assign(ace::directions, 0);
  columns_.assign(static_cast<std::size_t>(gradient.size()) * ace::directions, 0);
  std::vector<double> moments;
  for (std::size_t i = 0; i < labelled.atoms(); ++i) {
    atom_.load(trial, labelled.species[i], labelled.of(i));
    if (energy_seed != 0) atom_.add_energy_row(energy_seed, true, gradient.data());
    if (labelled.rows() == 0) continue;
    const std::size_t width = atom_.moments().shape().moments();
    moments.assign(width, 0);
    for (std::size_t j = 0; j < labelled.of(i).size(); ++j)
      atom_.moments().add_directional(atom_.table(), j,
                                      relative_motion(labelled, i, labelled.first[i] + j, seeds),
                                      moments.data());
    lanes_.assign(width * ace::directions, 0);
    for (std::size_t m = 0; m < width; ++m) lanes_[m * ace::directions] = moments[m];
    atom_.add_directions(lanes_.data(), true, slopes_.data(), columns_.data());
  }
  for (Eigen::Index k = 0; k < gradient.size(); ++k)
    gradient[k] += columns_[static_cast<std::size_t>(k) * ace::directions];
}

}  // namespace mlip::fit
