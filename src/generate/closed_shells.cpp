#include "generate/closed_shells.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "generate/molecules.hpp"

namespace mlip::generate {

namespace {

using Valences = std::vector<std::set<int>>;

/// Of H, He, B to Ne, Si to Ar, Ge to Kr, Te to Xe: of nitro groups, phosphates and sulfates too.
const std::map<int, std::set<int>> valences_of_elements = {
    {1, {1}},        {2, {0}},  {5, {3}},     {6, {4}},        {7, {3, 5}},     {8, {2}},
    {9, {1}},        {10, {0}}, {14, {4}},    {15, {3, 5}},    {16, {2, 4, 6}}, {17, {1}},
    {18, {0}},       {32, {4}}, {33, {3, 5}}, {34, {2, 4, 6}}, {35, {1}},       {36, {0}},
    {52, {2, 4, 6}}, {53, {1}}, {54, {0}}};

/// Orders of the bonds, one after the other, until every atom has one of its valences.
class BondOrders {
 public:
  BondOrders(std::vector<Bond> bonds, Valences valences)
      : bonds_(std::move(bonds)),
        valences_(std::move(valences)),
        sums_(valences_.size(), 0),
        open_(valences_.size(), 0) {
    for (const Bond& bond : bonds_) ++open_[at(bond.first)], ++open_[at(bond.second)];
  }

  [[nodiscard]] bool exist() {
    for (std::size_t atom = 0; atom < sums_.size(); ++atom)
      if (!possible(atom)) return false;
    return completed(0);
  }

 private:
  static constexpr int highest_order = 3;

  static std::size_t at(int atom) { return static_cast<std::size_t>(atom); }

  /// Whether bonds without an order can still bring the atom to a valence.
  [[nodiscard]] bool possible(std::size_t atom) const {
    return std::ranges::any_of(valences_[atom], [&](int valence) {
      const int missing = valence - sums_[atom];
      return missing >= open_[atom] && missing <= highest_order * open_[atom];
    });
  }

  void give(const Bond& bond, int order, int decided) {
    for (const int atom : {bond.first, bond.second}) {
      sums_[at(atom)] += order;
      open_[at(atom)] -= decided;
    }
  }

  bool completed(std::size_t next) {
    if (next == bonds_.size()) return true;
    if (--tries_left_ < 0) return false;
    const Bond& bond = bonds_[next];
    for (int order = 1; order <= highest_order; ++order) {
      give(bond, order, 1);
      if (possible(at(bond.first)) && possible(at(bond.second)) && completed(next + 1)) return true;
      give(bond, -order, -1);
    }
    return false;
  }

  std::vector<Bond> bonds_;
  Valences valences_;
  std::vector<int> sums_;       ///< of the orders that an atom's bonds have
  std::vector<int> open_;       ///< its bonds without an order
  int tries_left_ = 1'000'000;  ///< many rings have very many orders: then nothing is known
};

bool is_diradical(const core::Structure& molecule) {
  static const std::set<int> diradicals = {5, 8, 16, 34, 52};
  return molecule.size() == 2 && diradicals.contains(molecule.numbers[0]) &&
         diradicals.contains(molecule.numbers[1]);
}

}  // namespace

bool has_closed_shells(const core::Structure& molecule) {
  if (is_diradical(molecule)) return false;
  Valences valences;
  for (const int number : molecule.numbers) {
    const auto known = valences_of_elements.find(number);
    if (known == valences_of_elements.end()) return false;
    valences.push_back(known->second);
  }
  return BondOrders(find_bonds(molecule), std::move(valences)).exist();
}

}  // namespace mlip::generate
