#include "fit/teacher.hpp"

#include <doctest/doctest.h>

#include <Eigen/Cholesky>
#include <algorithm>
#include <iterator>
#include <memory>

#include "ace/evaluator.hpp"
#include "core/error.hpp"
#include "synthetic.hpp"

using namespace mlip;

namespace {

constexpr double another_zero = 4.2;  ///< eV an atom, by which the teacher counts otherwise

/// The truth with every coefficient off by some `share` of it.
ace::Potential mistaken(double share) {
  ace::Potential potential = synthetic::truth(synthetic::alloy);
  auto engine = core::random_engine(11, "mistakes");
  for (auto& functions : potential.functions)
    for (auto& function : functions)
      for (double& c : function.coefficients) c *= 1 + share * core::normal(engine);
  return potential;
}

std::vector<fit::Item> labelled_by(const ace::Potential& model, int first, int count,
                                   double zero = 0) {
  auto items = synthetic::structures(synthetic::alloy, first + count);
  items.erase(items.begin(), items.begin() + first);
  std::vector<double> alone = synthetic::isolated;
  for (double& energy : alone) energy += zero;
  synthetic::label(items, model, alone);
  return items;
}

std::shared_ptr<const fit::Teacher> teacher(const ace::Potential& model,
                                            double zero = another_zero) {
  return std::make_shared<fit::Teacher>(synthetic::basis(synthetic::alloy),
                                        labelled_by(model, 100, 60, zero), fit::Options{});
}

/// Fits to energies only, of which a few are less than would do alone.
fit::Fit fit_of(int labels, std::shared_ptr<const fit::Teacher> taught = nullptr, int folds = 0) {
  fit::Options options;
  options.teacher = std::move(taught);
  options.folds = folds;
  auto items = labelled_by(synthetic::truth(synthetic::alloy), 0, labels);
  for (fit::Item& item : items) {
    item.labels.forces.clear();
    item.fit_stress = false;
  }
  return fit::fit_linear(synthetic::basis(synthetic::alloy), items, synthetic::isolated, options);
}

double held_out(const fit::Fit& fit) {
  const auto unseen = labelled_by(synthetic::truth(synthetic::alloy), 200, 10);
  return fit::measure(ace::Evaluator(fit.potential), unseen).force_rmse_mev_per_a;
}

}  // namespace

TEST_CASE("a biased teacher halves the labels that an error costs, and more") {
  const auto taught = teacher(mistaken(0.1));
  const fit::Fit with = fit_of(4, taught);
  CHECK(with.taught);
  CHECK(with.teacher_gain > 0);
  CHECK(held_out(with) < held_out(fit_of(8)));
}

TEST_CASE(
    "pairs alone that functions of crystals cannot follow hardly blur what is taught of these") {
  auto lessons = labelled_by(mistaken(0.1), 100, 60);
  const auto of_crystals =
      std::make_shared<fit::Teacher>(synthetic::basis(synthetic::alloy), lessons, fit::Options{});
  std::vector<fit::Item> pairs(12);
  for (std::size_t k = 0; k < pairs.size(); ++k) {
    pairs[k].structure.numbers = {lessons[0].structure.numbers[0], lessons[0].structure.numbers[1]};
    pairs[k].structure.positions = {core::Vec3::Zero(), {1.8 + 0.2 * double(k), 0, 0}};
  }
  synthetic::label(pairs, mistaken(0.1), synthetic::isolated);
  for (fit::Item& pair : pairs) *pair.labels.energy += 0.2;
  std::ranges::move(pairs, std::back_inserter(lessons));
  const auto blurred =
      std::make_shared<fit::Teacher>(synthetic::basis(synthetic::alloy), lessons, fit::Options{});
  CHECK(held_out(fit_of(4, blurred)) < 2 * held_out(fit_of(4, of_crystals)));
}

TEST_CASE("labels overrule the teacher") {
  const auto taught = teacher(mistaken(0.1));
  const double alone = held_out(taught->alone({0, 0}, {}));
  const double two = held_out(fit_of(2, taught)), many = held_out(fit_of(90, taught));
  CHECK(two < alone);
  CHECK(many < 0.1 * two);
}

TEST_CASE("the evidence does not listen to a useless teacher, and folds neither") {
  const auto useless = teacher(mistaken(30));
  for (const int folds : {0, 3}) {
    CAPTURE(folds);
    const fit::Fit with = fit_of(8, useless, folds), without = fit_of(8, nullptr, folds);
    CHECK(held_out(with) < 1.05 * held_out(without));
  }
}

TEST_CASE("what a teacher counts its energies from does not matter") {
  const auto model = mistaken(0.1);
  const double here = held_out(fit_of(3, teacher(model, 0)));
  CHECK(held_out(fit_of(3, teacher(model, 50))) == doctest::Approx(here).epsilon(1e-6));
}

TEST_CASE("error bars of a taught fit are those of its prior and its labels") {
  const fit::Information learnt = fit_of(4, teacher(mistaken(0.1))).information;
  const Eigen::MatrixXd spread = learnt.spread.widths.asDiagonal() * learnt.spread.shape;
  Eigen::MatrixXd normal = spread.transpose() * learnt.factor.transpose() * learnt.factor * spread;
  normal.diagonal().array() += learnt.strength;
  Eigen::VectorXd row = Eigen::VectorXd::Zero(learnt.mean.size());
  row[0] = 1;
  row[5] = -2;
  const Eigen::VectorXd seen = spread.transpose() * row;
  const double expected = learnt.noise * std::sqrt(seen.dot(normal.ldlt().solve(seen)));
  CHECK(expected > 0);
  CHECK(fit::Posterior(learnt).deviation(row) == doctest::Approx(expected).epsilon(1e-6));
}

TEST_CASE("a committee of a taught fit spreads as its error bars say") {
  const fit::Fit fit = fit_of(2, teacher(mistaken(0.1)));
  const fit::Posterior posterior(fit.information);
  Eigen::VectorXd row = Eigen::VectorXd::Zero(fit.information.mean.size());
  row[0] = 1;
  row[3] = -2;
  auto engine = core::random_engine(3, "committee");
  constexpr int members = 2000;
  double squares = 0;
  for (int k = 0; k < members; ++k)
    squares += std::pow(row.dot(posterior.sample(engine) - fit.information.mean), 2);
  CHECK(std::sqrt(squares / members) == doctest::Approx(posterior.deviation(row)).epsilon(0.06));
}

TEST_CASE("a teacher without lessons is refused") {
  CHECK_THROWS_AS(fit::Teacher(synthetic::basis(synthetic::alloy), {}, {}), core::UserError);
}
