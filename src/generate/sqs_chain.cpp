#include "generate/sqs_chain.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.hpp"
#include "core/seed.hpp"

namespace mlip::generate {

namespace {

constexpr long swaps_a_step = 512;  // between changes of temperature
// First and last temperature over the mean change of a random decoration by a swap
constexpr double hottest = 0.12, coldest = 0.06;

/// 2¹² variates of the unit exponential distribution, −ln of evenly spread numbers.
const std::array<float, 4096>& exponential_variates() {
  static const auto table = [] {
    std::array<float, 4096> values{};
    for (std::size_t k = 0; k < values.size(); ++k)
      values[k] = static_cast<float>(-std::log((double(k) + 0.5) / double(values.size())));
    return values;
  }();
  return table;
}

/// A decoration, the neighbours of its sites and the counts of its pairs, `W` shells side by side.
template <int W>
class Annealing {
 public:
  Annealing(const SqsProblem& problem, std::uint64_t seed);
  [[nodiscard]] SqsFound run(const SqsChain& chain);

 private:
  using Row = Eigen::Array<float, W, 1>;
  /// What site is in how many images around another, by shell.
  struct Bond {
    int site;
    Row images;
  };
  /// Two sites and their kinds.
  struct Swap {
    std::size_t a, b, k, l;
  };

  void shuffle();
  void collect_bonds();
  void collect_triplets();
  void count();
  [[nodiscard]] std::size_t pair(std::size_t k, std::size_t l) const { return k * kinds_ + l; }
  [[nodiscard]] float cost(std::size_t pair, const Row& counts) const {
    return (scale_[pair] * (wanted_[pair] - counts).abs()).sum();
  }
  [[nodiscard]] Swap draw();
  [[nodiscard]] Row exchange(const Swap& swap) const;
  [[nodiscard]] float change(const Swap& swap) const;
  void take(const Swap& swap);
  bool attempt(float temperature);
  void set_count(std::size_t k, std::size_t l, const Row& counts);
  [[nodiscard]] float triplet_change(const Swap& swap);
  void count_triplets(const Swap& swap, float sign);
  void add_triplet(std::size_t index, float sign);
  [[nodiscard]] float value() const;
  [[nodiscard]] double mean_change();

  const SqsProblem& problem_;
  std::mt19937_64 engine_;
  std::size_t sites_, kinds_;
  SqsProblem::Decoration decoration_;
  std::vector<int> start_, size_;         ///< of each site's sublattice
  std::vector<std::vector<Bond>> bonds_;  ///< of each site
  std::vector<std::uint16_t> bond_type_;  ///< of two sites
  std::vector<Row> bond_types_;
  std::vector<Row> near_;                     ///< sites of each kind around each site
  std::vector<Row> counts_, scale_, wanted_;  ///< of pairs of kinds
  std::vector<float> costs_;
  std::vector<std::vector<int>> triplets_of_;  ///< of each site
  std::vector<float> triplet_counts_;
  std::vector<int> touched_;
  std::vector<float> before_;
  float triplet_cost_ = 0;
};

template <int W>
Annealing<W>::Annealing(const SqsProblem& problem, std::uint64_t seed)
    : problem_(problem),
      engine_(seed),
      sites_(static_cast<std::size_t>(problem.starts().back())),
      kinds_(problem.kinds().size()),
      decoration_(problem.first_decoration()) {
  for (std::size_t a = 0; a + 1 < problem.starts().size(); ++a)
    for (int i = problem.starts()[a]; i < problem.starts()[a + 1]; ++i) {
      start_.push_back(problem.starts()[a]);
      size_.push_back(problem.starts()[a + 1] - problem.starts()[a]);
    }
  shuffle();
  collect_bonds();
  scale_.assign(kinds_ * kinds_, Row::Zero());
  wanted_ = scale_;
  for (std::size_t k = 0; k < kinds_; ++k)
    for (std::size_t l = 0; l < kinds_; ++l)
      for (int s = 0; s < problem.shells(); ++s) {
        const auto& term = problem.pair(int(k), int(l), s);
        scale_[pair(k, l)][s] = static_cast<float>(term.scale);
        wanted_[pair(k, l)][s] = static_cast<float>(term.wanted);
      }
  collect_triplets();
  count();
}

template <int W>
void Annealing<W>::shuffle() {
  for (std::size_t i = sites_; i-- > 0;) {
    const auto within = static_cast<double>(int(i) - start_[i] + 1);
    std::swap(
        decoration_[i],
        decoration_[static_cast<std::size_t>(start_[i] + int(core::uniform(engine_) * within))]);
  }
}

template <int W>
void Annealing<W>::collect_bonds() {
  bond_type_.assign(sites_ * sites_, 0);
  bond_types_.push_back(Row::Zero());
  bonds_.resize(sites_);
  for (std::size_t i = 0; i < sites_; ++i) {
    for (const Contact& contact : problem_.contacts(int(i))) {
      if (contact.site == int(i)) continue;  // a site and its image are always alike
      if (bonds_[i].empty() || bonds_[i].back().site != contact.site)
        bonds_[i].push_back({contact.site, Row::Zero()});
      bonds_[i].back().images[contact.shell] += float(contact.images);
    }
    for (const Bond& bond : bonds_[i]) {
      const auto found = std::find_if(bond_types_.begin(), bond_types_.end(),
                                      [&](const Row& row) { return (row == bond.images).all(); });
      bond_type_[i * sites_ + std::size_t(bond.site)] =
          static_cast<std::uint16_t>(found - bond_types_.begin());
      if (found == bond_types_.end()) bond_types_.push_back(bond.images);
    }
  }
}

template <int W>
void Annealing<W>::collect_triplets() {
  triplets_of_.resize(sites_);
  const auto& triplets = problem_.triplets();
  for (std::size_t t = 0; t < triplets.size(); ++t)
    for (const int corner : triplets[t].corners) {
      auto& of = triplets_of_[std::size_t(corner)];
      if (of.empty() || of.back() != int(t)) of.push_back(int(t));
    }
}

template <int W>
void Annealing<W>::count() {
  near_.assign(sites_ * kinds_, Row::Zero());
  counts_.assign(kinds_ * kinds_, Row::Zero());
  for (std::size_t i = 0; i < sites_; ++i)
    for (const Bond& bond : bonds_[i]) {
      const auto k = std::size_t(decoration_[i]),
                 l = std::size_t(decoration_[std::size_t(bond.site)]);
      near_[i * kinds_ + l] += bond.images;
      counts_[pair(k, l)] += bond.images;
    }
  costs_.resize(counts_.size());
  for (std::size_t p = 0; p < counts_.size(); ++p) costs_[p] = cost(p, counts_[p]);
  triplet_counts_.assign(problem_.triplet_terms().size(), 0);
  for (std::size_t t = 0; t < problem_.triplets().size(); ++t) add_triplet(t, 1);
  touched_.clear();
  before_.clear();
  triplet_cost_ = 0;
  for (std::size_t t = 0; t < triplet_counts_.size(); ++t) {
    const auto& term = problem_.triplet_terms()[t];
    triplet_cost_ += float(term.scale) * std::abs(float(term.wanted) - triplet_counts_[t]);
  }
}

template <int W>
typename Annealing<W>::Swap Annealing<W>::draw() {
  while (true) {
    const std::uint64_t word = engine_();
    const std::size_t a = ((word >> 32) * sites_) >> 32;
    const std::size_t b =
        std::size_t(start_[a]) + (((word & 0xFFFFFFFF) * std::uint64_t(size_[a])) >> 32);
    if (decoration_[a] != decoration_[b])
      return {a, b, std::size_t(decoration_[a]), std::size_t(decoration_[b])};
  }
}

/// How the count of the two kinds' pairs changes; a pair of the two sites stays one.
template <int W>
typename Annealing<W>::Row Annealing<W>::exchange(const Swap& swap) const {
  const Row *of_a = &near_[swap.a * kinds_], *of_b = &near_[swap.b * kinds_];
  return (of_a[swap.k] - of_b[swap.k]) - (of_a[swap.l] - of_b[swap.l]) +
         2 * bond_types_[bond_type_[swap.a * sites_ + swap.b]];
}

template <int W>
float Annealing<W>::change(const Swap& swap) const {
  const auto [a, b, k, l] = swap;
  const Row *of_a = &near_[a * kinds_], *of_b = &near_[b * kinds_];
  const std::size_t kl = pair(k, l);
  float sum = cost(kl, counts_[kl] + exchange(swap)) - costs_[kl];
  for (std::size_t q = 0; q < kinds_; ++q) {
    if (q == k || q == l) continue;
    const Row moved = of_a[q] - of_b[q];
    const std::size_t kq = pair(k, q), lq = pair(l, q);
    sum += cost(kq, counts_[kq] - moved) - costs_[kq];
    sum += cost(lq, counts_[lq] + moved) - costs_[lq];
  }
  return sum;
}

template <int W>
void Annealing<W>::set_count(std::size_t k, std::size_t l, const Row& counts) {
  for (const std::size_t p : {pair(k, l), pair(l, k)}) {
    counts_[p] = counts;
    costs_[p] = cost(p, counts);
  }
}

template <int W>
void Annealing<W>::take(const Swap& swap) {
  const auto [a, b, k, l] = swap;
  set_count(k, l, counts_[pair(k, l)] + exchange(swap));
  for (std::size_t q = 0; q < kinds_; ++q) {
    if (q == k || q == l) continue;
    const Row moved = near_[a * kinds_ + q] - near_[b * kinds_ + q];
    set_count(k, q, counts_[pair(k, q)] - moved);
    set_count(l, q, counts_[pair(l, q)] + moved);
  }
  for (const Bond& bond : bonds_[a]) {
    near_[std::size_t(bond.site) * kinds_ + k] -= bond.images;
    near_[std::size_t(bond.site) * kinds_ + l] += bond.images;
  }
  for (const Bond& bond : bonds_[b]) {
    near_[std::size_t(bond.site) * kinds_ + l] -= bond.images;
    near_[std::size_t(bond.site) * kinds_ + k] += bond.images;
  }
  std::swap(decoration_[a], decoration_[b]);
}

template <int W>
void Annealing<W>::add_triplet(std::size_t index, float sign) {
  const auto& triplet = problem_.triplets()[index];
  const auto kind = [&](std::size_t c) { return decoration_[std::size_t(triplet.corners[c])]; };
  const int term = problem_.triplet_term(triplet.type, kind(0), kind(1), kind(2));
  touched_.push_back(term);
  before_.push_back(triplet_counts_[std::size_t(term)]);
  triplet_counts_[std::size_t(term)] += sign * float(triplet.images);
}

template <int W>
void Annealing<W>::count_triplets(const Swap& swap, float sign) {
  for (const int t : triplets_of_[swap.a]) add_triplet(std::size_t(t), sign);
  for (const int t : triplets_of_[swap.b])
    if (std::ranges::find(problem_.triplets()[std::size_t(t)].corners, int(swap.a)) ==
        problem_.triplets()[std::size_t(t)].corners.end())
      add_triplet(std::size_t(t), sign);
}

/// Leaves the triplets counted as after the swap; touched_ and before_ tell the way back.
template <int W>
float Annealing<W>::triplet_change(const Swap& swap) {
  touched_.clear();
  before_.clear();
  count_triplets(swap, -1);
  std::swap(decoration_[swap.a], decoration_[swap.b]);
  count_triplets(swap, 1);
  std::swap(decoration_[swap.a], decoration_[swap.b]);
  float now = 0;
  for (std::size_t t = 0; t < triplet_counts_.size(); ++t) {
    const auto& term = problem_.triplet_terms()[t];
    now += float(term.scale) * std::abs(float(term.wanted) - triplet_counts_[t]);
  }
  return now - triplet_cost_;
}

template <int W>
float Annealing<W>::value() const {
  float sum = 0;
  for (std::size_t k = 0; k < kinds_; ++k)
    for (std::size_t l = 0; l < k; ++l) sum += costs_[pair(k, l)];
  return sum + triplet_cost_;
}

template <int W>
double Annealing<W>::mean_change() {
  double sum = 0;
  constexpr int samples = 64;
  for (int sample = 0; sample < samples; ++sample) sum += std::abs(double(change(draw())));
  return sum / samples;
}

/// Whether a swap was taken at a temperature.
template <int W>
bool Annealing<W>::attempt(float temperature) {
  const Swap swap = draw();
  const float pairs = change(swap);
  const bool triplets = !triplet_counts_.empty();
  const float allowed =
      pairs <= 0 && !triplets ? 0 : temperature * exponential_variates()[engine_() & 4095];
  if (pairs > allowed + triplet_cost_) return false;
  if (triplets) {
    const float more = triplet_change(swap);
    if (pairs + more > allowed) {
      for (std::size_t t = touched_.size(); t-- > 0;)
        triplet_counts_[std::size_t(touched_[t])] = before_[t];
      return false;
    }
    triplet_cost_ += more;
  }
  take(swap);
  return true;
}

template <int W>
SqsFound Annealing<W>::run(const SqsChain& chain) {
  SqsFound best{decoration_, 0, 0};
  const double scale = mean_change();
  const float goal = float(chain.goal) + 1e-6F;
  float least = value();
  while (best.swaps < chain.swaps && least > goal && !chain.stop()) {
    const double share = double(best.swaps) / double(chain.swaps);
    const float temperature = float(scale * hottest * std::pow(coldest / hottest, share));
    for (long n = 0; n < swaps_a_step && least > goal; ++n, ++best.swaps) {
      if (!attempt(temperature) || value() >= least) continue;
      least = value();
      best.decoration = decoration_;
    }
  }
  best.objective = problem_.objective(best.decoration);
  return best;
}

}  // namespace

SqsFound anneal(const SqsProblem& problem, const SqsChain& chain) {
  if (problem.shells() <= 4) return Annealing<4>(problem, chain.seed).run(chain);
  if (problem.shells() <= 8) return Annealing<8>(problem, chain.seed).run(chain);
  MLIP_ASSERT(problem.shells() <= 16);
  return Annealing<16>(problem, chain.seed).run(chain);
}

}  // namespace mlip::generate
