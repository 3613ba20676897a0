/// R of a QR factorisation whose rows arrive a few at a time (tall-skinny QR,
/// doi:10.1137/080731992).
#pragma once

#include <Eigen/Core>

namespace mlip::fit {

using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Weighted rows [X | y] shrunk to the upper triangle that has the same normal equations.  Rows
/// wait in a buffer until there are enough for a blocked update, so the memory does not grow with
/// their number; few rows stay as they are.
class Triangle {
 public:
  explicit Triangle(Eigen::Index columns);

  /// Adds the rows weights[k] · [x.row(k) | y[k]]; `x` has `columns` columns.
  void add(const Eigen::Ref<const RowMatrix>& x, const Eigen::VectorXd& y,
           const Eigen::VectorXd& weights);
  /// Adds all rows of another triangle, times `factor`.
  void merge(const Triangle& other, double factor = 1);
  /// Works in the rows still waiting.
  void flush();

  [[nodiscard]] Eigen::Index columns() const { return columns_; }
  /// The rows of the first `count` columns alone.
  [[nodiscard]] Triangle leading(Eigen::Index count) const;
  /// Rows [X | y] with the same normal equations: the ones added, where they are few.
  [[nodiscard]] Eigen::MatrixXd shrunk() const;
  /// Rows added so far.
  [[nodiscard]] std::size_t rows() const { return rows_; }
  /// Upper triangular, columns × columns; only after flush().
  [[nodiscard]] Eigen::MatrixXd factor() const;
  /// Qᵀy in that space.
  [[nodiscard]] Eigen::VectorXd target() const { return r_.col(columns()).head(columns()); }
  /// |y − X c|² of the least-squares solution.
  [[nodiscard]] double residual_squares() const {
    return r_(columns(), columns()) * r_(columns(), columns());
  }

 private:
  void absorb(Eigen::MatrixXd& block, int rows, int trapezoid);
  void make_room(Eigen::Index rows);

  Eigen::Index columns_;
  Eigen::MatrixXd r_, buffer_;  ///< r_ is empty until the buffer is full once
  Eigen::Index waiting_ = 0;
  std::size_t rows_ = 0;
};

/// Upper triangle T with TᵀT = AᵀA + λ.
[[nodiscard]] Eigen::MatrixXd penalised_triangle(const Eigen::MatrixXd& matrix, double strength);

}  // namespace mlip::fit
