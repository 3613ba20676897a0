#include "fit/selection.hpp"

#include <doctest/doctest.h>

#include <Eigen/LU>
#include <Eigen/QR>
#include <algorithm>
#include <random>
#include <vector>

#include "fit/model.hpp"
#include "synthetic.hpp"

using namespace mlip;

namespace {

Eigen::MatrixXd random_rows(Eigen::Index rows, Eigen::Index columns) {
  std::mt19937 engine(7);
  std::normal_distribution<double> normal;
  return Eigen::MatrixXd::NullaryExpr(rows, columns, [&] { return normal(engine); });
}

/// min |A w − z|² + strength |w|² over the columns chosen.
double least_cost(const Eigen::MatrixXd& rows, double strength,
                  const std::vector<Eigen::Index>& chosen) {
  const Eigen::Index n = rows.cols() - 1, k = static_cast<Eigen::Index>(chosen.size());
  Eigen::MatrixXd a = Eigen::MatrixXd::Zero(rows.rows() + k, k);
  a.topRows(rows.rows()) = rows(Eigen::all, chosen);
  a.bottomRows(k).diagonal().setConstant(std::sqrt(strength));
  Eigen::VectorXd z = Eigen::VectorXd::Zero(rows.rows() + k);
  z.head(rows.rows()) = rows.col(n);
  return (a * a.colPivHouseholderQr().solve(z) - z).squaredNorm();
}

}  // namespace

TEST_CASE("each column told is the one that lowers the cost the most") {
  Eigen::MatrixXd rows = random_rows(60, 12);
  rows.col(4) = 0.9 * rows.col(2) + 0.1 * rows.col(4);  // near each other
  rows.col(11) += 3 * rows.col(2) - 2 * rows.col(7);
  const double strength = 0.5;
  const fit::Telling telling = fit::telling_columns(rows.transpose() * rows, strength, 6);
  REQUIRE(telling.columns.size() == 6);
  std::vector<Eigen::Index> chosen;
  for (Eigen::Index next : telling.columns) {
    std::vector<double> costs;
    for (Eigen::Index k = 0; k < 11; ++k) {
      auto with = chosen;
      if (std::ranges::find(with, k) == with.end()) with.push_back(k);
      costs.push_back(least_cost(rows, strength, with));
    }
    CHECK(std::ranges::min_element(costs) - costs.begin() == next);
    chosen.push_back(next);
  }
  CHECK(telling.cost == doctest::Approx(least_cost(rows, strength, chosen)));
}

TEST_CASE("a column that is the sum of others is never told") {
  Eigen::MatrixXd rows = random_rows(30, 5);
  rows.col(3) = rows.col(0) + 2 * rows.col(1);
  CHECK(fit::telling_columns(rows.transpose() * rows, 0, 4).columns.size() == 3);
}

TEST_CASE("functions told among many fit better than the lowest") {
  const std::vector<std::string> elements = {"Al"};
  const fit::Shape& shape = fit::shapes.front();
  const ace::Potential pool = fit::graded_basis(elements, 4.5, shape, 120);
  const fit::Ranking ranking = fit::rank_functions(pool, shape);
  constexpr Eigen::Index count = 40;
  const ace::Potential lowest = fit::leading_functions(pool, ranking, count);
  auto items = synthetic::structures(elements, 12);
  ace::Potential truth = fit::bare_model(pool, items, std::vector<double>{0}, {});
  for (std::size_t k = 60; k < ranking.order.size(); ++k)  // none of the lowest
    truth.functions[0][static_cast<std::size_t>(ranking.order[k])].coefficients = {0.1};
  synthetic::label(items, truth, {0}, 0.001);
  const fit::AdvisorOptions wishes;
  const fit::Problem problem{items, elements, {0}, {}, wishes};
  const ace::Potential found = fit::telling_functions(problem, pool, {}, 1e-8, count);
  CHECK(found.function_count() == count);
  const auto force_error = [&](const ace::Potential& basis) {
    return fit::fit_linear(basis, items, {0}, {}).train.force_rmse_mev_per_a;
  };
  CHECK(force_error(found) < force_error(lowest));
}
