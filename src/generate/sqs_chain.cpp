#include "generate/sqs_chain.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "generate/alike_sites.hpp"
#include "generate/pair_counts.hpp"

namespace mlip::generate {

namespace {

constexpr long swaps_a_step = 512;  // between changes of temperature
// First and last temperature over the mean change of a random decoration by a swap
constexpr double hottest = 0.14, coldest = 0.09;
// Hardly any of all swaps helps a large cell that is nearly right: half of those tried there leave
// the pairs of the first or of the second shell alone, and are tried colder
constexpr std::size_t many_sites = 200;
constexpr int alike_shells = 2;
constexpr double hottest_of_many = 0.08, coldest_of_many = 0.05;

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

/// The elements of each sublattice at random.
SqsProblem::Decoration shuffled(const SqsProblem& problem, SplitMix& engine) {
  SqsProblem::Decoration decoration = problem.first_decoration();
  for (std::size_t a = problem.starts().size() - 1; a-- > 0;)
    for (int i = problem.starts()[a + 1]; i-- > problem.starts()[a];) {
      const auto others = std::uint64_t(i - problem.starts()[a] + 1);
      const auto other = std::uint64_t(problem.starts()[a]) + engine.below(others);
      std::swap(decoration[std::size_t(i)], decoration[other]);
    }
  return decoration;
}

/// A decoration and what is counted of it.
class Annealing {
 public:
  Annealing(const SqsProblem& problem, std::uint64_t seed);
  [[nodiscard]] SqsFound run(const SqsChain& chain);

 private:
  void collect_triplets();
  void count_triplets();
  [[nodiscard]] Swap draw();
  [[nodiscard]] std::size_t draw_other(std::size_t site, std::uint64_t random) const;
  void take(const Swap& swap);
  bool attempt(float temperature);
  [[nodiscard]] float triplet_cost() const;
  [[nodiscard]] float triplet_change(const Swap& swap);
  void move_triplets(const Swap& swap, float sign);
  void add_triplet(std::size_t index, float sign);
  [[nodiscard]] float value() const { return pairs_.cost() + triplet_cost_; }
  [[nodiscard]] double mean_change();

  const SqsProblem& problem_;
  SplitMix engine_;
  SqsProblem::Decoration decoration_;
  std::vector<int> start_, size_;  ///< of each site's sublattice
  PairCounts pairs_;
  std::vector<AlikeSites> alike_;
  std::vector<std::vector<int>> triplets_of_;  ///< of each site
  std::vector<float> triplet_counts_;
  std::vector<int> touched_;
  std::vector<float> before_;
  float triplet_cost_ = 0;
};

Annealing::Annealing(const SqsProblem& problem, std::uint64_t seed)
    : problem_(problem),
      engine_(seed),
      decoration_(shuffled(problem, engine_)),
      pairs_(problem, decoration_) {
  for (std::size_t a = 0; a + 1 < problem.starts().size(); ++a)
    for (int i = problem.starts()[a]; i < problem.starts()[a + 1]; ++i) {
      start_.push_back(problem.starts()[a]);
      size_.push_back(problem.starts()[a + 1] - problem.starts()[a]);
    }
  if (decoration_.size() >= many_sites)
    for (int shell = 0; shell < std::min(problem.shells(), alike_shells); ++shell)
      alike_.emplace_back(problem, shell, decoration_, engine_);
  collect_triplets();
  count_triplets();
}

void Annealing::collect_triplets() {
  triplets_of_.resize(decoration_.size());
  const auto& triplets = problem_.triplets();
  for (std::size_t t = 0; t < triplets.size(); ++t)
    for (const int corner : triplets[t].corners) {
      auto& of = triplets_of_[std::size_t(corner)];
      if (of.empty() || of.back() != int(t)) of.push_back(int(t));
    }
}

void Annealing::count_triplets() {
  triplet_counts_.assign(problem_.triplet_terms().size(), 0);
  for (std::size_t t = 0; t < problem_.triplets().size(); ++t) add_triplet(t, 1);
  triplet_cost_ = triplet_cost();
}

float Annealing::triplet_cost() const {
  float sum = 0;
  for (std::size_t t = 0; t < triplet_counts_.size(); ++t) {
    const auto& term = problem_.triplet_terms()[t];
    sum += float(term.scale) * std::abs(float(term.wanted) - triplet_counts_[t]);
  }
  return sum;
}

Swap Annealing::draw() {
  while (true) {
    const std::uint64_t random = engine_();
    const std::size_t a = ((random >> 32) * decoration_.size()) >> 32;
    const std::size_t b = draw_other(a, random);
    if (decoration_[a] != decoration_[b])
      return {a, b, std::size_t(decoration_[a]), std::size_t(decoration_[b])};
  }
}

/// Any site of the sublattice, or of many every other time one with alike neighbours.
std::size_t Annealing::draw_other(std::size_t site, std::uint64_t random) const {
  const std::size_t choice = random & 3;
  const auto low = static_cast<std::uint32_t>(random) & ~3U;
  if (choice < alike_.size()) return alike_[choice].draw(site, low);
  return std::size_t(start_[site]) + ((low * std::uint64_t(size_[site])) >> 32);
}

void Annealing::take(const Swap& swap) {
  pairs_.take(swap);
  for (AlikeSites& alike : alike_) alike.take(swap);
  std::swap(decoration_[swap.a], decoration_[swap.b]);
}

void Annealing::add_triplet(std::size_t index, float sign) {
  const auto& triplet = problem_.triplets()[index];
  const auto kind = [&](std::size_t c) { return decoration_[std::size_t(triplet.corners[c])]; };
  const int term = problem_.triplet_term(triplet.type, kind(0), kind(1), kind(2));
  touched_.push_back(term);
  before_.push_back(triplet_counts_[std::size_t(term)]);
  triplet_counts_[std::size_t(term)] += sign * float(triplet.images);
}

void Annealing::move_triplets(const Swap& swap, float sign) {
  for (const int t : triplets_of_[swap.a]) add_triplet(std::size_t(t), sign);
  for (const int t : triplets_of_[swap.b])
    if (std::ranges::find(problem_.triplets()[std::size_t(t)].corners, int(swap.a)) ==
        problem_.triplets()[std::size_t(t)].corners.end())
      add_triplet(std::size_t(t), sign);
}

/// Leaves the triplets counted as after the swap; touched_ and before_ tell the way back.
float Annealing::triplet_change(const Swap& swap) {
  touched_.clear();
  before_.clear();
  move_triplets(swap, -1);
  std::swap(decoration_[swap.a], decoration_[swap.b]);
  move_triplets(swap, 1);
  std::swap(decoration_[swap.a], decoration_[swap.b]);
  return triplet_cost() - triplet_cost_;
}

double Annealing::mean_change() {
  double sum = 0;
  constexpr int samples = 64;
  constexpr float everything = std::numeric_limits<float>::infinity();
  for (int sample = 0; sample < samples; ++sample)
    sum += std::abs(double(pairs_.cost_after(draw(), everything) - pairs_.cost()));
  return sum / samples;
}

/// Whether a swap was taken at a temperature.
bool Annealing::attempt(float temperature) {
  const Swap swap = draw();
  const float allowed = temperature * exponential_variates()[engine_() >> 52];
  // All triplets right is the best that a swap can make of them
  const float limit = pairs_.cost() + allowed + triplet_cost_;
  const float cost = pairs_.cost_after(swap, limit);
  if (cost > limit) return false;
  const float pairs = cost - pairs_.cost();
  if (!triplet_counts_.empty()) {
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

SqsFound Annealing::run(const SqsChain& chain) {
  SqsFound best{decoration_, 0, 0};
  const double scale = mean_change();
  const double first = alike_.empty() ? hottest : hottest_of_many,
               last = alike_.empty() ? coldest : coldest_of_many;
  const float goal = float(chain.goal) + 1e-6F;
  float least = value();
  while (best.swaps < chain.swaps && least > goal && !chain.stop()) {
    const double share = double(best.swaps) / double(chain.swaps);
    const float temperature = float(scale * first * std::pow(last / first, share));
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
  return Annealing(problem, chain.seed).run(chain);
}

}  // namespace mlip::generate
