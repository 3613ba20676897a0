#include "ace/grade.hpp"

#include <doctest/doctest.h>

#include <Eigen/LU>
#include <cmath>
#include <random>

using namespace mlip;

namespace {

Eigen::MatrixXd random_matrix(Eigen::Index rows, Eigen::Index columns, unsigned seed) {
  std::mt19937 engine(seed);
  std::normal_distribution<double> normal;
  return Eigen::MatrixXd::NullaryExpr(rows, columns,
                                      [&](Eigen::Index, Eigen::Index) { return normal(engine); });
}

/// Projections of `atoms` as crystals have them: six directions `decades` longer than the others,
/// functions of many sizes.
Eigen::MatrixXd projections_like_atoms(Eigen::Index atoms, Eigen::Index n, double decades) {
  Eigen::MatrixXd directions = random_matrix(n, n, 3);
  directions.topRows(6) *= std::pow(10, decades);
  Eigen::MatrixXd b = random_matrix(atoms, n, 4) * directions;
  for (Eigen::Index i = 0; i < n; ++i) b.col(i) *= std::pow(10, 3 * std::sin(i));
  return b;
}

/// [function] of eight atoms, `atoms` [atom][function].
ace::LaneBuffer side_by_side(const Eigen::MatrixXd& atoms) {
  ace::LaneBuffer b;
  b.zero(static_cast<std::size_t>(atoms.cols()));
  for (Eigen::Index k = 0; k < atoms.cols(); ++k)
    for (Eigen::Index a = 0; a < 8; ++a) b.data()[k][a] = atoms(a, k);
  return b;
}

std::array<double, 8> grades(const ace::Grade& grade, const Eigen::MatrixXd& atoms,
                             const ace::Lane* slopes = nullptr) {
  ace::Grade::Scratch scratch;
  ace::Lane gamma;
  grade.of(side_by_side(atoms).data(), slopes, scratch, gamma);
  std::array<double, 8> all;
  for (std::size_t a = 0; a < 8; ++a) all[a] = gamma[a];
  return all;
}

ace::Grade grade_of(const Eigen::MatrixXd& inverse) {
  return {{{"Cu", inverse}}, "Cu", static_cast<std::size_t>(inverse.rows()), 1};
}

/// The grades of `atoms`, and that they are those of the product with every column bit by bit: an
/// atom that is no number has the columns of all eight added up.
void check_equal_to_all(const Eigen::MatrixXd& inverse, Eigen::MatrixXd atoms) {
  const ace::Grade grade = grade_of(inverse);
  const auto some = grades(grade, atoms);
  atoms(7, 5) = std::nan("");
  const auto all = grades(grade, atoms);
  CHECK(std::isnan(all[7]));
  const Eigen::MatrixXd expected = atoms * inverse;
  for (int a = 0; a < 7; ++a) {
    const auto lane = static_cast<std::size_t>(a);
    CHECK(some[lane] == all[lane]);
    const double rounding = 1e-13 * (atoms.row(a).cwiseAbs() * inverse.cwiseAbs()).maxCoeff();
    CHECK(std::abs(some[lane] - expected.row(a).cwiseAbs().maxCoeff()) <= rounding);
  }
}

struct FewDirections {
  Eigen::Index n;
  Eigen::MatrixXd atoms, inverse;

  FewDirections(Eigen::Index functions, double decades) : n(functions) {
    const Eigen::MatrixXd all = projections_like_atoms(n + 8, n, decades);
    atoms = all.bottomRows(8);
    inverse = all.topRows(n).inverse();
  }
};

}  // namespace

TEST_CASE("a grade is that of all columns bit by bit: random, ill-conditioned, few functions") {
  for (const Eigen::Index n : {7, 71, 128, 203, 300})
    check_equal_to_all(random_matrix(n, n, 1), random_matrix(8, n, 2));
  for (const double decades : {2, 5, 8, 11}) {
    const FewDirections data(150, decades);
    check_equal_to_all(data.inverse, data.atoms);
    Eigen::MatrixXd steep = random_matrix(150, 150, 1);
    for (Eigen::Index i = 0; i < 150; ++i) steep.col(i) *= std::pow(10, decades * double(i) / 150);
    check_equal_to_all(random_matrix(150, 150, 2) * steep.inverse(), random_matrix(8, 150, 3));
  }
}

TEST_CASE("a grade is that of all columns bit by bit: huge, tiny, ties") {
  const FewDirections data(150, 6);
  for (const double scale : {1e8, 1e-8, 1e60, 1e-60})
    check_equal_to_all(data.inverse, scale * data.atoms);
  check_equal_to_all(data.inverse, 1e8 * random_matrix(8, data.n, 5));
  Eigen::MatrixXd ties = data.inverse;
  for (Eigen::Index j = 1; j < data.n; ++j)
    ties.col(j) = (j % 2 ? -1 : 1) * ties.col(0) * (1 + 1e-13 * static_cast<double>(j % 7));
  ties += 1e-14 * random_matrix(data.n, data.n, 6).cwiseProduct(ties);
  check_equal_to_all(ties, data.atoms);
}

TEST_CASE("single precision leaves few columns to add up, the largest among them") {
  for (const double decades : {0, 3, 6}) {
    const FewDirections data(200, decades);
    const ace::GradeScreen screen = ace::make_grade_screen(data.inverse);
    ace::GradeCandidates found;
    CAPTURE(decades);
    REQUIRE(ace::find_candidates(screen, side_by_side(data.atoms).data(), 12, found));
    std::size_t count = 0;
    for (Eigen::Index a = 0; a < 8; ++a) {
      Eigen::Index largest;
      (data.atoms.row(a) * data.inverse).cwiseAbs().maxCoeff(&largest);
      const auto& columns = found.columns[static_cast<std::size_t>(a)];
      CHECK(std::count(columns.begin(), columns.end(), largest) == 1);
      count += columns.size();
    }
    CHECK(count <= 16);
  }
}

TEST_CASE("of two columns that single precision cannot tell apart the larger one counts") {
  const FewDirections data(200, 8);
  for (const double scale : {1.0, 1e6}) {
    Eigen::MatrixXd inverse = data.inverse;
    Eigen::Index largest;
    (data.atoms.row(0) * inverse).cwiseAbs().maxCoeff(&largest);
    const Eigen::Index twin = (largest + 1) % data.n;
    inverse.col(twin) = inverse.col(largest) * (1 - 1e-9);
    inverse(0, twin) *= 1 + 1e-9;
    check_equal_to_all(inverse, scale * data.atoms);
  }
}

TEST_CASE("the grade of nothing is 0, of what is no number none") {
  const FewDirections data(150, 5);
  const ace::Grade grade = grade_of(data.inverse);
  Eigen::MatrixXd atoms = Eigen::MatrixXd::Zero(8, 150);
  for (const double gamma : grades(grade, atoms)) CHECK(gamma == 0);
  atoms.row(2) = data.atoms.row(2);
  atoms(3, 50) = std::nan("");
  atoms(4, 149) = std::numeric_limits<double>::infinity();
  const auto gamma = grades(grade, atoms);
  CHECK(gamma[1] == 0);
  CHECK(gamma[2] > 0);
  CHECK(std::isnan(gamma[3]));
  CHECK_FALSE(std::isfinite(gamma[4]));
}

TEST_CASE("an active set that no single precision holds is multiplied in double precision") {
  Eigen::MatrixXd matrix = random_matrix(150, 150, 1);
  matrix.row(3).setZero();
  CHECK(ace::make_grade_screen(matrix).order.empty());
  check_equal_to_all(matrix, random_matrix(8, 150, 2));
  matrix(3, 3) = std::nan("");
  CHECK(ace::make_grade_screen(matrix).order.empty());
  CHECK(std::isnan(grades(grade_of(matrix), random_matrix(8, 150, 2))[0]));
  check_equal_to_all(1e200 * random_matrix(150, 150, 1), random_matrix(8, 150, 2));
  check_equal_to_all(1e-200 * random_matrix(150, 150, 1), random_matrix(8, 150, 2));
}

TEST_CASE("the matrix of several densities is met by slopes times projections") {
  const Eigen::MatrixXd inverse = random_matrix(180, 180, 8), atoms = random_matrix(8, 90, 9);
  const ace::Grade grade({{"Cu", inverse}}, "Cu", 90, 2);
  Eigen::MatrixXd wide(8, 180);
  const ace::Lane slopes[2] = {{1, 2, 3, 4, 5, 6, 7, 8}, {-1, 0, 1, 2, 0.5, 0, 3, 9}};
  for (Eigen::Index a = 0; a < 8; ++a)
    wide.row(a) << slopes[0][a] * atoms.row(a), slopes[1][a] * atoms.row(a);
  const auto gamma = grades(grade, atoms, slopes);
  for (Eigen::Index a = 0; a < 8; ++a)
    CHECK(gamma[static_cast<std::size_t>(a)] ==
          doctest::Approx((wide.row(a) * inverse).cwiseAbs().maxCoeff()).epsilon(1e-12));
}
