#include "fit/caution.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

#include "core/seed.hpp"

using namespace mlip;

namespace {

constexpr Eigen::Index column_count = 5;

Eigen::MatrixXd random_matrix(Eigen::Index rows, Eigen::Index width, std::mt19937_64& engine) {
  return Eigen::MatrixXd::NullaryExpr(rows, width, [&] { return core::normal(engine); });
}

struct Block {
  fit::RowMatrix rows;
  Eigen::VectorXd labels;
};

fit::Triangle triangle_of(std::span<const Block> blocks, std::size_t without) {
  fit::Triangle triangle(column_count);
  for (std::size_t k = 0; k < blocks.size(); ++k)
    if (k != without)
      triangle.add(blocks[k].rows, blocks[k].labels,
                   Eigen::VectorXd::Ones(blocks[k].labels.size()));
  triangle.flush();
  return triangle;
}

}  // namespace

TEST_CASE("held-out folds are predicted as by fits that never saw them") {
  auto engine = core::random_engine(5, "caution");
  std::vector<Block> blocks;
  for (const Eigen::Index rows : {2, 3, 9, 1})
    blocks.push_back({random_matrix(rows, column_count, engine), random_matrix(rows, 1, engine)});
  constexpr double noise = 0.1;
  const fit::Prior prior{random_matrix(column_count, 1, engine),
                         {Eigen::VectorXd::LinSpaced(column_count, 0.5, 2),
                          random_matrix(column_count, column_count, engine)},
                         noise};
  const fit::Triangle all = triangle_of(blocks, blocks.size());
  for (const double strength : {1e-6, 0.3, 50.0}) {
    CAPTURE(strength);
    std::vector<fit::Triangle> folds;
    double sum = 0;
    for (std::size_t k = 0; k < blocks.size(); ++k) {
      folds.push_back(triangle_of({&blocks[k], 1}, 1));
      const auto others = triangle_of(blocks, k);
      const Eigen::VectorXd coefficients =
          fit::learnt(fit::ridge_of(others, prior), strength, others, prior).information.mean;
      const Eigen::VectorXd missed = blocks[k].labels - blocks[k].rows * coefficients;
      sum += std::log(missed.squaredNorm() / double(missed.size()) + noise * noise);
    }
    CHECK(fit::held_out_badness(folds, all, prior, {&strength, 1}).front() ==
          doctest::Approx(sum / double(blocks.size())).epsilon(1e-6));
  }
}
