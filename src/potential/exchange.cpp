#include "potential/exchange.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "potential/lapack.hpp"

namespace mlip::potential {

namespace {

struct Largest {
  double value = 0;
  Exchange at = {0, 0};

  void look(const Eigen::MatrixXd& c, Eigen::Index row) {
    Eigen::Index place = 0;
    const double found = c.col(row).cwiseAbs().maxCoeff(&place);
    if (found > value) *this = {found, {row, place}};
  }
};

/// Puts a row in its place, a rank-one change of all coordinates, and finds the next.
Largest exchange(Eigen::MatrixXd& c, const Exchange& swap) {
  Eigen::VectorXd direction = c.col(swap.row);
  direction[swap.place] -= 1;
  direction /= c(swap.place, swap.row);
  Largest largest;
  for (Eigen::Index row = 0; row < c.cols(); ++row) {
    const double factor = c(swap.place, row);
    if (factor != 0) c.col(row).noalias() -= factor * direction;
    largest.look(c, row);
  }
  return largest;
}

}  // namespace

std::vector<Exchange> exchange_rows(Eigen::MatrixXd& coordinates, double tolerance,
                                    int iterations) {
  std::vector<Exchange> exchanges;
  Largest largest;
  for (Eigen::Index row = 0; row < coordinates.cols(); ++row) largest.look(coordinates, row);
  for (int k = 0; k < iterations && largest.value > tolerance; ++k) {
    exchanges.push_back(largest.at);
    largest = exchange(coordinates, largest.at);
  }
  return exchanges;
}

std::optional<Eigen::MatrixXd> inverse(Eigen::MatrixXd square) {
  const int n = static_cast<int>(square.rows());
  MLIP_ASSERT(square.cols() == n);
  std::vector<int> pivots(static_cast<std::size_t>(n));
  std::vector<double> work(static_cast<std::size_t>(std::max(1, 64 * n)));
  const int lwork = static_cast<int>(work.size());
  int info = 0;
  dgetrf_(&n, &n, square.data(), &n, pivots.data(), &info);
  MLIP_ASSERT(info >= 0);
  if (info > 0) return std::nullopt;
  dgetri_(&n, square.data(), &n, pivots.data(), work.data(), &lwork, &info);
  MLIP_ASSERT(info == 0);
  return square;
}

}  // namespace mlip::potential
