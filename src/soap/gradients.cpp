#include <map>

#include "core/error.hpp"
#include "soap/soap.hpp"

namespace mlip::soap {

using std::size_t;

namespace {

/// Changes of a centre's coefficients with the position of each atom: x, y, z after one another.
using Changes = std::map<size_t, ace::LaneBuffer>;

/// The centre itself moves against all others.
Changes changes_of(const Expansion& expansion, size_t channels, size_t centre, const Near& near) {
  const size_t size = expansion.size(), all = channels * size;
  Changes changes;
  ace::LaneBuffer one;
  const auto change_of = [&](size_t atom) -> Lane* {
    const auto [entry, fresh] = changes.try_emplace(atom);
    if (fresh) entry->second.zero(3 * all);
    return entry->second.data();
  };
  Lane* own = change_of(centre);
  for (size_t c = 0; c < channels; ++c)
    for (size_t k = near.first[c]; k < near.first[c + 1]; ++k) {
      if (near.atom[k] < 0 || size_t(near.atom[k]) == centre) continue;
      one.zero(3 * size);
      expansion.add_gradient({near.x[k], near.y[k], near.z[k]}, one.data());
      Lane* other = change_of(size_t(near.atom[k]));
      for (size_t axis = 0; axis < 3; ++axis)
        for (size_t i = 0; i < size; ++i) {
          other[axis * all + c * size + i] += one.data()[axis * size + i];
          own[axis * all + c * size + i] -= one.data()[axis * size + i];
        }
    }
  return changes;
}

}  // namespace

Gradient Soap::gradient(const Lane* coefficients, const Lane* change) const {
  Gradient result = Gradient::Zero(Eigen::Index(features_), 3);
  for (Eigen::Index axis = 0; axis < 3; ++axis)
    spectrum_.add_change(coefficients, change + size_t(axis) * spectrum_.coefficients(),
                         result.col(axis).data());
  return result;
}

void Soap::visit_gradients(
    const core::Structure& structure,
    const std::function<void(size_t centre, size_t atom, const Gradient&)>& visit) const {
  const Surroundings around = surroundings(structure);
  for_each_centre(around, 0, around.boxes(), 1, [&](size_t, size_t centre, const Near& near) {
    ace::LaneBuffer coefficients;
    coefficients.zero(spectrum_.coefficients());
    expand(near, coefficients.data());
    for (const auto& [atom, change] : changes_of(expansion_, spectrum_.channels(), centre, near))
      visit(centre, atom, gradient(coefficients.data(), change.data()));
  });
}

std::vector<Gradient> Soap::average_gradients(const core::Structure& structure,
                                              Average kind) const {
  demand_atoms(structure);
  const double share = 1 / double(structure.size());
  std::vector<Gradient> result(structure.size(), Gradient::Zero(Eigen::Index(features_), 3));
  if (kind == Average::outer) {
    visit_gradients(structure,
                    [&](size_t, size_t atom, const Gradient& one) { result[atom] += share * one; });
    return result;
  }
  const Surroundings around = surroundings(structure);
  const size_t count = spectrum_.coefficients();
  ace::LaneBuffer mean;
  mean.zero(count);
  std::vector<ace::LaneBuffer> sums(structure.size());
  for (auto& sum : sums) sum.zero(3 * count);
  for_each_centre(around, 0, around.boxes(), 1, [&](size_t, size_t centre, const Near& near) {
    expand(near, mean.data());
    for (const auto& [atom, change] : changes_of(expansion_, spectrum_.channels(), centre, near))
      for (size_t k = 0; k < 3 * count; ++k) sums[atom].data()[k] += change.data()[k];
  });
  for (size_t atom = 0; atom < sums.size(); ++atom)
    result[atom] = share * share * gradient(mean.data(), sums[atom].data());
  return result;
}

}  // namespace mlip::soap
