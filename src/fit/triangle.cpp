#include "fit/triangle.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/error.hpp"
#include "potential/lapack.hpp"

namespace mlip::fit {

namespace {

constexpr int panel = 32;
constexpr Eigen::Index least_block = 256;

}  // namespace

Triangle::Triangle(Eigen::Index columns) : columns_(columns) {}

/// The buffer grows until it holds a block worth an update.
void Triangle::make_room(Eigen::Index rows) {
  const Eigen::Index full = std::max(least_block, columns_ + 1);
  if (waiting_ + rows > full) flush();
  if (waiting_ + rows <= buffer_.rows()) return;
  const Eigen::Index wanted = std::max(std::min(full, 2 * (waiting_ + rows)), waiting_ + rows);
  buffer_.conservativeResize(wanted, columns_ + 1);
}

void Triangle::add(const Eigen::Ref<const RowMatrix>& x, const Eigen::VectorXd& y,
                   const Eigen::VectorXd& weights) {
  const Eigen::Index count = x.rows();
  MLIP_ASSERT(x.cols() == columns() && y.size() == count && weights.size() == count);
  make_room(count);
  auto block = buffer_.middleRows(waiting_, count);
  block.leftCols(columns()) = weights.asDiagonal() * x;
  block.col(columns()) = weights.cwiseProduct(y);
  waiting_ += count;
  rows_ += static_cast<std::size_t>(count);
}

void Triangle::absorb(Eigen::MatrixXd& block, int rows, int trapezoid) {
  const int n = static_cast<int>(r_.cols()), ld = static_cast<int>(block.rows());
  const int nb = std::min(panel, n);
  Eigen::MatrixXd t(nb, n);
  std::vector<double> work(static_cast<std::size_t>(nb) * static_cast<std::size_t>(n));
  int info = 0;
  dtpqrt_(&rows, &n, &trapezoid, &nb, r_.data(), &n, block.data(), &ld, t.data(), &nb, work.data(),
          &info);
  MLIP_ASSERT(info == 0);
}

void Triangle::flush() {
  if (r_.size() == 0) r_ = Eigen::MatrixXd::Zero(columns_ + 1, columns_ + 1);
  if (waiting_ > 0) absorb(buffer_, static_cast<int>(waiting_), 0);
  waiting_ = 0;
}

void Triangle::merge(const Triangle& other, double factor) {
  MLIP_ASSERT(other.columns() == columns());
  if (other.r_.size() > 0 && r_.size() == 0) {
    r_ = factor * other.r_;
  } else if (other.r_.size() > 0) {
    Eigen::MatrixXd copy = factor * other.r_;
    const int n = static_cast<int>(r_.cols());
    absorb(copy, n, n);
  }
  if (other.waiting_ > 0) {
    make_room(other.waiting_);
    buffer_.middleRows(waiting_, other.waiting_) = factor * other.buffer_.topRows(other.waiting_);
    waiting_ += other.waiting_;
  }
  rows_ += other.rows_;
}

Triangle Triangle::leading(Eigen::Index count) const {
  MLIP_ASSERT(count <= columns_);
  Triangle part(count);
  part.rows_ = rows_;
  if (r_.size() > 0) {
    part.r_ = Eigen::MatrixXd::Zero(count + 1, count + 1);
    part.r_.topLeftCorner(count, count) =
        r_.topLeftCorner(count, count).triangularView<Eigen::Upper>();
    part.r_.col(count).head(count) = r_.col(columns_).head(count);
    part.r_(count, count) = r_.col(columns_).tail(columns_ + 1 - count).norm();
  }
  part.waiting_ = waiting_;
  part.buffer_.resize(waiting_, count + 1);
  part.buffer_.leftCols(count) = buffer_.topRows(waiting_).leftCols(count);
  part.buffer_.col(count) = buffer_.col(columns_).head(waiting_);
  return part;
}

Eigen::MatrixXd Triangle::shrunk() const {
  if (r_.size() == 0) return buffer_.topRows(waiting_);
  if (waiting_ == 0) return r_.triangularView<Eigen::Upper>();
  Triangle copy = *this;
  copy.flush();
  return copy.shrunk();
}

Eigen::MatrixXd Triangle::factor() const {
  MLIP_ASSERT(r_.size() > 0 && waiting_ == 0);
  return r_.topLeftCorner(columns(), columns()).triangularView<Eigen::Upper>();
}

Eigen::MatrixXd penalised_triangle(const Eigen::MatrixXd& matrix, double strength) {
  const Eigen::Index p = matrix.cols();
  Triangle rows(p);
  const auto add = [&](const RowMatrix& block) {
    rows.add(block, Eigen::VectorXd::Zero(block.rows()), Eigen::VectorXd::Ones(block.rows()));
  };
  add(matrix);
  add(std::sqrt(strength) * RowMatrix::Identity(p, p));
  rows.flush();
  return rows.factor();
}

}  // namespace mlip::fit
