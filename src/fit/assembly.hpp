/// All rows of a linear fit, shrunk to triangles as they are made.
#pragma once

#include <span>
#include <vector>

#include "fit/linear.hpp"
#include "fit/rows.hpp"
#include "fit/triangle.hpp"

namespace mlip::fit {

/// Rows by kind of label; the options' weights of the kinds are not in them.
struct KindRows {
  Triangle energy, forces, stress;

  explicit KindRows(Eigen::Index columns) : energy(columns), forces(columns), stress(columns) {}
  void merge(const KindRows& other);
};

/// The rows of all kinds, weighted as `options` say, in one flushed triangle.
[[nodiscard]] Triangle weighted(const KindRows& rows, const Options& options);

/// Everything the rows are made from.
struct Task {
  std::span<const Item> items;
  std::span<const double> isolated;
  const Options& options;
  const Columns& columns;
  std::vector<Eigen::Index> order;  ///< of the triangles' columns; empty: the potential's
  std::vector<Wanted> wanted;       ///< of each item
  int threads;
};

/// Throws core::UserError where there is nothing to fit or a label makes no sense.
[[nodiscard]] Task make_task(std::span<const Item> items, const Columns& columns,
                             std::span<const double> isolated, const Options& options);

struct Assembly {
  std::vector<KindRows> folds;               ///< options.folds of them, one where that is below 2
  std::vector<Eigen::MatrixXd> projections;  ///< functions × unmasked atoms, a species
};

/// Does not depend on the number of threads.
[[nodiscard]] Assembly assemble(const ace::Potential& model, const Task& task);

}  // namespace mlip::fit
