#include "select/farthest_points.hpp"

#include <doctest/doctest.h>

#include "core/seed.hpp"
#include "select/point_file.hpp"

using namespace mlip;
using select::FarthestOptions;

namespace {

/// Points near a low-dimensional subspace, and copies of some.
Eigen::MatrixXd cloud(Eigen::Index rows, Eigen::Index columns, double noise) {
  auto engine = core::random_engine(3, "farthest points test");
  const auto random = [&](Eigen::Index n, Eigen::Index m) -> Eigen::MatrixXd {
    return Eigen::MatrixXd::NullaryExpr(n, m, [&] { return core::normal(engine); });
  };
  Eigen::MatrixXd points = random(rows, 7) * random(7, columns) + noise * random(rows, columns);
  points.array() += 5;
  points.col(columns - 1) = points.col(0);
  return points;
}

std::vector<std::size_t> taken(const Eigen::MatrixXd& points, const FarthestOptions& options) {
  std::vector<std::size_t> order;
  for (const auto& pick : select::farthest_points(points, options)) order.push_back(pick.index);
  return order;
}

/// As the definition says, from points taken already.
std::vector<std::size_t> naive(const Eigen::MatrixXd& points, std::vector<std::size_t> order,
                               std::size_t candidates, std::size_t count) {
  const std::size_t before = order.size();
  while (order.size() < count + before) {
    double furthest = 0;
    std::size_t next = 0;
    for (std::size_t i = 0; i < candidates; ++i) {
      double nearest = 1e300;
      for (const std::size_t k : order)
        nearest = std::min(nearest, (points.col(long(i)) - points.col(long(k))).norm());
      if (nearest > furthest) furthest = nearest, next = i;
    }
    order.push_back(next);
  }
  return {order.begin() + long(before), order.end()};
}

}  // namespace

TEST_CASE("the order is the definition's, of wide and narrow clouds, on any number of threads") {
  for (const double noise : {0.0, 1e-3, 1.0}) {
    const Eigen::MatrixXd points = cloud(120, 400, noise);
    FarthestOptions options;
    options.first = 5;
    options.count = 60;
    auto expected = naive(points, {5}, 400, 59);
    expected.insert(expected.begin(), 5);
    CHECK(taken(points, options) == expected);
    options.threads = 3;
    const Eigen::MatrixXd tall = points.replicate(30, 1);
    CHECK(taken(tall, options).size() == 60);
    options.threads = 1;
    const auto alone = taken(tall, options);
    options.threads = 3;
    CHECK(taken(tall, options) == alone);
  }
}

TEST_CASE("fewer rows than directions, one row, one point, equal points") {
  FarthestOptions options;
  const Eigen::MatrixXd line{{0, 1, 4, 10}};
  CHECK(taken(line, options) == std::vector<std::size_t>{3, 0, 2, 1});
  CHECK(taken(line.leftCols(1), options) == std::vector<std::size_t>{0});
  CHECK(taken(Eigen::MatrixXd::Ones(3, 5), options) == std::vector<std::size_t>{0});
  CHECK(select::farthest_points(Eigen::MatrixXd(3, 0), options).empty());
}

TEST_CASE("what is known is kept away from and never taken") {
  const Eigen::MatrixXd points = cloud(40, 200, 0.1);
  FarthestOptions options;
  options.known = 50;
  options.count = 20;
  std::vector<std::size_t> known;
  for (std::size_t k = 150; k < 200; ++k) known.push_back(k);
  CHECK(taken(points, options) == naive(points, known, 150, 20));
}

TEST_CASE("quotas bound each group, the least distance ends it") {
  const Eigen::MatrixXd line{{0, 1, 2, 3, 10, 11, 20}};
  FarthestOptions options;
  options.groups = {0, 0, 0, 0, 1, 1, 1};
  options.quotas = {2, 1};
  CHECK(taken(line, options) == std::vector<std::size_t>{6, 0, 3});
  options.quotas = {2};
  CHECK(taken(line, options) == std::vector<std::size_t>{6, 0, 4, 3, 5});
  options = {};
  options.least = 5;
  CHECK(taken(line, options) == std::vector<std::size_t>{6, 0, 4});
}

TEST_CASE("points in a file are the same points") {
  const Eigen::MatrixXd points = cloud(30, 90, 0.1);
  select::PointFile file(30, std::filesystem::temp_directory_path());
  for (const auto& point : points.colwise()) file.add(point);
  CHECK(file.points() == points);
  CHECK(select::farthest_points(file.points(), {}).size() == 89);
  CHECK_THROWS_AS(select::PointFile(3, "/no/such/folder"), std::runtime_error);
}
