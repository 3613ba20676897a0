#include "fit/triangle.hpp"

#include <algorithm>
#include <vector>

#include "core/error.hpp"
#include "potential/lapack.hpp"

namespace mlip::fit {

namespace {

constexpr int panel = 32;
constexpr Eigen::Index least_block = 256;

}  // namespace

Triangle::Triangle(Eigen::Index columns)
    : r_(Eigen::MatrixXd::Zero(columns + 1, columns + 1)),
      buffer_(std::max(least_block, columns + 1), columns + 1) {}

void Triangle::add(const Eigen::Ref<const RowMatrix>& x, const Eigen::VectorXd& y,
                   const Eigen::VectorXd& weights) {
  const Eigen::Index count = x.rows();
  MLIP_ASSERT(x.cols() == columns() && y.size() == count && weights.size() == count);
  if (waiting_ + count > buffer_.rows()) flush();
  if (count > buffer_.rows()) buffer_.resize(count, columns() + 1);
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
  if (waiting_ > 0) absorb(buffer_, static_cast<int>(waiting_), 0);
  waiting_ = 0;
}

void Triangle::merge(Triangle& other) {
  MLIP_ASSERT(other.columns() == columns());
  flush();
  other.flush();
  const int n = static_cast<int>(r_.cols());
  absorb(other.r_, n, n);
  rows_ += other.rows_;
  other.rows_ = 0;
  other.r_.setZero();
}

Eigen::MatrixXd Triangle::factor() const {
  MLIP_ASSERT(waiting_ == 0);
  return r_.topLeftCorner(columns(), columns()).triangularView<Eigen::Upper>();
}

}  // namespace mlip::fit
