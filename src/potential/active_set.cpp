#include "potential/active_set.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "potential/exchange.hpp"
#include "potential/lapack.hpp"

namespace mlip::potential {

using Matrix = Eigen::MatrixXd;

namespace {

constexpr int passes = 20;
constexpr Eigen::Index entries_a_batch = Eigen::Index{1} << 24;
/// Of its size: what a function that does not vary over the atoms is taken to spread.
constexpr double constant_part = 1e-3;

Matrix coordinates_of(const Eigen::Ref<const Matrix>& projections, const Matrix& inverse) {
  const int n = static_cast<int>(projections.rows()), atoms = static_cast<int>(projections.cols());
  MLIP_ASSERT(inverse.rows() == n && inverse.cols() == n);
  Matrix coordinates(n, atoms);
  if (n == 0 || atoms == 0) return coordinates;
  const int stride = static_cast<int>(projections.outerStride());
  const double one = 1, zero = 0;
  dgemm_("T", "N", &n, &atoms, &n, &one, inverse.data(), &n, projections.data(), &stride, &zero,
         coordinates.data(), &n);
  return coordinates;
}

/// The chosen rows; only `active.inverse` still knows the unit rows that complete them.
Matrix rows_of(const Matrix& projections, const ActiveRows& active) {
  const bool complete = std::ranges::find(active.rows, -1) == active.rows.end();
  Matrix rows =
      complete ? Matrix(projections.rows(), projections.rows()) : inverse(active.inverse).value();
  for (Eigen::Index place = 0; place < rows.rows(); ++place)
    if (const int atom = active.rows[static_cast<std::size_t>(place)]; atom >= 0)
      rows.row(place) = projections.col(atom).transpose();
  return rows;
}

/// Lets the atoms of one batch into the set; false where none extrapolates.
bool admit(const Matrix& projections, Eigen::Index start, Eigen::Index count, double tolerance,
           ActiveRows& active) {
  Matrix coordinates = coordinates_of(projections.middleCols(start, count), active.inverse);
  const Eigen::VectorXd grades = largest_coordinates(coordinates);
  if (grades.maxCoeff() <= tolerance * (1 + 1e-6)) return false;
  std::vector<Eigen::Index> atoms;
  for (Eigen::Index atom = 0; atom < count; ++atom)
    if (grades[atom] > contender * tolerance) {
      coordinates.col(static_cast<Eigen::Index>(atoms.size())) = coordinates.col(atom).eval();
      atoms.push_back(start + atom);
    }
  coordinates.conservativeResize(Eigen::NoChange, static_cast<Eigen::Index>(atoms.size()));
  Matrix rows = rows_of(projections, active);
  std::vector<int> chosen = active.rows;
  for (const Exchange& exchange : exchange_rows(coordinates, tolerance, most_exchanges)) {
    const Eigen::Index atom = atoms[static_cast<std::size_t>(exchange.row)];
    chosen[static_cast<std::size_t>(exchange.place)] = static_cast<int>(atom);
    rows.row(exchange.place) = projections.col(atom).transpose();
  }
  auto inverted = inverse(std::move(rows));
  if (!inverted) return false;  // rows that differ by rounding alone: nothing to gain
  active = {std::move(chosen), std::move(*inverted)};
  return true;
}

}  // namespace

Eigen::VectorXd extrapolation_grades(const Eigen::Ref<const Matrix>& projections,
                                     const Matrix& inverse) {
  if (projections.size() == 0) return Eigen::VectorXd::Zero(projections.cols());
  return largest_coordinates(coordinates_of(projections, inverse));
}

Matrix with_spread(const Matrix& projections, double fraction) {
  const Eigen::Index n = projections.rows(), atoms = projections.cols();
  if (n == 0 || atoms == 0) return projections;
  const Eigen::VectorXd mean = projections.rowwise().mean();
  const Eigen::VectorXd spread =
      ((projections.colwise() - mean).array().square().rowwise().mean()).sqrt();
  const Eigen::VectorXd size = projections.array().square().rowwise().mean().sqrt();
  const Eigen::VectorXd floor = spread.cwiseMax(constant_part * size)
                                    .cwiseMax(constant_part * constant_part * size.maxCoeff());
  Matrix all(n, atoms + n);
  all.leftCols(atoms) = projections;
  all.rightCols(n) = (fraction * floor).asDiagonal();
  return all;
}

ActiveRows active_set(const Matrix& projections, double tolerance, Eigen::Index batch) {
  const SingleThreadedBlas single_threaded;
  if (batch == 0)
    batch = std::max(4 * projections.rows(),
                     entries_a_batch / std::max<Eigen::Index>(1, projections.rows()));
  const Eigen::Index atoms = projections.cols();
  ActiveRows active = maxvol(projections.leftCols(std::min(atoms, batch)).transpose(), tolerance);
  if (projections.rows() == 0) return active;
  for (int pass = 0; pass < passes; ++pass) {
    bool settled = true;
    for (Eigen::Index start = 0; start < atoms; start += batch)
      settled =
          !admit(projections, start, std::min(batch, atoms - start), tolerance, active) && settled;
    if (settled) break;
  }
  return active;
}

}  // namespace mlip::potential
