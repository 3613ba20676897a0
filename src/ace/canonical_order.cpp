#include "ace/canonical_order.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "ace/coupling.hpp"

namespace mlip::ace {

namespace {

using MomentumKey = std::pair<std::size_t, std::vector<int>>;

MomentumKey tuple_key(const std::vector<int>& ls, const std::vector<int>& LS) {
  MomentumKey key;
  for (const Coupling& coupling : couplings(ls, LS)) {
    ++key.first;
    key.second.insert(key.second.end(), coupling.m.begin(), coupling.m.end());
  }
  return key;
}

/// Sort keys of LS groups, found once for each (ls, LS).
class LSRanking {
 public:
  MomentumKey operator()(const std::vector<int>& ls, const std::vector<int>& LS) {
    const auto [place, fresh] = known_.try_emplace({ls, LS});
    if (fresh) place->second = exception(ls, LS);
    return place->second;
  }

 private:
  static MomentumKey exception(const std::vector<int>& ls, const std::vector<int>& LS) {
    for (const LSOrder& group : ls_order_exceptions()) {
      if (!std::ranges::equal(group.ls, ls)) continue;
      const auto found = std::ranges::find_if(
          group.order, [&](const auto& each) { return std::ranges::equal(each, LS); });
      return {static_cast<std::size_t>(found - group.order.begin()), {}};
    }
    return tuple_key(ls, LS);
  }

  std::map<std::pair<std::vector<int>, std::vector<int>>, MomentumKey> known_;
};

auto factors(const Function& f) {
  return std::tuple<std::size_t, const std::vector<int>&, const std::vector<int>&,
                    const std::vector<int>&>(f.mus.size(), f.mus, f.ns, f.ls);
}

bool same_factors(const Function& a, const Function& b) {
  return a.mus == b.mus && a.ns == b.ns && a.ls == b.ls;
}

}  // namespace

void sort_canonically(std::vector<Function>& functions) {
  std::stable_sort(functions.begin(), functions.end(),
                   [](const Function& a, const Function& b) { return factors(a) < factors(b); });
  LSRanking ranking;
  for (auto first = functions.begin(); first != functions.end();) {
    const auto last = std::find_if(first, functions.end(),
                                   [&](const Function& f) { return !same_factors(*first, f); });
    if (last - first > 1)
      std::stable_sort(first, last, [&](const Function& a, const Function& b) {
        return ranking(a.ls, a.LS) < ranking(b.ls, b.LS);
      });
    first = last;
  }
}

}  // namespace mlip::ace
