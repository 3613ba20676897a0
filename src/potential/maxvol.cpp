#include "potential/maxvol.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.hpp"
#include "potential/exchange.hpp"
#include "potential/lapack.hpp"

namespace mlip::potential {

namespace {

using Matrix = Eigen::MatrixXd;

/// A pivot below this part of the largest entry of its column means dependent columns.
constexpr double dependent = 1e-12;
/// Length of the unit rows that complete missing directions, in scaled columns.
constexpr double completion = 1e-8;

/// Columns scaled to a largest entry of one; zero columns keep their scale.
Eigen::VectorXd column_scales(const Matrix& tall) {
  Eigen::VectorXd scales = Eigen::VectorXd::Ones(tall.cols());
  if (tall.rows() == 0) return scales;
  const Eigen::VectorXd largest = tall.cwiseAbs().colwise().maxCoeff();
  for (Eigen::Index k = 0; k < tall.cols(); ++k)
    if (largest[k] > 0) scales[k] = largest[k];
  return scales;
}

struct Factors {
  Matrix lu;               ///< as dgetrf leaves it
  std::vector<int> order;  ///< row of the matrix at each row of lu
  bool full_rank;
};

/// LU with row pivoting; at least as many rows as columns.
Factors factorise(const Matrix& scaled) {
  Factors factors{scaled, std::vector<int>(static_cast<std::size_t>(scaled.rows())), true};
  const int m = static_cast<int>(scaled.rows()), n = static_cast<int>(scaled.cols());
  std::vector<int> pivots(static_cast<std::size_t>(n));
  int info = 0;
  dgetrf_(&m, &n, factors.lu.data(), &m, pivots.data(), &info);
  MLIP_ASSERT(info >= 0);
  std::iota(factors.order.begin(), factors.order.end(), 0);
  for (std::size_t k = 0; k < pivots.size(); ++k)
    std::swap(factors.order[k], factors.order[static_cast<std::size_t>(pivots[k] - 1)]);
  factors.full_rank = factors.lu.diagonal().cwiseAbs().minCoeff() > dependent;
  return factors;
}

Matrix completed(const Matrix& scaled) {
  const Eigen::Index rows = scaled.rows(), n = scaled.cols();
  Matrix taller(rows + n, n);
  taller.topRows(rows) = scaled;
  taller.bottomRows(n) = completion * Matrix::Identity(n, n);
  return taller;
}

/// Coordinates of every row of `scaled` in the first n pivot rows, a row of the matrix a column of
/// the result.
Matrix coordinates(const Matrix& scaled, const Factors& factors) {
  const int n = static_cast<int>(scaled.cols()), rows = static_cast<int>(scaled.rows());
  Matrix result = scaled.transpose();
  const double one = 1;
  dtrsm_("L", "U", "T", "N", &n, &rows, &one, factors.lu.data(), &rows, result.data(), &n);
  dtrsm_("L", "L", "T", "U", &n, &rows, &one, factors.lu.data(), &rows, result.data(), &n);
  return result;
}

}  // namespace

ActiveRows maxvol(const Matrix& tall, double tolerance, int iterations) {
  MLIP_ASSERT(tolerance >= 1 && tall.allFinite());
  const Eigen::Index n = tall.cols();
  if (n == 0) return {{}, Matrix(0, 0)};
  const SingleThreadedBlas single_threaded;
  const Eigen::VectorXd scales = column_scales(tall);
  Matrix scaled = tall * scales.cwiseInverse().asDiagonal();
  if (scaled.rows() < n) scaled = completed(scaled);
  Factors factors = factorise(scaled);
  if (!factors.full_rank) {
    scaled = completed(scaled);
    factors = factorise(scaled);
  }
  Matrix c = coordinates(scaled, factors);
  const std::vector<int> pivots(factors.order.begin(), factors.order.begin() + n);
  std::vector<int> chosen = pivots;
  for (const Exchange& exchange : exchange_rows(c, tolerance, iterations))
    chosen[static_cast<std::size_t>(exchange.place)] = static_cast<int>(exchange.row);
  auto inverted = inverse(scaled(chosen, Eigen::all));
  if (!inverted) {  // rows that differ by rounding alone were exchanged for each other
    chosen = pivots;
    inverted = inverse(scaled(chosen, Eigen::all));
  }
  MLIP_ASSERT(inverted);
  ActiveRows result{chosen, scales.cwiseInverse().asDiagonal() * *inverted};
  for (int& row : result.rows)
    if (row >= tall.rows()) row = -1;
  return result;
}

}  // namespace mlip::potential
