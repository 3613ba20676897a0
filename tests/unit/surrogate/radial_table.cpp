#include <doctest/doctest.h>

#include <cmath>

#include "surrogate/sevennet_radial.hpp"

using namespace mlip;
using namespace mlip::surrogate;

namespace {

constexpr int outputs = 224;  // of the last layer

SevenNetFile model(bool polynomial) {
  auto file = read_sevennet(TEST_DATA "/surrogate/sevennet-0.sevennet");
  file.envelope.polynomial = polynomial;
  return file;
}

void check_slopes(const RadialNetwork& network) {
  constexpr double step = 1e-5;
  for (double r : {0.01, 0.9, 2.4, 4.4, 4.6, 4.97}) {
    const auto values = network.evaluate(Eigen::Vector3d(r - step, r, r + step));
    const Eigen::RowVectorXd slope = (values.value.row(2) - values.value.row(0)) / (2 * step);
    CHECK((slope - values.slope.row(1)).cwiseAbs().maxCoeff() < 1e-5);
    const Eigen::RowVectorXd curvature = (values.slope.row(2) - values.slope.row(0)) / (2 * step);
    CHECK((curvature - values.curvature.row(1)).cwiseAbs().maxCoeff() < 1e-4);
  }
}

}  // namespace

TEST_CASE("slopes and curvatures of the network are its finite differences, with either envelope") {
  check_slopes(RadialNetwork(model(false), 4, outputs));
  check_slopes(RadialNetwork(model(true), 4, outputs));
}

TEST_CASE("at the cutoff nothing is left") {
  for (bool polynomial : {false, true}) {
    const RadialNetwork network(model(polynomial), 4, outputs);
    const auto values = network.evaluate(Eigen::VectorXd::Constant(1, 5.0));
    CHECK(values.value.cwiseAbs().maxCoeff() < 1e-12);
    CHECK(values.slope.cwiseAbs().maxCoeff() < 1e-10);
  }
}

TEST_CASE("the table is the network to 1e-8 where atoms meet and 1e-7 below, its slope to 1e-6") {
  const RadialNetwork network(model(false), 4, outputs);
  const auto table = sevennet_table<double>(model(false), 4, outputs);
  const auto fast = sevennet_table<float>(model(false), 4, outputs);
  Buffer<double> weights(outputs), pick(outputs);
  Buffer<float> fast_weights(outputs);
  for (double r = 0.0101; r < 5; r += 0.0137) {
    const auto exact = network.evaluate(Eigen::VectorXd::Constant(1, r));
    table.weights(r, weights.data());
    fast.weights(r, fast_weights.data());
    double far = 0, fast_far = 0, slope_far = 0;
    for (int n = 0; n < outputs; ++n) {
      const auto k = std::size_t(n);
      far = std::max(far, std::abs(weights[k] - exact.value(0, n)));
      fast_far = std::max(fast_far, std::abs(double(fast_weights[k]) - exact.value(0, n)));
      pick.assign(outputs, 0);
      pick[k] = 1;
      slope_far =
          std::max(slope_far, std::abs(table.slope_along(r, pick.data()) - exact.slope(0, n)));
    }
    CAPTURE(r);
    CHECK(far < (r < 1.1 ? 1e-7 : 1e-8));
    CHECK(fast_far < 1e-6 * (1 + exact.value.cwiseAbs().maxCoeff()));
    CHECK(slope_far < 1e-6 * (1 + exact.slope.cwiseAbs().maxCoeff()));
  }
}
