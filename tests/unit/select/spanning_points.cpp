#include "select/spanning_points.hpp"

#include <doctest/doctest.h>

#include <Eigen/LU>
#include <Eigen/SVD>
#include <algorithm>
#include <cmath>

#include "core/seed.hpp"
#include "select/principal_plane.hpp"
#include "select/select.hpp"
#include "select/soap_points.hpp"

using namespace mlip;
using select::ChoiceOptions;

namespace {

Eigen::MatrixXd random_matrix(Eigen::Index rows, Eigen::Index columns, std::uint64_t item = 0) {
  auto engine = core::random_engine(5, "spanning points test", item);
  return Eigen::MatrixXd::NullaryExpr(rows, columns, [&] { return core::normal(engine); });
}

/// Directions of falling spread; the last point is a copy of the first.
Eigen::MatrixXd spread_points(Eigen::Index rows, Eigen::Index columns) {
  Eigen::MatrixXd points = random_matrix(rows, columns);
  for (Eigen::Index r = 0; r < rows; ++r) points.row(r) *= std::pow(0.6, double(r));
  points.col(columns - 1) = points.col(0);
  return random_matrix(rows, rows, 1) * points;
}

std::vector<std::size_t> order_of(const std::vector<select::SpanningPick>& picks) {
  std::vector<std::size_t> order;
  for (const auto& pick : picks) order.push_back(pick.index);
  return order;
}

/// As the definition says: the singular vectors of the points without what the taken ones span.
std::vector<std::size_t> naive_cur(const Eigen::MatrixXd& points, std::size_t known,
                                   std::size_t count) {
  Eigen::MatrixXd rest = points;
  const auto take = [&](Eigen::Index i) {
    const Eigen::VectorXd q = rest.col(i).normalized();
    rest -= q * (q.transpose() * rest).eval();
  };
  const auto candidates = points.cols() - Eigen::Index(known);
  for (Eigen::Index k = candidates; k < points.cols(); ++k) take(k);
  std::vector<std::size_t> order;
  while (order.size() < count) {
    const Eigen::JacobiSVD<Eigen::MatrixXd> svd(rest, Eigen::ComputeThinU | Eigen::ComputeThinV);
    Eigen::Index best = 0;
    svd.matrixV().col(0).head(candidates).cwiseAbs().maxCoeff(&best);
    order.push_back(std::size_t(best));
    take(best);
  }
  return order;
}

double log_volume(const Eigen::MatrixXd& all, const std::vector<std::size_t>& taken, double prior) {
  const double scale = 1 / (prior * all.squaredNorm() / double(all.size()));
  Eigen::MatrixXd information = Eigen::MatrixXd::Identity(all.rows(), all.rows());
  for (const std::size_t k : taken)
    information += scale * all.col(Eigen::Index(k)) * all.col(Eigen::Index(k)).transpose();
  return std::log(information.determinant());
}

}  // namespace

TEST_CASE("CUR takes the points that the singular vectors say, whatever the threads") {
  const Eigen::MatrixXd points = spread_points(12, 700);
  for (const std::size_t known : {0UL, 3UL}) {
    ChoiceOptions options;
    options.count = 8;
    options.known = known;
    options.threads = 1;
    const auto expected = naive_cur(points, known, 8);
    CHECK(order_of(select::cur_points(points, options)) == expected);
    options.threads = 3;
    CHECK(order_of(select::cur_points(points, options)) == expected);
  }
}

TEST_CASE("CUR ends when all that there is is spanned, and takes no copy") {
  Eigen::MatrixXd points(6, 40);
  points << random_matrix(6, 4, 2) * random_matrix(4, 39, 3), Eigen::VectorXd::Zero(6);
  points.col(39) = points.col(3);
  const auto picks = select::cur_points(points, {});
  CHECK(picks.size() == 4);
  for (const auto& pick : picks) CHECK((pick.worth > 0 && pick.worth <= 1 + 1e-9));
  ChoiceOptions options;
  options.known = 10;
  CHECK(select::cur_points(points, options).empty());
  CHECK(select::cur_points(Eigen::MatrixXd::Zero(3, 5), {}).empty());
}

TEST_CASE("D-optimal points are those that make the determinant grow most") {
  const Eigen::MatrixXd points = spread_points(5, 30);
  ChoiceOptions options;
  options.count = 9;
  options.known = 2;
  const double prior = 1e-2;
  const auto picks = select::d_optimal_points(points, options, prior);
  REQUIRE(picks.size() == 9);
  std::vector<std::size_t> taken = {28, 29};
  for (const auto& pick : picks) {
    const double before = log_volume(points, taken, prior);
    double most = 0;
    std::size_t best = 0;
    for (std::size_t k = 1; k < 28; ++k) {  // 0 is a copy of the known 29
      if (std::ranges::find(taken, k) != taken.end()) continue;
      auto with = taken;
      with.push_back(k);
      const double gain = log_volume(points, with, prior) - before;
      if (gain > most) most = gain, best = k;
    }
    CHECK(pick.index == best);
    CHECK(pick.worth == doctest::Approx(most).epsilon(1e-8));
    taken.push_back(best);
  }
  options.count = 100;
  CHECK(select::d_optimal_points(points, options, prior).size() == 27);
}

TEST_CASE("quotas of groups bound CUR and D-optimal choices") {
  const Eigen::MatrixXd points = spread_points(12, 40);
  ChoiceOptions options;
  options.count = 9;
  for (int k = 0; k < 40; ++k) options.groups.push_back(k % 2);
  options.quotas = {2, 100};
  for (const auto& picks :
       {select::cur_points(points, options), select::d_optimal_points(points, options)}) {
    CHECK(picks.size() == 9);
    CHECK(std::ranges::count_if(picks, [](const auto& pick) { return pick.index % 2 == 0; }) == 2);
  }
}

TEST_CASE("the principal plane is the one the points lie in") {
  const Eigen::MatrixXd flat = random_matrix(2, 3000, 4);
  Eigen::MatrixXd points = Eigen::MatrixXd::Zero(7, 3000);
  points.row(2) = 3 * flat.row(0);
  points.row(5) = flat.row(1);
  points.colwise() += Eigen::VectorXd::LinSpaced(7, 1, 4);
  const auto plane = select::principal_plane(points);
  CHECK(plane.share.sum() == doctest::Approx(1));
  CHECK(plane.share[0] == doctest::Approx(0.9).epsilon(0.05));
  for (const auto& [i, j] : {std::pair{0, 1}, {17, 2400}})
    CHECK((plane.points.col(i) - plane.points.col(j)).norm() ==
          doctest::Approx((points.col(i) - points.col(j)).norm()));
  CHECK(select::principal_plane(points.leftCols(1)).points.norm() == 0);
}

TEST_CASE("structures are as far apart as the SOAP kernel says") {
  core::Structure water, other;
  water.numbers = {8, 1, 1};
  water.positions = {{0, 0, 0}, {0.76, 0.59, 0}, {-0.76, 0.59, 0}};
  other = water;
  other.positions[1] = {0.9, 0.7, 0.1};
  soap::Options options;
  options.species = {1, 8};
  const soap::Soap soap(options);
  const Eigen::VectorXd a = select::soap_point(soap, water), b = select::soap_point(soap, other);
  CHECK(a.norm() == doctest::Approx(1));
  CHECK((a - b).squaredNorm() == doctest::Approx(2 - 2 * a.dot(b)));
  CHECK((a - b).norm() > 0.01);
  std::swap(water.positions[1], water.positions[2]);
  for (auto& position : water.positions) position[0] += 3;
  CHECK((a - select::soap_point(soap, water)).norm() < 1e-10);
}

TEST_CASE("candidates furthest apart by SOAP, and from what is known") {
  std::vector<core::Candidate> candidates;
  for (const double length : {0.9, 1.0, 1.1, 1.12, 2.5}) {
    core::Candidate candidate;
    candidate.structure.numbers = {7, 7};
    candidate.structure.positions = {{0, 0, 0}, {0, 0, length}};
    candidates.push_back(candidate);
  }
  soap::Options options;
  options.species = {7};
  const soap::Soap soap(options);
  const auto picks = select::farthest_by_soap(candidates, {}, soap, 3);
  REQUIRE(picks.size() == 3);
  CHECK(picks[0].index == 4);
  const auto apart = [&](std::size_t i, std::size_t j) {
    return (select::soap_point(soap, candidates[i].structure) -
            select::soap_point(soap, candidates[j].structure))
        .norm();
  };
  for (std::size_t k = 0; k < 4; ++k) CHECK(apart(k, 4) <= apart(picks[1].index, 4) + 1e-12);
  CHECK(picks[1].priority == doctest::Approx(apart(picks[1].index, 4)));
  CHECK(picks[1].priority >= picks[2].priority);
  CHECK(picks[0].reason.find("SOAP") != std::string::npos);
  CHECK(select::farthest_by_soap(candidates, candidates, soap, 3).empty());
  CHECK(select::farthest_by_soap({}, candidates, soap, 3).empty());
}
