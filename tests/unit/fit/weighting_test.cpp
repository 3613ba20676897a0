#include "fit/weighting.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "core/hull.hpp"
#include "synthetic.hpp"

using namespace mlip;

namespace {

/// A cell of `al` Al and `ni` Ni atoms with `energy` eV/atom and a force of 2 eV/Å on each.
fit::Item labelled_energy(int al, int ni, double energy) {
  fit::Item item;
  item.structure.cell.vectors = 10 * core::Mat3::Identity();
  item.structure.cell.periodic = {true, true, true};
  for (int k = 0; k < al + ni; ++k) {
    item.structure.numbers.push_back(k < al ? 13 : 28);
    item.structure.positions.emplace_back(2.5 * k, 0, 0);
  }
  item.labels.energy = energy * (al + ni);
  item.labels.forces.assign(item.structure.size(), core::Vec3(0, 2, 0));
  return item;
}

std::vector<fit::Weights> weighed(const std::vector<fit::Item>& items,
                                  const fit::WeightingOptions& options) {
  return fit::normalised_weights(synthetic::basis(synthetic::alloy), items, synthetic::weightless,
                                 options);
}

double energy_sum(const std::vector<fit::Weights>& weights) {
  double sum = 0;
  for (const fit::Weights& each : weights) sum += each.energy;
  return sum;
}

double force_sum(const std::vector<fit::Weights>& weights) {
  double sum = 0;
  for (const fit::Weights& each : weights)
    for (double one : each.forces) sum += one;
  return sum;
}

}  // namespace

TEST_CASE("heights are above the common tangent of the stable phases") {
  const std::vector<fit::Item> items = {labelled_energy(1, 0, -3),   labelled_energy(0, 1, -5),
                                        labelled_energy(2, 2, -4.6), labelled_energy(3, 1, -3.7),
                                        labelled_energy(1, 3, -4.4), labelled_energy(1, 1, -4.2)};
  const auto heights = fit::heights_above_hull(synthetic::basis(synthetic::alloy), items, {-1, 7});
  const double expected[] = {0, 0, 0, 0.1, 0.4, 0.4};
  for (std::size_t k = 0; k < items.size(); ++k)
    CHECK(heights[k] == doctest::Approx(expected[k]).epsilon(1e-9));
}

TEST_CASE("the hull of a ternary is the lowest mixture") {
  const std::vector<core::Phase> phases = {{Eigen::Vector3d(1, 0, 0), 0},
                                           {Eigen::Vector3d(0, 1, 0), 0},
                                           {Eigen::Vector3d(0, 0, 1), 0},
                                           {Eigen::Vector3d(0.5, 0.5, 0), -1},
                                           {Eigen::Vector3d(0.25, 0.25, 0.5), -0.2}};
  CHECK(core::hull_energy(phases, Eigen::Vector3d(0.25, 0.25, 0.5)) == doctest::Approx(-0.5));
  CHECK(core::hull_energy(phases, Eigen::Vector3d(0.75, 0.25, 0)) == doctest::Approx(-0.5));
  CHECK(core::hull_energy(phases, Eigen::Vector3d(0, 0.5, 0.5)) == doctest::Approx(0));
}

TEST_CASE("uniform weights are one over the structures and over the atoms that count") {
  std::vector<fit::Item> items = {labelled_energy(1, 0, -3), labelled_energy(2, 1, -4),
                                  labelled_energy(0, 4, -5)};
  items[1].force_mask = {1, 0, 1};
  items[1].labels.forces[1].setConstant(std::numeric_limits<double>::quiet_NaN());
  const auto weights = weighed(items, {});
  for (const fit::Weights& each : weights) CHECK(each.energy == doctest::Approx(1.0 / 3));
  CHECK(weights[1].forces[1] == 0);
  CHECK(weights[1].forces[2] == doctest::Approx(1.0 / 7));
  CHECK(weights[2].forces[3] == doctest::Approx(1.0 / 7));
}

TEST_CASE("items weighted by a policy have its weights, and as much of each kind as before") {
  std::vector<fit::Item> items = {labelled_energy(1, 0, -3), labelled_energy(2, 1, -4),
                                  labelled_energy(0, 4, -5), labelled_energy(0, 2, 60)};
  items[0].weight = 2;
  items[1].force_mask = {1, 0, 0.5};
  items[1].labels.forces[1].setConstant(std::numeric_limits<double>::quiet_NaN());
  items[2].labels.forces[0] = core::Vec3(0, 0, 2);
  fit::WeightingOptions options;
  CHECK(fit::weighted_items(items, options)[1].force_mask == items[1].force_mask);
  options.policy = "energy_based";
  const auto wanted = weighed(items, options);
  const auto found = fit::weighted_items(items, options);
  CHECK(found[3].weight == 0);
  const auto alike = weighed(found, {});
  for (std::size_t k = 0; k < 3; ++k) {
    CHECK(alike[k].energy == doctest::Approx(wanted[k].energy));
    for (std::size_t i = 0; i < wanted[k].forces.size(); ++i)
      CHECK(alike[k].forces[i] == doctest::Approx(wanted[k].forces[i]));
  }
  double squares = 0;
  for (const fit::Item& item : found) squares += item.weight * item.weight;
  CHECK(squares == doctest::Approx(4 + 1 + 1 + 1));
}

TEST_CASE("energy-based weights fall with the height above the hull and with the force") {
  std::vector<fit::Item> items = {labelled_energy(1, 0, -3), labelled_energy(1, 0, -2),
                                  labelled_energy(1, 0, 20)};
  items[1].labels.forces[0] = core::Vec3(0, 0, 1);
  fit::WeightingOptions options;
  options.policy = "energy_based";
  const auto weights = weighed(items, options);
  CHECK(weights[0].energy == doctest::Approx(0.8));
  CHECK(weights[1].energy == doctest::Approx(0.2));
  CHECK(weights[2].energy == 0);
  const double first = 0.8 / (4 + 1), second = 0.2 / (1 + 1);
  CHECK(weights[0].forces[0] == doctest::Approx(first / (first + second)));
  CHECK(energy_sum(weights) == doctest::Approx(1));
  CHECK(force_sum(weights) == doctest::Approx(1));
  options.lower_tier = 0.5;
  options.lower_share = 0.5;
  CHECK(weighed(items, options)[1].energy == doctest::Approx(0.5));
  options.largest_force = 1.5;
  CHECK(weighed(items, options)[0].energy == 0);
}
