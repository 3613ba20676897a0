#include "ace/basis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include "ace/canonical_order.hpp"
#include "ace/coupling.hpp"
#include "core/element.hpp"
#include "core/error.hpp"

namespace mlip::ace {

namespace {

using Channel = std::pair<int, int>;  // (mu, n)

[[noreturn]] void reject(const std::string& message, const std::string& remedy) {
  throw core::UserError(core::ExitCode::bad_input, message, remedy);
}

void check_orders(const BasisOptions& options) {
  const auto& n = options.nradmax_by_orders;
  const auto& l = options.lmax_by_orders;
  if (n.empty() || n.size() != l.size() || n.size() > 12)
    reject(fmt::format("'nradmax_by_orders' has {} entries and 'lmax_by_orders' {}", n.size(),
                       l.size()),
           "give both one number for each correlation order, 1 to 12 of them");
  MLIP_ASSERT(options.degree_by_orders.empty() || options.degree_by_orders.size() == n.size());
  for (std::size_t r = 0; r < n.size(); ++r) {
    if (n[r] < 1 || n[r] > n[0])
      reject(fmt::format("'nradmax_by_orders' has {} at order {}", n[r], r + 1),
             fmt::format("use 1 to {}, the number of radial basis functions", n[0]));
    if (l[r] < 0 || l[r] > (r < 2 ? 12 : r < 4 ? 6 : 3))
      reject(fmt::format("'lmax_by_orders' has {} at order {}", l[r], r + 1),
             "use at most 12 for order 2, 6 for orders 3 and 4, 3 above");
  }
}

void check_options(const BasisOptions& options) {
  check_orders(options);
  if (!(options.cutoff > 0) || options.cutoff > 100)
    reject(fmt::format("'cutoff' is {} Å", options.cutoff), "use a positive distance below 100 Å");
  if (options.radial_parameters.empty()) reject("'radial_parameters' is empty", "give one number");
}

std::vector<std::string> sorted_elements(std::vector<std::string> elements) {
  std::sort(elements.begin(), elements.end());
  if (elements.empty()) reject("a potential without elements", "name at least one");
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (!core::atomic_number(elements[i]))
      reject(fmt::format("'{}' is not an element", elements[i]),
             fmt::format("did you mean '{}'?", core::nearest_symbol(elements[i])));
    if (i > 0 && elements[i] == elements[i - 1])
      reject(fmt::format("element '{}' is named twice", elements[i]), "name each element once");
  }
  return elements;
}

Bond make_bond(const BasisOptions& options) {
  Bond bond;
  const auto& n = options.nradmax_by_orders;
  bond.nradbasemax = n[0];
  bond.nradmax = n.size() > 1 ? *std::max_element(n.begin() + 1, n.end()) : 0;
  bond.lmax = *std::ranges::max_element(options.lmax_by_orders);
  bond.basis = options.radial;
  bond.parameters = options.radial_parameters;
  bond.rcut = options.cutoff;
  for (int i = 0; i < bond.nradmax; ++i)
    for (int l = 0; l <= bond.lmax; ++l)
      for (int k = 0; k < bond.nradbasemax; ++k) bond.coefficients.push_back(i == k ? 1 : 0);
  return bond;
}

/// Functions of one central species, order by order.
class FunctionList {
 public:
  FunctionList(int mu0, int species, const BasisOptions& options)
      : mu0_(mu0), species_(species), options_(options) {}

  std::vector<Function> make() {
    for (rank_ = 1; rank_ <= static_cast<int>(options_.nradmax_by_orders.size()); ++rank_)
      add_channels({0, 1});
    sort_canonically(functions_);
    return std::move(functions_);
  }

 private:
  [[nodiscard]] int nmax() const {
    return options_.nradmax_by_orders[static_cast<std::size_t>(rank_ - 1)];
  }
  [[nodiscard]] int lmax() const {
    return rank_ == 1 ? 0 : options_.lmax_by_orders[static_cast<std::size_t>(rank_ - 1)];
  }

  [[nodiscard]] int degree() const {
    return options_.degree_by_orders.empty()
               ? std::numeric_limits<int>::max()
               : options_.degree_by_orders[static_cast<std::size_t>(rank_ - 1)];
  }

  void add_channels(Channel from) {
    if (static_cast<int>(channels_.size()) == rank_) return add_momenta();
    for (; from.first < species_; ++from.first, from.second = 1)
      for (; from.second <= nmax() && degree_ + from.second - 1 <= degree(); ++from.second) {
        channels_.push_back(from);
        degree_ += from.second - 1;
        add_channels(from);
        degree_ -= from.second - 1;
        channels_.pop_back();
      }
  }

  void add_momenta() {
    const std::size_t t = ls_.size();
    if (static_cast<int>(t) == rank_) return add_couplings();
    const bool repeated = t > 0 && channels_[t] == channels_[t - 1];
    for (int l = repeated ? ls_.back() : 0; l <= lmax() && degree_ + l <= degree(); ++l) {
      ls_.push_back(l);
      degree_ += l;
      add_momenta();
      degree_ -= l;
      ls_.pop_back();
    }
  }

  void add_couplings() {
    if (std::accumulate(ls_.begin(), ls_.end(), 0) % 2 != 0) return;
    std::vector<int> pattern(channels_.size(), 0);
    for (std::size_t t = 1; t < pattern.size(); ++t)
      pattern[t] = pattern[t - 1] + (channels_[t] != channels_[t - 1]);
    const auto [place, fresh] = independent_.try_emplace({pattern, ls_});
    if (fresh) place->second = independent_LS(pattern, ls_);
    for (const std::vector<int>& LS : place->second) {
      Function function{mu0_, {}, {}, ls_, LS, {0.0}};
      for (const Channel& channel : channels_) {
        function.mus.push_back(channel.first);
        function.ns.push_back(channel.second);
      }
      functions_.push_back(std::move(function));
    }
  }

  int mu0_, species_, rank_ = 1;
  int degree_ = 0;  ///< of the channels and momenta chosen so far
  const BasisOptions& options_;
  std::vector<Channel> channels_;
  std::vector<int> ls_;
  std::map<std::pair<std::vector<int>, std::vector<int>>, std::vector<std::vector<int>>>
      independent_;
  std::vector<Function> functions_;
};

}  // namespace

Potential make_basis(const std::vector<std::string>& elements, const BasisOptions& options) {
  check_options(options);
  Potential potential;
  potential.elements = sorted_elements(elements);
  const std::size_t n = potential.species();
  potential.E0.assign(n, 0);
  potential.embeddings.resize(n);
  potential.bonds.assign(n * n, make_bond(options));
  for (std::size_t mu = 0; mu < n; ++mu)
    potential.functions.push_back(
        FunctionList(static_cast<int>(mu), static_cast<int>(n), options).make());
  return potential;
}

}  // namespace mlip::ace
