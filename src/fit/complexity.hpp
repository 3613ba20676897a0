/// Bases that hold one another: functions ranked by how finely they resolve a neighbourhood.
#pragma once

#include <Eigen/Core>
#include <array>
#include <string>
#include <vector>

#include "ace/potential.hpp"

namespace mlip::fit {

/// What a basis spends its functions on: the factor of each order in complexity(), and the largest
/// n of each.
struct Shape {
  const char* name;
  std::array<double, 6> factors;
  std::array<int, 6> largest_n;
};
/// "collective" and "many-body": high orders early, as metals want them, surfaces and clusters the
/// most.  "resolved": high n and l in low orders first, as covalent bonds and molecules do. Sharper
/// radial functions than the largest n fit what is between the data to noise.
inline constexpr std::array<Shape, 4> shapes = {
    {{"balanced", {0.7, 1, 1.5, 2.2, 3.2, 5}, {10, 10, 10, 10, 10, 10}},
     {"many-body", {0.9, 1, 1.35, 1.9, 2.6, 3.4}, {10, 10, 10, 10, 10, 10}},
     {"resolved", {0.5, 1, 1.7, 2.8, 5, 9}, {10, 10, 10, 10, 10, 10}},
     {"collective", {0.9, 1, 1.3, 1.6, 1.9, 2.2}, {8, 8, 6, 4, 3, 2}}}};

/// (1 + Σ (n − 1 + l)) times the order's factor: the smaller, the smoother and the cheaper a
/// function (total-degree bases, doi:10.1063/5.0158783).
[[nodiscard]] double complexity(const ace::Function& function, const Shape& shape);

/// The functions of least complexity: all of a complexity, until there are `functions` or more.
[[nodiscard]] ace::Potential graded_basis(const std::vector<std::string>& elements, double cutoff,
                                          const Shape& shape, std::size_t functions);

/// Columns of the design matrix (the potential's order of functions) by complexity.
struct Ranking {
  std::vector<Eigen::Index> order;   ///< column at each rank
  std::vector<Eigen::Index> shells;  ///< how many functions end each shell, ascending
};
[[nodiscard]] Ranking rank_functions(const ace::Potential& basis, const Shape& shape);

/// The functions of `basis` at the first `count` ranks, its bonds no larger than these need.
[[nodiscard]] ace::Potential leading_functions(const ace::Potential& basis, const Ranking& ranking,
                                               Eigen::Index count);

}  // namespace mlip::fit
