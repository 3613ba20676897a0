#include "fit/active_set.hpp"

#include <algorithm>
#include <vector>

#include "core/error.hpp"
#include "potential/lapack.hpp"
#include "potential/maxvol.hpp"

namespace mlip::fit {

namespace {

constexpr int passes = 5;

/// Atoms of a batch that extrapolate from the current set.
std::vector<Eigen::Index> extrapolating(const Eigen::Ref<const Eigen::MatrixXd>& batch,
                                        const Eigen::MatrixXd& inverse, double tolerance) {
  const int n = static_cast<int>(batch.rows()), atoms = static_cast<int>(batch.cols());
  const int ld = static_cast<int>(batch.outerStride());
  Eigen::MatrixXd coordinates(n, atoms);
  const double one = 1, zero = 0;
  dgemm_("T", "N", &n, &atoms, &n, &one, inverse.data(), &n, batch.data(), &ld, &zero,
         coordinates.data(), &n);
  std::vector<Eigen::Index> found;
  for (Eigen::Index atom = 0; atom < atoms; ++atom)
    if (coordinates.col(atom).cwiseAbs().maxCoeff() > tolerance) found.push_back(atom);
  return found;
}

/// The rows of the current set, then those of the newcomers.
Eigen::MatrixXd joined(const Eigen::MatrixXd& current,
                       const Eigen::Ref<const Eigen::MatrixXd>& batch,
                       const std::vector<Eigen::Index>& newcomers) {
  const auto count = static_cast<Eigen::Index>(newcomers.size());
  Eigen::MatrixXd tall(current.rows() + count, batch.rows());
  tall.topRows(current.rows()) = current;
  for (Eigen::Index k = 0; k < count; ++k)
    tall.row(current.rows() + k) = batch.col(newcomers[static_cast<std::size_t>(k)]).transpose();
  return tall;
}

Eigen::MatrixXd chosen_rows(const Eigen::MatrixXd& tall, std::vector<int> rows) {
  std::erase(rows, -1);
  Eigen::MatrixXd chosen(static_cast<Eigen::Index>(rows.size()), tall.cols());
  for (Eigen::Index k = 0; k < chosen.rows(); ++k)
    chosen.row(k) = tall.row(rows[static_cast<std::size_t>(k)]);
  return chosen;
}

}  // namespace

Eigen::MatrixXd active_set_inverse(const Eigen::MatrixXd& projections, double tolerance) {
  const Eigen::Index n = projections.rows(), atoms = projections.cols();
  const Eigen::Index batch_size = std::max<Eigen::Index>(4096, 4 * n);
  const potential::SingleThreadedBlas single_threaded;
  Eigen::MatrixXd tall = projections.leftCols(std::min(atoms, batch_size)).transpose();
  potential::ActiveRows active = potential::maxvol(tall, tolerance);
  Eigen::MatrixXd current = chosen_rows(tall, active.rows);
  for (int pass = 0; pass < passes; ++pass) {
    bool settled = true;
    for (Eigen::Index start = 0; start < atoms; start += batch_size) {
      const auto batch = projections.middleCols(start, std::min(batch_size, atoms - start));
      const auto newcomers = extrapolating(batch, active.inverse, tolerance * (1 + 1e-6));
      if (newcomers.empty()) continue;
      settled = false;
      tall = joined(current, batch, newcomers);
      active = potential::maxvol(tall, tolerance);
      current = chosen_rows(tall, active.rows);
    }
    if (settled) break;
  }
  return active.inverse;
}

}  // namespace mlip::fit
