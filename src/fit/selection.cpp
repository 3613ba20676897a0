#include "fit/selection.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "ace/projector.hpp"
#include "core/parallel.hpp"
#include "fit/assembly.hpp"
#include "fit/gram.hpp"
#include "fit/model.hpp"
#include "fit/prior.hpp"
#include "potential/lapack.hpp"

namespace mlip::fit {

namespace {

/// Of a column's length², what may be left of it before it counts as a sum of others.
constexpr double independent = 1e-12;

/// What each row of a structure counts: its own weight and that of its kind.
Eigen::VectorXd row_weights(const Rows& rows, const Wanted& wanted, const Options& options,
                            double energy_weight) {
  Eigen::VectorXd weights = options.force_weight * rows.weights;
  if (wanted.energy) weights[0] = energy_weight * rows.weights[0];
  if (wanted.stress) weights.tail<6>() = options.stress_weight * rows.weights.tail<6>();
  return weights;
}

/// Weighted rows [X · widths | y].
void add_rows(const Rows& rows, const Eigen::VectorXd& weights, const Eigen::VectorXd& widths,
              Gram& gram) {
  for (Eigen::Index first = 0; first < weights.size(); first += Gram::most) {
    const Eigen::Index count = std::min(Gram::most, weights.size() - first);
    const auto part = weights.segment(first, count);
    auto block = gram.next(count);
    block.leftCols(widths.size()) =
        part.asDiagonal() * rows.matrix.middleRows(first, count) * widths.asDiagonal();
    block.col(widths.size()) = part.cwiseProduct(rows.labels.segment(first, count));
  }
}

/// Structures are dealt to lanes whose number follows from the problem: sums do not depend on the
/// number of threads.
Eigen::MatrixXd normal_matrix(const Problem& problem, const ace::Potential& pool,
                              const Eigen::VectorXd& widths, double energy_weight) {
  const potential::SingleThreadedBlas single_threaded;
  const Columns columns(pool);
  const Task task = make_task(problem.items, columns, problem.isolated, problem.options);
  const ace::Projector projector(bare_model(pool, problem.items, problem.isolated, task.options));
  constexpr std::size_t most = 16, memory = std::size_t{1} << 26;
  const auto size = static_cast<std::size_t>(widths.size() + 1);
  const std::size_t lanes = std::clamp<std::size_t>(memory / (size * size), 1, most);
  std::vector<Gram> sums(lanes, Gram(widths.size() + 1));
  std::atomic<std::size_t> done = 0;
  core::parallel_for(lanes, task.threads, [&](std::size_t lane) {
    RowBuilder builder(projector, columns, pool.cutoff());
    Rows rows;
    for (std::size_t k = lane; k < problem.items.size(); k += lanes) {
      const std::vector<double*> nowhere(problem.items[k].structure.size(), nullptr);
      if (task.wanted[k].rows() > 0) {
        builder.build(problem.items[k], task.wanted[k], problem.isolated, nowhere, rows);
        add_rows(rows, row_weights(rows, task.wanted[k], task.options, energy_weight), widths,
                 sums[lane]);
      }
      problem.tell("functions", ++done, problem.items.size());
    }
    sums[lane].flush();
  });
  for (std::size_t lane = 1; lane < lanes; ++lane) sums[0].merge(sums[lane]);
  return sums[0].sum();
}

/// Cholesky's factor of AᵀA + strength, a column chosen and worked in at a time.
class Pursuit {
 public:
  Pursuit(const Eigen::MatrixXd& normal, double strength, Eigen::Index most)
      : normal_(normal),
        strength_(strength),
        slope_(normal.col(normal.cols() - 1).head(normal.cols() - 1)),
        whole_(normal.diagonal().head(slope_.size()).array() + strength),
        left_(whole_),
        factor_(slope_.size(), most) {
    telling_.cost = normal(normal.cols() - 1, normal.cols() - 1);
  }

  /// Takes the column that lowers the cost the most; false where none is independent.
  bool take() {
    Eigen::Index best = -1;
    double gain = -1;
    for (Eigen::Index k = 0; k < slope_.size(); ++k) {
      if (!(left_[k] > independent * whole_[k])) continue;
      const double found = slope_[k] * slope_[k] / left_[k];
      if (found > gain) gain = found, best = k;
    }
    if (best < 0) return false;
    telling_.columns.push_back(best);
    telling_.cost -= gain;
    work_in(best);
    return true;
  }
  [[nodiscard]] const Telling& telling() const { return telling_; }

 private:
  void work_in(Eigen::Index column) {
    Eigen::VectorXd next(slope_.size());
    next.head(column) = normal_.col(column).head(column);
    next.tail(slope_.size() - column) =
        normal_.row(column).segment(column, slope_.size() - column).transpose();
    next[column] += strength_;
    const Eigen::VectorXd known = factor_.row(column).head(taken_).transpose();
    const int rows = static_cast<int>(slope_.size()), columns = static_cast<int>(taken_), step = 1;
    const double one = 1, minus = -1;
    if (columns > 0)
      dgemv_("N", &rows, &columns, &minus, factor_.data(), &rows, known.data(), &step, &one,
             next.data(), &step);
    const double root = std::sqrt(left_[column]);
    next /= root;
    slope_ -= slope_[column] / root * next;
    left_ -= next.cwiseAbs2();
    left_[column] = 0;
    factor_.col(taken_++) = next;
  }

  const Eigen::MatrixXd& normal_;
  double strength_;
  Eigen::VectorXd slope_, whole_, left_;
  Eigen::MatrixXd factor_;
  Eigen::Index taken_ = 0;
  Telling telling_;
};

}  // namespace

Telling telling_columns(const Eigen::MatrixXd& normal, double strength, Eigen::Index count) {
  const potential::SingleThreadedBlas single_threaded;
  Pursuit pursuit(normal, strength, count);
  for (Eigen::Index k = 0; k < count && pursuit.take(); ++k) {
  }
  return pursuit.telling();
}

ace::Potential telling_functions(const Problem& problem, const ace::Potential& pool,
                                 const Recipe& recipe, double strength, Eigen::Index count) {
  const Eigen::VectorXd widths = prior_widths(pool, recipe.smoothness_power, recipe.order_decay);
  Ranking ranking{
      telling_columns(normal_matrix(problem, pool, widths, recipe.energy_weight), strength, count)
          .columns,
      {}};
  std::vector<char> taken(static_cast<std::size_t>(widths.size()), 0);
  for (Eigen::Index column : ranking.order) taken[static_cast<std::size_t>(column)] = 1;
  for (Eigen::Index column = 0; column < widths.size(); ++column)
    if (!taken[static_cast<std::size_t>(column)]) ranking.order.push_back(column);
  return leading_functions(pool, ranking, count);
}

}  // namespace mlip::fit
