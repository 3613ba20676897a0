#include "ace/ctilde.hpp"

#include <tuple>

#include "ace/coupling.hpp"

namespace mlip::ace {

namespace {

using Key = std::tuple<std::size_t, std::vector<int>, std::vector<int>, std::vector<int>>;
using Products = std::map<std::vector<int>, std::vector<double>>;

CTildeFunction flatten(const Key& key, const Products& products) {
  CTildeFunction result;
  std::tie(std::ignore, result.mus, result.ns, result.ls) = key;
  for (const auto& [m, coefficients] : products) {
    result.ms.insert(result.ms.end(), m.begin(), m.end());
    result.coefficients.insert(result.coefficients.end(), coefficients.begin(), coefficients.end());
  }
  return result;
}

void add_products(const Function& function, Products& products) {
  for (const Coupling& coupling : couplings(function.ls, function.LS)) {
    std::vector<double>& sum = products[coupling.m];
    sum.resize(function.coefficients.size());
    for (std::size_t p = 0; p < sum.size(); ++p)
      sum[p] += function.coefficients[p] * coupling.value;
  }
}

}  // namespace

CTildePotential to_ctilde(const Potential& potential) {
  CTildePotential result{potential.elements,   potential.E0,    potential.delta_spline_bins,
                         potential.embeddings, potential.bonds, {}};
  result.E0.resize(potential.species(), 0.0);
  for (const std::vector<Function>& list : potential.functions) {
    std::map<Key, Products> merged;
    for (const Function& function : list)
      add_products(function, merged[{function.mus.size(), function.mus, function.ns, function.ls}]);
    result.functions.emplace_back();
    for (const auto& [key, products] : merged)
      result.functions.back().push_back(flatten(key, products));
  }
  return result;
}

}  // namespace mlip::ace
