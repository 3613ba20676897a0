#include "generate/pair_counts.hpp"

#include <array>
#include <cmath>
#include <map>

#include "core/vectorise.hpp"

namespace mlip::generate {

namespace {

constexpr std::size_t lanes = 16;

/// What a swap meets: rows of its sites and kinds.
struct SwapRows {
  const std::int16_t *of_a, *of_b;
  const float *excess_k, *excess_l, *others_k, *others_l;
  std::size_t length;
};

/// `cost` and those of both kinds' pairs with other kinds after the swap, as far as it is not above
/// the limit.
MLIP_VECTORISE float with_others(const SwapRows& rows, float cost, float limit) {
  for (std::size_t start = 0; start < rows.length && cost <= limit; start += lanes) {
    alignas(64) std::array<float, lanes> sums;
    for (std::size_t p = 0; p < lanes; ++p) {
      const std::size_t at = start + p;
      const auto moved = static_cast<float>(int(rows.of_a[at]) - int(rows.of_b[at]));
      sums[p] = rows.others_k[at] * std::fabs(rows.excess_k[at] - moved) +
                rows.others_l[at] * std::fabs(rows.excess_l[at] + moved);
    }
    for (std::size_t p = 0; p < 8; ++p) sums[p] += sums[p + 8];
    for (std::size_t p = 0; p < 4; ++p) sums[p] += sums[p + 4];
    cost += (sums[0] + sums[2]) + (sums[1] + sums[3]);
  }
  return cost;
}

}  // namespace

PairCounts::PairCounts(const SqsProblem& problem, const SqsProblem::Decoration& decoration)
    : problem_(problem),
      kinds_(problem.kinds().size()),
      shells_(static_cast<std::size_t>(problem.shells())),
      row_((kinds_ * shells_ + lanes - 1) / lanes * lanes),
      sites_(decoration.size()),
      near_(sites_ * row_, 0),
      counts_(kinds_ * row_, 0),
      excess_(counts_.size(), 0),
      pair_cost_(kinds_ * kinds_, 0),
      costs_(kinds_, 0) {
  set_scales();
  collect_bonds();
  for (std::size_t i = 0; i < sites_; ++i)
    for (const Contact& contact : problem.contacts(int(i))) {
      if (contact.site == int(i)) continue;  // a site and its image are always alike
      const auto kind = std::size_t(decoration[std::size_t(contact.site)]);
      const std::size_t at = place(kind, std::size_t(contact.shell));
      near_[i * row_ + at] = static_cast<std::int16_t>(near_[i * row_ + at] + contact.images);
      counts_[std::size_t(decoration[i]) * row_ + at] += float(contact.images);
    }
  add_costs();
}

void PairCounts::set_scales() {
  scale_.assign(kinds_ * kinds_ * shells_, 0);
  others_.assign(kinds_ * kinds_ * row_, 0);
  for (std::size_t k = 0; k < kinds_; ++k)
    for (std::size_t l = 0; l < kinds_; ++l)
      for (std::size_t s = 0; s < shells_; ++s) {
        const float scale = float(problem_.pair(int(k), int(l), int(s)).scale);
        scale_[pair(k, l) * shells_ + s] = scale;
        for (std::size_t q = 0; q < kinds_; ++q)
          if (q != l) others_[pair(k, q) * row_ + place(l, s)] = scale;
      }
}

void PairCounts::collect_bonds() {
  std::map<std::vector<std::int16_t>, std::uint16_t> types;
  const auto type_of = [&](const std::vector<std::int16_t>& bond) {
    const auto [found, fresh] = types.try_emplace(bond, std::uint16_t(types.size()));
    if (fresh) bonds_.insert(bonds_.end(), bond.begin(), bond.end());
    return found->second;
  };
  bond_.assign(sites_ * sites_, type_of(std::vector<std::int16_t>(shells_, 0)));
  for (std::size_t i = 0; i < sites_; ++i) {
    const auto& contacts = problem_.contacts(int(i));
    for (std::size_t first = 0, end = 0; first < contacts.size(); first = end) {
      std::vector<std::int16_t> bond(shells_, 0);
      for (; end < contacts.size() && contacts[end].site == contacts[first].site; ++end)
        bond[std::size_t(contacts[end].shell)] = static_cast<std::int16_t>(contacts[end].images);
      bond_[i * sites_ + std::size_t(contacts[first].site)] = type_of(bond);
    }
  }
}

/// How many more pairs of the two kinds there are in a shell; one of the two sites stays one.
int PairCounts::more_pairs(const Swap& swap, std::size_t shell) const {
  const std::int16_t *of_a = &near_[swap.a * row_], *of_b = &near_[swap.b * row_];
  const std::size_t k = place(swap.k, shell), l = place(swap.l, shell);
  return of_a[k] - of_b[k] - of_a[l] + of_b[l] +
         2 * bonds_[bond_[swap.a * sites_ + swap.b] * shells_ + shell];
}

float PairCounts::cost_after(const Swap& swap, float limit) const {
  const auto [a, b, k, l] = swap;
  const std::size_t kl = pair(k, l), lk = pair(l, k);
  float cost = with_others({.of_a = &near_[a * row_],
                            .of_b = &near_[b * row_],
                            .excess_k = &excess_[k * row_],
                            .excess_l = &excess_[l * row_],
                            .others_k = &others_[kl * row_],
                            .others_l = &others_[lk * row_],
                            .length = row_},
                           cost_ - costs_[k] - costs_[l] + pair_cost_[kl], limit);
  for (std::size_t s = 0; s < shells_ && cost <= limit; ++s)
    cost += scale_[kl * shells_ + s] *
            std::fabs(excess_[k * row_ + place(l, s)] + float(more_pairs(swap, s)));
  return cost;
}

void PairCounts::take(const Swap& swap) {
  move_pairs(swap);
  replace_neighbour(swap.a, swap.k, swap.l);
  replace_neighbour(swap.b, swap.l, swap.k);
  add_costs();
}

void PairCounts::move_pairs(const Swap& swap) {
  const auto add = [&](std::size_t p, std::size_t q, std::size_t s, int more) {
    counts_[p * row_ + place(q, s)] += float(more);
    counts_[q * row_ + place(p, s)] += float(more);
  };
  for (std::size_t s = 0; s < shells_; ++s) {
    for (std::size_t q = 0; q < kinds_; ++q) {
      if (q == swap.k || q == swap.l) continue;
      const int moved = near_[swap.a * row_ + place(q, s)] - near_[swap.b * row_ + place(q, s)];
      add(swap.k, q, s, -moved);
      add(swap.l, q, s, moved);
    }
    add(swap.k, swap.l, s, more_pairs(swap, s));
  }
}

void PairCounts::replace_neighbour(std::size_t site, std::size_t old_kind, std::size_t new_kind) {
  for (const Contact& contact : problem_.contacts(int(site))) {
    if (contact.site == int(site)) continue;
    std::int16_t* near = &near_[std::size_t(contact.site) * row_];
    const std::size_t from = place(old_kind, std::size_t(contact.shell)),
                      to = place(new_kind, std::size_t(contact.shell));
    near[from] = static_cast<std::int16_t>(near[from] - contact.images);
    near[to] = static_cast<std::int16_t>(near[to] + contact.images);
  }
}

void PairCounts::add_costs() {
  cost_ = 0;
  for (std::size_t k = 0; k < kinds_; ++k) {
    costs_[k] = 0;
    for (std::size_t l = 0; l < kinds_; ++l) {
      float sum = 0;
      for (std::size_t s = 0; s < shells_; ++s) {
        const std::size_t at = k * row_ + place(l, s);
        excess_[at] = counts_[at] - float(problem_.pair(int(k), int(l), int(s)).wanted);
        sum += scale_[pair(k, l) * shells_ + s] * std::fabs(excess_[at]);
      }
      pair_cost_[pair(k, l)] = sum;
      costs_[k] += sum;
      if (l < k) cost_ += sum;
    }
  }
}

}  // namespace mlip::generate
