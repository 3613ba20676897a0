#include "fit/ladder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>

#include "core/error.hpp"
#include "fit/nonlinear.hpp"

namespace mlip::fit {

namespace {

int power(const ace::Function& f) {
  return f.rank() + std::accumulate(f.ns.begin(), f.ns.end(), 0) +
         std::accumulate(f.ls.begin(), f.ls.end(), 0);
}

auto identity(const ace::Function& f) {
  return std::tuple(f.mus, f.ns, f.ls, f.LS);
}

[[noreturn]] void reject(const std::string& difference) {
  throw core::UserError(
      core::ExitCode::bad_input,
      fmt::format("the potential to go on from has {} than the basis", difference),
      "fit the basis from the start, or give it the same elements, cutoffs and "
      "radial basis");
}

void check_bond(const ace::Bond& previous, const ace::Bond& next) {
  if (previous.basis != next.basis || previous.parameters != next.parameters)
    reject("another radial basis");
  if (previous.rcut != next.rcut || previous.dcut != next.dcut)
    reject(fmt::format("another cutoff, {} Å,", previous.rcut));
}

void carry_radial(const ace::Bond& previous, ace::Bond& next) {
  const auto at = [](const ace::Bond& bond, int n, int l, int k) {
    return static_cast<std::size_t>((n * (bond.lmax + 1) + l) * bond.nradbasemax + k);
  };
  for (int n = 0; n < std::min(previous.nradmax, next.nradmax); ++n)
    for (int l = 0; l <= std::min(previous.lmax, next.lmax); ++l)
      for (int k = 0; k < std::min(previous.nradbasemax, next.nradbasemax); ++k)
        next.coefficients[at(next, n, l, k)] = previous.coefficients[at(previous, n, l, k)];
}

}  // namespace

ace::Potential lowest_functions(const ace::Potential& potential, double share) {
  ace::Potential result = potential;
  for (auto& functions : result.functions) {
    std::vector<int> powers;
    for (const ace::Function& f : functions) powers.push_back(f.rank() == 1 ? 0 : power(f));
    std::vector<std::size_t> order(functions.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t f) { return powers[f]; });
    const auto pairs = static_cast<std::size_t>(std::ranges::count(powers, 0));
    const auto wanted = static_cast<std::size_t>(
        std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(functions.size())));
    order.resize(std::max(pairs, wanted));
    std::ranges::sort(order);
    std::vector<ace::Function> kept;
    for (std::size_t f : order) kept.push_back(functions[f]);
    functions = std::move(kept);
  }
  return result;
}

std::vector<double> rung_shares(double step) {
  std::vector<double> shares;
  if (step > 0)
    for (int k = 1; k * step < 1; ++k) shares.push_back(k * step);
  shares.push_back(1);
  return shares;
}

ace::Potential carried_over(const ace::Potential& previous, const ace::Potential& basis) {
  if (previous.elements != basis.elements) reject("other elements");
  ace::Potential next = basis;
  next.embeddings = previous.embeddings;
  for (std::size_t b = 0; b < next.bonds.size(); ++b) {
    check_bond(previous.bonds[b], next.bonds[b]);
    carry_radial(previous.bonds[b], next.bonds[b]);
  }
  for (std::size_t s = 0; s < next.species(); ++s) {
    std::map<decltype(identity(std::declval<ace::Function>())), const std::vector<double>*> known;
    for (const ace::Function& f : previous.functions[s]) known[identity(f)] = &f.coefficients;
    const auto densities = static_cast<std::size_t>(next.embeddings[s].densities());
    for (ace::Function& f : next.functions[s]) {
      const auto found = known.find(identity(f));
      f.coefficients = found == known.end() ? std::vector<double>(densities, 0) : *found->second;
    }
  }
  return next;
}

}  // namespace mlip::fit
