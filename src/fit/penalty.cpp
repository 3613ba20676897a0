#include "fit/penalty.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "core/error.hpp"
#include "fit/symmetric.hpp"

namespace mlip::fit {

namespace {

constexpr double smallest =
    1e-10;  // of |c| where the parabola under l1 |c| would be infinitely steep

double roughness(const std::vector<int>& numbers, double power) {
  double sum = 0;
  for (int each : numbers) sum += std::pow(each, power);
  return sum;
}

/// Calls visit(number of g_k) for every radial function (n, l) of the bonds i ≤ j.
template <class Visit>
void each_radial_row(const ace::Potential& potential, const Visit& visit) {
  const int species = static_cast<int>(potential.species());
  for (int i = 0; i < species; ++i)
    for (int j = i; j < species; ++j) {
      const ace::Bond& bond = potential.bond(i, j);
      for (int nl = 0; nl < bond.nradmax * (bond.lmax + 1); ++nl) visit(bond.nradbasemax);
    }
}

}  // namespace

Eigen::VectorXd parameter_widths(const ace::Potential& potential, double smoothness_power) {
  std::vector<double> widths;
  for (const auto& functions : potential.functions)
    for (const ace::Function& f : functions)
      widths.insert(
          widths.end(), f.coefficients.size(),
          1 / (1 + roughness(f.ns, smoothness_power) + roughness(f.ls, smoothness_power)));
  each_radial_row(potential, [&](int base) {
    for (int k = 1; k <= base; ++k) widths.push_back(1 / (1 + std::pow(k, smoothness_power)));
  });
  return Eigen::Map<const Eigen::VectorXd>(widths.data(), static_cast<Eigen::Index>(widths.size()));
}

Penalty::Penalty(const ace::Potential& start, const Parameters& parameters, double smoothness_power)
    : functions_(parameters.function_count()),
      mean_(parameters.read(start)),
      widths_(parameter_widths(start, smoothness_power)) {
  mean_.head(functions_).setZero();
  std::map<std::pair<int, int>, int> groups;  // (order, density); radial: (0, 0)
  const auto put = [&](int order, int density) {
    const auto fresh = groups.try_emplace({order, density}, static_cast<int>(groups.size()));
    group_.push_back(fresh.first->second);
  };
  for (const auto& functions : start.functions)
    for (const ace::Function& f : functions)
      for (int p = 0; p < static_cast<int>(f.coefficients.size()); ++p) put(f.rank(), p);
  each_radial_row(start, [&](int base) {
    for (int k = 0; k < base; ++k) put(0, 0);
  });
  strength_.assign(groups.size(), -1);
}

Penalty::Penalty(const ace::Potential& start, const Parameters& parameters,
                 const Pacemaker& weights)
    : pacemaker_(weights),
      radial_(start, weights.radial),
      functions_(parameters.function_count()) {}

double Penalty::value(const Eigen::VectorXd& parameters) const {
  if (widths_.size() == 0) {
    const auto c = parameters.head(functions_);
    return pacemaker_.l1 * c.lpNorm<1>() + pacemaker_.l2 * c.squaredNorm() +
           radial_.value(parameters.tail(parameters.size() - functions_));
  }
  double sum = 0;
  for (Eigen::Index k = 0; k < parameters.size(); ++k) {
    const double scaled = (parameters[k] - mean_[k]) / widths_[k];
    sum += std::max(0.0, strength_[group(k)]) * scaled * scaled;
  }
  return sum;
}

Penalty::Parabola Penalty::parabola(const Eigen::VectorXd& parameters,
                                    const std::vector<Eigen::Index>& moving) const {
  const auto count = static_cast<Eigen::Index>(moving.size());
  Parabola result{Eigen::VectorXd::Zero(count), Eigen::VectorXd::Zero(count)};
  const Eigen::Index of_radial = parameters.size() - functions_;
  Parabola radial{Eigen::VectorXd::Zero(of_radial), Eigen::VectorXd::Zero(of_radial)};
  if (count > 0 && moving.back() >= functions_)
    radial_.add_parabola(parameters.tail(of_radial), radial.curvature, radial.slope);
  for (Eigen::Index k = 0; k < count; ++k) {
    const Eigen::Index at = moving[static_cast<std::size_t>(k)];
    if (widths_.size() > 0) {
      result.curvature[k] = std::max(0.0, strength_[group(at)]) / (widths_[at] * widths_[at]);
      result.slope[k] = result.curvature[k] * (parameters[at] - mean_[at]);
    } else if (at < functions_) {
      result.curvature[k] =
          pacemaker_.l2 + 0.5 * pacemaker_.l1 / std::max(smallest, std::abs(parameters[at]));
      result.slope[k] = result.curvature[k] * parameters[at];
    } else {
      result.curvature[k] = radial.curvature[at - functions_];
      result.slope[k] = radial.slope[at - functions_];
    }
  }
  return result;
}

void Penalty::learn(const NormalEquations& equations, const Eigen::VectorXd& parameters,
                    std::size_t rows) {
  if (widths_.size() == 0) return;
  constexpr double first_guess = 1e-9;  // of the data's own curvature
  const Eigen::Index count = equations.gradient.size();
  std::vector<double> curvature(strength_.size(), 0);
  std::vector<int> members(strength_.size(), 0);
  for (Eigen::Index k = 0; k < count; ++k) {
    const Eigen::Index at = equations.moving[static_cast<std::size_t>(k)];
    curvature[group(at)] += equations.matrix(k, k) * widths_[at] * widths_[at];
    ++members[group(at)];
  }
  for (std::size_t g = 0; g < strength_.size(); ++g)
    if (strength_[g] < 0 && members[g] > 0) strength_[g] = first_guess * curvature[g] / members[g];
  constexpr int rounds = 3;
  for (int round = 0; round < rounds; ++round) learn_once(equations, parameters, rows);
}

void Penalty::learn_once(const NormalEquations& equations, const Eigen::VectorXd& parameters,
                         std::size_t rows) {
  const Eigen::Index count = equations.gradient.size();
  const Parabola prior = parabola(parameters, equations.moving);
  Eigen::MatrixXd matrix = equations.matrix;
  matrix.diagonal() += prior.curvature;
  const auto factors = SymmetricFactors::of(std::move(matrix));
  if (!factors) return;
  const Eigen::VectorXd step = factors->solve(-(equations.gradient + prior.slope));
  const Eigen::VectorXd variance = factors->inverse_diagonal();
  const double residual = equations.loss + 2 * equations.gradient.dot(step) +
                          step.dot(equations.matrix.selfadjointView<Eigen::Upper>() * step);
  std::vector<double> known(strength_.size(), 0), squares(strength_.size(), 0);
  double all_known = 0;
  for (Eigen::Index k = 0; k < count; ++k) {
    const Eigen::Index at = equations.moving[static_cast<std::size_t>(k)];
    const double share = std::clamp(1 - prior.curvature[k] * variance[k], 0.0, 1.0);
    const double scaled = (parameters[at] + step[k] - mean_[at]) / widths_[at];
    known[group(at)] += share;
    squares[group(at)] += scaled * scaled;
    all_known += share;
  }
  const double free = std::max(1.0, static_cast<double>(rows) - all_known);
  const double noise = std::max(residual, 1e-12 * equations.loss) / free;
  for (std::size_t g = 0; g < strength_.size(); ++g)
    if (squares[g] > 0 && known[g] > 0) strength_[g] = known[g] * noise / squares[g];
}

}  // namespace mlip::fit
