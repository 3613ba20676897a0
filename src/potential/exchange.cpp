#include "potential/exchange.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <functional>
#include <map>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "potential/lapack.hpp"

namespace mlip::potential {

namespace {

/// Candidates that contend with each other at a time, few enough to stay in a cache.
constexpr std::size_t contest_width = 64;
/// Candidates a thread changes at a time.
constexpr Eigen::Index stretch = 256;

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

/// Exchanges one by one, each time the row with the largest coordinate of all; `spent` grows by
/// their number.
std::vector<Exchange> one_by_one(Eigen::MatrixXd& c, double tolerance, int iterations, int& spent) {
  std::vector<Exchange> exchanges;
  Largest largest;
  for (Eigen::Index row = 0; row < c.cols(); ++row) largest.look(c, row);
  for (; spent < iterations && largest.value > tolerance; ++spent) {
    exchanges.push_back(largest.at);
    largest = exchange(c, largest.at);
  }
  return exchanges;
}

/// The candidates with the largest coordinates above the tolerance.
std::vector<Eigen::Index> contenders(const Eigen::VectorXd& grades, double tolerance) {
  std::vector<Eigen::Index> rows;
  for (Eigen::Index row = 0; row < grades.size(); ++row)
    if (grades[row] > tolerance) rows.push_back(row);
  const auto kept = std::min(rows.size(), contest_width);
  std::ranges::partial_sort(rows, rows.begin() + static_cast<std::ptrdiff_t>(kept),
                            std::ranges::greater(), [&](Eigen::Index row) { return grades[row]; });
  rows.resize(kept);
  return rows;
}

/// Calls work(first, count) for stretches of `columns` on all threads there are.
template <class Work>
void for_stretches(Eigen::Index columns, const Work& work) {
  const auto stretches = static_cast<std::size_t>((columns + stretch - 1) / stretch);
  core::parallel_for(stretches, core::thread_count(0), [&](std::size_t k) {
    const Eigen::Index first = static_cast<Eigen::Index>(k) * stretch;
    work(first, std::min(stretch, columns - first));
  });
}

/// All coordinates after rows took their places together: a block of exchanges at once, so that the
/// many coordinates go through memory once a block.
void settle(Eigen::MatrixXd& coordinates, const std::vector<Eigen::Index>& places,
            const Eigen::MatrixXd& entered) {
  const int n = static_cast<int>(coordinates.rows()), k = static_cast<int>(places.size());
  const Eigen::PartialPivLU<Eigen::MatrixXd> pivots(entered(places, Eigen::all));
  Eigen::MatrixXd directions = entered;
  for (int j = 0; j < k; ++j) directions(places[static_cast<std::size_t>(j)], j) -= 1;
  for_stretches(coordinates.cols(), [&](Eigen::Index first, Eigen::Index count) {
    const Eigen::MatrixXd factors =
        pivots.solve(coordinates(places, Eigen::seqN(first, count)).eval());
    const int columns = static_cast<int>(count);
    const double minus = -1, one = 1;
    dgemm_("N", "N", &n, &columns, &k, &minus, directions.data(), &n, factors.data(), &k, &one,
           coordinates.col(first).data(), &n);
  });
}

}  // namespace

Eigen::VectorXd largest_coordinates(const Eigen::MatrixXd& coordinates) {
  Eigen::VectorXd grades(coordinates.cols());
  for_stretches(coordinates.cols(), [&](Eigen::Index first, Eigen::Index count) {
    grades.segment(first, count) =
        coordinates.middleCols(first, count).cwiseAbs().colwise().maxCoeff().transpose();
  });
  return grades;
}

std::vector<Exchange> exchange_rows(Eigen::MatrixXd& coordinates, double tolerance, int iterations,
                                    Eigen::Index few) {
  int spent = 0;
  if (coordinates.size() <= few) return one_by_one(coordinates, tolerance, iterations, spent);
  std::vector<Exchange> exchanges;
  while (spent < iterations) {
    const auto rows = contenders(largest_coordinates(coordinates), tolerance);
    if (rows.empty()) break;
    const Eigen::MatrixXd before = coordinates(Eigen::all, rows);
    Eigen::MatrixXd contest = before;
    std::map<Eigen::Index, Eigen::Index> taken;  // the last to take each place
    for (const Exchange& each : one_by_one(contest, tolerance, iterations, spent))
      taken[each.place] = each.row;
    std::vector<Eigen::Index> places, entering;
    for (const auto& [place, row] : taken) {
      places.push_back(place);
      entering.push_back(row);
      exchanges.push_back({rows[static_cast<std::size_t>(row)], place});
    }
    settle(coordinates, places, before(Eigen::all, entering));
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
