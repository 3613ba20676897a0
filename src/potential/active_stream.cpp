#include "potential/active_stream.hpp"

#include <Eigen/LU>
#include <cmath>
#include <limits>
#include <vector>

#include "core/error.hpp"
#include "potential/active_set.hpp"
#include "potential/exchange.hpp"
#include "potential/lapack.hpp"
#include "potential/maxvol.hpp"

namespace mlip::potential {

ActiveStream::ActiveStream(Eigen::Index functions, double tolerance)
    : tolerance_(tolerance), inverse_(Eigen::MatrixXd::Identity(functions, functions)) {
  MLIP_ASSERT(tolerance >= 1);
}

bool ActiveStream::admit(const Eigen::MatrixXd& projections) {
  MLIP_ASSERT(projections.rows() == inverse_.rows());
  if (projections.size() == 0) return false;
  const SingleThreadedBlas single_threaded;
  if (rows_.size() == 0) {
    inverse_ = maxvol(projections.transpose(), tolerance_, most_exchanges).inverse;
    rows_ = potential::inverse(inverse_).value();
    return true;
  }
  const Eigen::VectorXd grades = extrapolation_grades(projections, inverse_);
  if (grades.maxCoeff() <= tolerance_ * (1 + 1e-6)) return false;
  std::vector<Eigen::Index> atoms;
  for (Eigen::Index atom = 0; atom < projections.cols(); ++atom)
    if (grades[atom] > contender * tolerance_) atoms.push_back(atom);
  Eigen::MatrixXd coordinates = inverse_.transpose() * projections(Eigen::all, atoms);
  Eigen::MatrixXd rows = rows_;
  for (const Exchange& exchange : exchange_rows(coordinates, tolerance_, most_exchanges))
    rows.row(exchange.place) =
        projections.col(atoms[static_cast<std::size_t>(exchange.row)]).transpose();
  auto inverted = potential::inverse(rows);
  if (!inverted) return false;  // rows that differ by rounding alone: nothing to gain
  rows_ = std::move(rows);
  inverse_ = std::move(*inverted);
  return true;
}

double ActiveStream::log_determinant() const {
  if (rows_.size() == 0) return -std::numeric_limits<double>::infinity();
  return rows_.partialPivLu().matrixLU().diagonal().cwiseAbs().array().log().sum();
}

}  // namespace mlip::potential
