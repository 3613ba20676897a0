#include "fit/complexity.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "ace/basis.hpp"
#include "core/error.hpp"

namespace mlip::fit {

namespace {

/// Beyond these the order of `.asi` columns is not ours to know, or couplings get dear.
constexpr std::array<int, 6> largest_l = {0, 10, 6, 4, 3, 2};
constexpr double same = 1e-9;

/// Largest Σ (n − 1 + l) of an order within a complexity.
int degree_within(double limit, double factor) {
  return static_cast<int>(std::floor(limit / factor - 1 + same));
}

ace::Potential basis_within(const std::vector<std::string>& elements, double cutoff,
                            const Shape& shape, double limit) {
  ace::BasisOptions options;
  options.cutoff = cutoff;
  options.nradmax_by_orders.clear();
  options.lmax_by_orders.clear();
  for (std::size_t order = 0; order < shape.factors.size(); ++order) {
    const int degree = degree_within(limit, shape.factors[order]);
    if (degree < 0) break;
    options.degree_by_orders.push_back(degree);
    options.nradmax_by_orders.push_back(std::min(degree + 1, shape.largest_n[order]));
    // A momentum above half the degree finds no partner: at least two factors share it.
    options.lmax_by_orders.push_back(std::min(largest_l[order], degree / 2));
  }
  return ace::make_basis(elements, options);
}

/// Limits at which shells begin, ascending.
std::vector<double> limits(const Shape& shape) {
  std::vector<double> values;
  for (double factor : shape.factors)
    for (int degree = 0; factor * (degree + 1) < 30; ++degree)
      values.push_back(factor * (degree + 1));
  std::ranges::sort(values);
  values.erase(
      std::unique(values.begin(), values.end(), [](double a, double b) { return b - a < same; }),
      values.end());
  return values;
}

void shrink(ace::Bond& bond, int nradbase, int nradmax, int lmax) {
  std::vector<double> coefficients;
  for (int n = 0; n < nradmax; ++n)
    for (int l = 0; l <= lmax; ++l)
      for (int k = 0; k < nradbase; ++k)
        coefficients.push_back(bond.coefficients[static_cast<std::size_t>(
            (n * (bond.lmax + 1) + l) * bond.nradbasemax + k)]);
  bond.coefficients = std::move(coefficients);
  bond.nradbasemax = nradbase;
  bond.nradmax = nradmax;
  bond.lmax = lmax;
}

}  // namespace

double complexity(const ace::Function& function, const Shape& shape) {
  const int degree = std::accumulate(function.ns.begin(), function.ns.end(), -function.rank()) +
                     std::accumulate(function.ls.begin(), function.ls.end(), 0);
  return shape.factors.at(static_cast<std::size_t>(function.rank() - 1)) * (degree + 1);
}

ace::Potential graded_basis(const std::vector<std::string>& elements, double cutoff,
                            const Shape& shape, std::size_t functions) {
  ace::Potential basis;
  for (double limit : limits(shape)) {
    basis = basis_within(elements, cutoff, shape, limit);
    if (basis.function_count() >= functions) break;
  }
  return basis;
}

Ranking rank_functions(const ace::Potential& basis, const Shape& shape) {
  std::vector<double> complexities;
  for (const auto& functions : basis.functions)
    for (const ace::Function& function : functions)
      complexities.push_back(complexity(function, shape));
  Ranking ranking;
  ranking.order.resize(complexities.size());
  std::iota(ranking.order.begin(), ranking.order.end(), 0);
  const auto of = [&](Eigen::Index column) {
    return complexities[static_cast<std::size_t>(column)];
  };
  std::ranges::stable_sort(ranking.order, {}, of);
  for (std::size_t k = 0; k < ranking.order.size(); ++k)
    if (k + 1 == ranking.order.size() || of(ranking.order[k + 1]) - of(ranking.order[k]) > same)
      ranking.shells.push_back(static_cast<Eigen::Index>(k + 1));
  return ranking;
}

ace::Potential leading_functions(const ace::Potential& basis, const Ranking& ranking,
                                 Eigen::Index count) {
  std::vector<char> kept(ranking.order.size(), 0);
  for (Eigen::Index k = 0; k < count; ++k)
    kept[static_cast<std::size_t>(ranking.order[static_cast<std::size_t>(k)])] = 1;
  ace::Potential part = basis;
  std::size_t column = 0;
  int nradbase = 1, nradmax = 0, lmax = 0;
  for (auto& functions : part.functions)
    std::erase_if(functions, [&](const ace::Function& function) {
      if (!kept[column++]) return true;
      const int n = *std::ranges::max_element(function.ns);
      nradbase = std::max(nradbase, n);
      if (function.rank() > 1) nradmax = std::max(nradmax, n);
      lmax = std::max(lmax, *std::ranges::max_element(function.ls));
      return false;
    });
  for (ace::Bond& bond : part.bonds) shrink(bond, nradbase, nradmax, lmax);
  return part;
}

}  // namespace mlip::fit
