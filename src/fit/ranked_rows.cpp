#include "fit/ranked_rows.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "fit/model.hpp"

namespace mlip::fit {

RankedRows assemble_ranked(const Problem& problem, std::span<const Item> items,
                           const ace::Potential& basis, const Shape& shape) {
  const Columns columns(basis);
  Task task = make_task(items, columns, problem.isolated, problem.options);
  RankedRows result{bare_model(basis, items, problem.isolated, problem.options),
                    rank_functions(basis, shape),
                    {},
                    {}};
  task.order = result.ranking.order;
  Assembly assembly = assemble(result.model, task);
  result.folds = std::move(assembly.folds);
  result.projections = std::move(assembly.projections);
  return result;
}

ace::Potential largest_basis(const Problem& problem, double cutoff, const Shape& shape,
                             std::size_t functions) {
  const ace::Potential basis = graded_basis(problem.elements, cutoff, shape, functions);
  const Ranking ranking = rank_functions(basis, shape);
  const Eigen::Index count =
      problem.wishes.functions
          ? static_cast<Eigen::Index>(std::min(functions, basis.function_count()))
          : std::max(shell_below(ranking, static_cast<double>(functions)), ranking.shells.front());
  return leading_functions(basis, ranking, count);
}

Eigen::Index shell_below(const Ranking& ranking, double functions) {
  const auto above = std::ranges::upper_bound(ranking.shells, static_cast<Eigen::Index>(functions));
  return above == ranking.shells.begin() ? 0 : *(above - 1);
}

Eigen::Index rows_of(std::span<const Item> items, const Options& options) {
  Eigen::Index rows = 0;
  for (std::size_t k = 0; k < items.size(); ++k) rows += wanted_labels(items[k], options, k).rows();
  return rows;
}

double work(double rows, double functions) {
  return 2 * rows * functions * functions + 50 * std::pow(functions, 3);
}

}  // namespace mlip::fit
