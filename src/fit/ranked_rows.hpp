/// Rows of a basis in the order of its complexity, as the advisor weighs bases: the rows of a
/// smaller one are the first columns of a larger one's.
#pragma once

#include <chrono>
#include <span>
#include <string>
#include <vector>

#include "fit/advisor.hpp"
#include "fit/assembly.hpp"
#include "fit/complexity.hpp"

namespace mlip::fit {

/// What stays the same in all of the advisor's trials.
struct Problem {
  std::span<const Item> items;
  std::vector<std::string> elements;
  std::vector<double> isolated;  ///< eV
  Options options;
  const AdvisorOptions& wishes;

  void tell(const char* stage, std::size_t done, std::size_t all) const {
    if (wishes.progress) wishes.progress(stage, done, all);
  }
};

struct RankedRows {
  ace::Potential model;  ///< the basis with E0 and core, nothing learnt
  Ranking ranking;
  std::vector<KindRows> folds;
  std::vector<Eigen::MatrixXd> projections;
};

[[nodiscard]] RankedRows assemble_ranked(const Problem& problem, std::span<const Item> items,
                                         const ace::Potential& basis, const Shape& shape);

/// The basis with the most functions, but for those asked for: as many as these, or whole shells.
[[nodiscard]] ace::Potential largest_basis(const Problem& problem, double cutoff,
                                           const Shape& shape, std::size_t functions);

/// The end of the last shell that has at most so many functions; 0 where there is none.
[[nodiscard]] Eigen::Index shell_below(const Ranking& ranking, double functions);

[[nodiscard]] Eigen::Index rows_of(std::span<const Item> items, const Options& options);

/// Operations of a whole fit, about: the rows' triangle, and what is done with triangles.
[[nodiscard]] double work(double rows, double functions);

[[nodiscard]] inline double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace mlip::fit
