#include "fit/triangle.hpp"

#include <doctest/doctest.h>

#include <Eigen/QR>
#include <cmath>

#include "core/seed.hpp"

using namespace mlip;
using fit::RowMatrix;

namespace {

struct Data {
  RowMatrix x;
  Eigen::VectorXd y, weights;
};

Data scattered(Eigen::Index rows, Eigen::Index columns) {
  auto engine = core::random_engine(3, "triangle test");
  const auto draw = [&] { return core::normal(engine); };
  Data data{RowMatrix::NullaryExpr(rows, columns, draw), Eigen::VectorXd::NullaryExpr(rows, draw),
            Eigen::VectorXd::NullaryExpr(rows, [&] { return 0.1 + core::uniform(engine); })};
  for (Eigen::Index k = 0; k < columns; ++k)
    data.x.col(k) *= std::pow(10.0, static_cast<double>(k % 9) - 4);
  return data;
}

void add(fit::Triangle& triangle, const Data& data, Eigen::Index start, Eigen::Index count) {
  triangle.add(data.x.middleRows(start, count), data.y.segment(start, count),
               data.weights.segment(start, count));
}

Eigen::VectorXd solution(const fit::Triangle& triangle) {
  return triangle.factor().triangularView<Eigen::Upper>().solve(triangle.target());
}

}  // namespace

TEST_CASE("rows in uneven pieces give the least-squares solution and its residual") {
  const Data data = scattered(1500, 40);
  fit::Triangle triangle(40);
  for (Eigen::Index start = 0, count = 1; start < 1500; start += count, count = count % 47 + 1)
    add(triangle, data, start, std::min(count, 1500 - start));
  triangle.flush();
  const Eigen::MatrixXd weighted = data.weights.asDiagonal() * data.x;
  const Eigen::VectorXd y = data.weights.cwiseProduct(data.y);
  const Eigen::VectorXd expected = weighted.householderQr().solve(y);
  CHECK((solution(triangle) - expected).norm() < 1e-9 * expected.norm());
  CHECK(triangle.residual_squares() ==
        doctest::Approx((weighted * expected - y).squaredNorm()).epsilon(1e-10));
  CHECK(triangle.rows() == 1500);
  const Eigen::MatrixXd gram = weighted.transpose() * weighted, r = triangle.factor();
  CHECK((r.transpose() * r - gram).norm() < 1e-11 * gram.norm());
}

TEST_CASE("a block larger than the buffer is taken whole") {
  const Data data = scattered(900, 10);
  fit::Triangle once(10), piecewise(10);
  add(once, data, 0, 900);
  for (Eigen::Index start = 0; start < 900; start += 100) add(piecewise, data, start, 100);
  once.flush();
  piecewise.flush();
  CHECK((solution(once) - solution(piecewise)).norm() < 1e-9 * solution(once).norm());
}

TEST_CASE("merged triangles hold the rows of both") {
  const Data data = scattered(700, 25);
  fit::Triangle all(25), first(25), second(25);
  add(all, data, 0, 700);
  add(first, data, 0, 400);
  add(second, data, 400, 300);
  all.flush();
  first.merge(second);
  first.flush();
  CHECK(first.rows() == 700);
  CHECK((solution(first) - solution(all)).norm() < 1e-8 * solution(all).norm());
  CHECK(first.residual_squares() == doctest::Approx(all.residual_squares()).epsilon(1e-10));
}

TEST_CASE("fewer rows than columns keep their Gram matrix") {
  const Data data = scattered(6, 20);
  fit::Triangle triangle(20);
  add(triangle, data, 0, 6);
  triangle.flush();
  const Eigen::MatrixXd weighted = data.weights.asDiagonal() * data.x, r = triangle.factor();
  const Eigen::MatrixXd gram = weighted.transpose() * weighted;
  CHECK((r.transpose() * r - gram).norm() < 1e-12 * gram.norm());
}

TEST_CASE("few rows stay as they are; merged ones are scaled") {
  const Data data = scattered(30, 25);
  fit::Triangle few(25), scaled(25), expected(25);
  add(few, data, 0, 30);
  const Eigen::MatrixXd kept = few.shrunk();
  REQUIRE(kept.rows() == 30);
  CHECK(kept.leftCols(25) == Eigen::MatrixXd(data.weights.asDiagonal() * data.x));
  CHECK(kept.col(25) == data.weights.cwiseProduct(data.y));
  add(scaled, data, 0, 10);
  scaled.merge(few, 3);
  scaled.flush();
  CHECK(scaled.rows() == 40);
  CHECK(scaled.shrunk().rows() == 26);
  add(expected, data, 0, 10);
  expected.add(data.x, data.y, 3 * data.weights);
  expected.flush();
  CHECK((solution(scaled) - solution(expected)).norm() < 1e-9 * solution(expected).norm());
}
