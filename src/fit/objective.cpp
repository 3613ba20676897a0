#include "fit/objective.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "fit/gram.hpp"
#include "fit/trial_rows.hpp"
#include "potential/lapack.hpp"

namespace mlip::fit {

namespace {

double loss_of(const Labelled& labelled, const Predicted& predicted) {
  double loss = 0;
  if (labelled.energy_weight > 0) {
    const double residual =
        (predicted.energy - labelled.energy) / static_cast<double>(labelled.atoms());
    loss += labelled.energy_weight * residual * residual;
  }
  return loss + labelled.weight.dot((predicted.rows - labelled.target).cwiseAbs2());
}

/// Σ over the rows of weight · J².
void add_squares(const Jacobian& jacobian, const Eigen::VectorXd& weight, Eigen::VectorXd& sums) {
  constexpr auto lanes = static_cast<Eigen::Index>(ace::directions);
  const double* tile = jacobian.tiles.data();
  for (Eigen::Index first = 0; first < weight.size(); first += lanes) {
    const auto part = weight.segment(first, std::min(lanes, weight.size() - first));
    for (Eigen::Index k = 0; k < jacobian.columns; ++k, tile += lanes)
      sums[k] += part.dot(Eigen::Map<const Eigen::VectorXd>(tile, part.size()).cwiseAbs2());
  }
}

/// Weighted rows [J | residual] of the parameters `moving`.
void add_rows_of(const Labelled& labelled, const Predicted& predicted, const Jacobian& jacobian,
                 const std::vector<Eigen::Index>& moving, Gram& gram) {
  constexpr Eigen::Index lanes = ace::directions;
  const auto columns = static_cast<Eigen::Index>(moving.size());
  if (labelled.energy_weight > 0) {
    const double scale = std::sqrt(labelled.energy_weight) / static_cast<double>(labelled.atoms());
    auto row = gram.next(1);
    row.leftCols(columns) = scale * jacobian.energy(moving).transpose();
    row(0, columns) = scale * (predicted.energy - labelled.energy);
  }
  const double* tile = jacobian.tiles.data();
  for (Eigen::Index first = 0; first < labelled.rows();
       first += lanes, tile += lanes * jacobian.columns) {
    const Eigen::Index count = std::min<Eigen::Index>(lanes, labelled.rows() - first);
    const Eigen::VectorXd scale = labelled.weight.segment(first, count).cwiseSqrt();
    auto rows = gram.next(count);
    for (Eigen::Index k = 0; k < columns; ++k)
      rows.col(k) = scale.cwiseProduct(Eigen::Map<const Eigen::VectorXd>(
          tile + lanes * moving[static_cast<std::size_t>(k)], count));
    rows.col(columns) = scale.cwiseProduct(predicted.rows.segment(first, count) -
                                           labelled.target.segment(first, count));
  }
}

}  // namespace

Objective::Objective(std::vector<Labelled> structures, int threads) : threads_(threads) {
  for (Labelled& each : structures) {
    if (!each.counts()) continue;
    rows_ += static_cast<std::size_t>(each.rows()) + (each.energy_weight > 0);
    structures_.push_back(std::move(each));
  }
}

std::vector<std::vector<std::size_t>> Objective::deal(std::size_t lane_doubles) const {
  std::vector<std::size_t> order(structures_.size());
  for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
  std::ranges::stable_sort(order, std::greater{},
                           [&](std::size_t k) { return structures_[k].neighbors.size(); });
  constexpr std::size_t most = 32, memory = std::size_t{1} << 26;
  const std::size_t count =
      std::clamp<std::size_t>(std::min(memory / lane_doubles, structures_.size() / 4), 1, most);
  std::vector<std::vector<std::size_t>> lanes(count);
  for (std::size_t k = 0; k < order.size(); ++k) lanes[k % count].push_back(order[k]);
  return lanes;
}

double Objective::loss(const Trial& trial) const {
  const auto lanes = deal(1);
  std::vector<double> losses(structures_.size());
  core::parallel_for(lanes.size(), threads_, [&](std::size_t lane) {
    TrialRows rows;
    for (std::size_t k : lanes[lane])
      losses[k] = loss_of(structures_[k], rows.predict(trial, structures_[k]));
  });
  double sum = 0;
  for (double loss : losses) sum += loss;
  return sum;
}

NormalEquations Objective::normal_equations(const Trial& trial,
                                            const std::vector<Eigen::Index>& moving) const {
  const potential::SingleThreadedBlas single_threaded;
  const auto columns = static_cast<Eigen::Index>(moving.size());
  const bool radial = moving.back() >= trial.skeleton->parameters.function_count();
  const auto lanes = deal(static_cast<std::size_t>((columns + 1) * (columns + 1)));
  std::vector<Gram> grams(lanes.size(), Gram(columns + 1));
  core::parallel_for(lanes.size(), threads_, [&](std::size_t lane) {
    TrialRows rows;
    Jacobian jacobian;
    for (std::size_t k : lanes[lane]) {
      const Predicted predicted = rows.differentiate(trial, structures_[k], radial, jacobian);
      add_rows_of(structures_[k], predicted, jacobian, moving, grams[lane]);
    }
    grams[lane].flush();
  });
  for (std::size_t lane = 1; lane < grams.size(); ++lane) grams[0].merge(grams[lane]);
  const Eigen::MatrixXd& sum = grams[0].sum();
  return {moving, sum.topLeftCorner(columns, columns), sum.col(columns).head(columns),
          sum(columns, columns)};
}

Eigen::VectorXd Objective::curvatures(const Trial& trial) const {
  const Eigen::Index count = trial.skeleton->parameters.count();
  const auto lanes = deal(static_cast<std::size_t>(count));
  std::vector<Eigen::VectorXd> sums(lanes.size(), Eigen::VectorXd::Zero(count));
  core::parallel_for(lanes.size(), threads_, [&](std::size_t lane) {
    TrialRows rows;
    Jacobian jacobian;
    for (std::size_t k : lanes[lane]) {
      const Labelled& labelled = structures_[k];
      (void)rows.differentiate(trial, labelled, true, jacobian);
      const auto atoms = static_cast<double>(labelled.atoms());
      sums[lane] += labelled.energy_weight / (atoms * atoms) * jacobian.energy.cwiseAbs2();
      add_squares(jacobian, labelled.weight, sums[lane]);
    }
  });
  Eigen::VectorXd total = Eigen::VectorXd::Zero(count);
  for (const Eigen::VectorXd& each : sums) total += each;
  return total;
}

double Objective::gradient(const Trial& trial, Eigen::VectorXd& gradient) const {
  const Eigen::Index count = trial.skeleton->parameters.count();
  const auto lanes = deal(static_cast<std::size_t>(8 * count));
  std::vector<Eigen::VectorXd> gradients(lanes.size(), Eigen::VectorXd::Zero(count));
  std::vector<double> losses(structures_.size());
  core::parallel_for(lanes.size(), threads_, [&](std::size_t lane) {
    TrialRows rows;
    for (std::size_t k : lanes[lane]) {
      const Labelled& labelled = structures_[k];
      const Predicted predicted = rows.predict(trial, labelled);
      losses[k] = loss_of(labelled, predicted);
      const auto atoms = static_cast<double>(labelled.atoms());
      rows.add_gradient(
          trial, labelled,
          2 * labelled.energy_weight * (predicted.energy - labelled.energy) / (atoms * atoms),
          2 * labelled.weight.cwiseProduct(predicted.rows - labelled.target), gradients[lane]);
    }
  });
  gradient.setZero(count);
  for (const Eigen::VectorXd& each : gradients) gradient += each;
  double sum = 0;
  for (double loss : losses) sum += loss;
  return sum;
}

}  // namespace mlip::fit
