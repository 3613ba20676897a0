#include "potential/active_set.hpp"

#include <algorithm>
#include <vector>

#include "core/error.hpp"
#include "potential/lapack.hpp"

namespace mlip::potential {

namespace {

constexpr int passes = 5;
constexpr Eigen::Index least_batch = 4096;

/// The rows that may be chosen: those of the current set, then newcomers; indices are into all
/// atoms.
struct Contest {
  Eigen::MatrixXd tall;
  std::vector<int> indices;
};

Contest contest(const Eigen::MatrixXd& projections, std::vector<int> indices) {
  Contest result{Eigen::MatrixXd(static_cast<Eigen::Index>(indices.size()), projections.rows()),
                 std::move(indices)};
  for (Eigen::Index row = 0; row < result.tall.rows(); ++row)
    result.tall.row(row) =
        projections.col(result.indices[static_cast<std::size_t>(row)]).transpose();
  return result;
}

ActiveRows decide(const Contest& contest, double tolerance) {
  ActiveRows active = maxvol(contest.tall, tolerance);
  for (int& row : active.rows)
    if (row >= 0) row = contest.indices[static_cast<std::size_t>(row)];
  return active;
}

/// The current set, and the atoms of a batch that extrapolate from it.
std::vector<int> contenders(const Eigen::MatrixXd& projections, const ActiveRows& active,
                            Eigen::Index start, double tolerance) {
  std::vector<int> indices = active.rows;
  std::erase(indices, -1);
  const Eigen::Index count =
      std::min(std::max(least_batch, 4 * projections.rows()), projections.cols() - start);
  const Eigen::VectorXd grades =
      extrapolation_grades(projections.middleCols(start, count), active.inverse);
  for (Eigen::Index atom = 0; atom < count; ++atom)
    if (grades[atom] > tolerance) {
      const int index = static_cast<int>(start + atom);
      if (std::ranges::find(indices, index) == indices.end()) indices.push_back(index);
    }
  return indices;
}

}  // namespace

Eigen::VectorXd extrapolation_grades(const Eigen::Ref<const Eigen::MatrixXd>& projections,
                                     const Eigen::MatrixXd& inverse) {
  const int n = static_cast<int>(projections.rows()), atoms = static_cast<int>(projections.cols());
  MLIP_ASSERT(inverse.rows() == n && inverse.cols() == n);
  if (n == 0 || atoms == 0) return Eigen::VectorXd::Zero(atoms);
  const int stride = static_cast<int>(projections.outerStride());
  const double one = 1, zero = 0;
  Eigen::MatrixXd coordinates(n, atoms);
  dgemm_("T", "N", &n, &atoms, &n, &one, inverse.data(), &n, projections.data(), &stride, &zero,
         coordinates.data(), &n);
  return coordinates.cwiseAbs().colwise().maxCoeff();
}

ActiveRows active_set(const Eigen::MatrixXd& projections, double tolerance) {
  const SingleThreadedBlas single_threaded;
  const Eigen::Index batch = std::max(least_batch, 4 * projections.rows());
  std::vector<int> first(static_cast<std::size_t>(std::min(batch, projections.cols())));
  for (std::size_t k = 0; k < first.size(); ++k) first[k] = static_cast<int>(k);
  ActiveRows active = decide(contest(projections, std::move(first)), tolerance);
  for (int pass = 0; pass < passes; ++pass) {
    bool settled = true;
    for (Eigen::Index start = 0; start < projections.cols(); start += batch) {
      const std::vector<int> indices =
          contenders(projections, active, start, tolerance * (1 + 1e-6));
      if (indices.size() <=
          active.rows.size() - static_cast<std::size_t>(std::ranges::count(active.rows, -1)))
        continue;
      settled = false;
      active = decide(contest(projections, indices), tolerance);
    }
    if (settled) break;
  }
  return active;
}

}  // namespace mlip::potential
