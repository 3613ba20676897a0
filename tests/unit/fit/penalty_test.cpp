#include "fit/penalty.hpp"

#include <doctest/doctest.h>

#include "nonlinear_truth.hpp"
#include "synthetic.hpp"

using namespace mlip;
using Eigen::VectorXd;

namespace {

/// One species, two radial functions with l = 0, 1, each −3 (1 − r/rcut)².
ace::Potential parabolas(double rcut) {
  ace::Potential potential = ace::make_basis({"Al"}, {.nradmax_by_orders = {2, 2},
                                                      .lmax_by_orders = {0, 1},
                                                      .cutoff = rcut,
                                                      .radial = ace::RadialBasis::cheb_pow,
                                                      .radial_parameters = {2}});
  auto& coefficients = potential.bond(0, 0).coefficients;
  for (std::size_t k = 0; k < coefficients.size(); ++k) coefficients[k] = k % 2 == 0 ? -3 : 0;
  return potential;
}

/// Numbers of all kinds: nothing is 0, or 1, or on a kink.
VectorXd off_kinks(const ace::Potential& potential, const fit::Parameters& parameters) {
  VectorXd values = parameters.read(potential);
  auto engine = core::random_engine(3, "penalty test");
  for (double& each : values) each += 0.3 * core::normal(engine);
  return values;
}

}  // namespace

TEST_CASE("the slope of Pacemaker's penalties is their finite difference") {
  ace::Potential potential = synthetic::nonlinear_truth(synthetic::alloy);
  potential.bond(0, 0).rcut = 4.1;
  const fit::Parameters parameters(potential);
  const fit::Penalty penalty(potential, parameters, {1e-2, 2e-2, {{0.1, 0.2, 0.03}, 0.5}});
  const VectorXd at = off_kinks(potential, parameters);
  std::vector<Eigen::Index> moving;
  for (Eigen::Index k = 0; k < parameters.count(); k += 3) moving.push_back(k);
  const auto parabola = penalty.parabola(at, moving);
  constexpr double h = 1e-5;
  for (std::size_t k = 0; k < moving.size(); ++k) {
    VectorXd up = at, down = at;
    up[moving[k]] += h;
    down[moving[k]] -= h;
    const double slope = (penalty.value(up) - penalty.value(down)) / (4 * h);
    CHECK(parabola.slope[static_cast<Eigen::Index>(k)] == doctest::Approx(slope).epsilon(1e-4));
    CHECK(parabola.curvature[static_cast<Eigen::Index>(k)] > 0);
  }
}

TEST_CASE("the smoothness of a parabola is the sum Pacemaker takes") {
  const double rcut = 5;
  const ace::Potential potential = parabolas(rcut);
  const fit::Parameters parameters(potential);
  const VectorXd at = parameters.read(potential);
  const double step = (rcut - 1e-5 - 1e-10) / 99;
  for (std::size_t d = 0; d < 3; ++d) {
    double sum = 0;
    for (int i = 0; i < 100; ++i) {
      const double r = 1e-10 + i * step, left = 1 - r / rcut;
      const std::array<double, 3> derivatives = {left * left, 2 * left / rcut, 2 / (rcut * rcut)};
      sum += r * r * derivatives[d] * step / (rcut * rcut);
    }
    fit::RadialWeights weights;
    weights.smoothness[d] = 0.5;
    const fit::Penalty penalty(potential, parameters, {0, 0, weights});
    CHECK(penalty.value(at) == doctest::Approx(0.5 * 4 * 3 * sum).epsilon(1e-9));
  }
}

TEST_CASE("coefficients that choose one function each are as orthonormal as can be") {
  const ace::Potential potential = synthetic::basis(synthetic::alloy);  // two radial of four
  const fit::Parameters parameters(potential);
  const fit::Penalty penalty(potential, parameters, {0, 0, {{}, 0.1}});
  CHECK(penalty.value(parameters.read(potential)) ==
        doctest::Approx(0.1 * 4 * 2 / 16.0).epsilon(1e-12));
  const ace::Potential pairs =
      ace::make_basis({"Al"}, {.nradmax_by_orders = {4}, .lmax_by_orders = {0}, .cutoff = 5});
  const fit::Parameters of_pairs(pairs);
  const fit::Penalty none(pairs, of_pairs, {0, 0, {{}, 0.1}});
  CHECK(none.value(of_pairs.read(pairs)) == 0);
}
