#include "generate/sqs_enumeration.hpp"

#include <cmath>
#include <limits>

namespace mlip::generate {

namespace {

/// Sites are filled one after the other; a site knows its pairs with those before it.
class Enumeration {
 public:
  Enumeration(const SqsProblem& problem, double goal)
      : problem_(problem),
        goal_(goal),
        kinds_(problem.kinds().size()),
        shells_(static_cast<std::size_t>(problem.shells())),
        counts_(kinds_ * kinds_ * shells_, 0),
        decoration_(static_cast<std::size_t>(problem.starts().back()), 0),
        best_{decoration_, std::numeric_limits<double>::infinity(), 0} {
    for (const Kind& kind : problem.kinds()) left_.push_back(kind.count);
    for (std::size_t a = 0; a + 1 < problem.starts().size(); ++a)
      sublattice_.insert(sublattice_.end(),
                         static_cast<std::size_t>(problem.starts()[a + 1] - problem.starts()[a]),
                         static_cast<int>(a));
  }

  SqsFound run() {
    fill(0);
    return best_;
  }

 private:
  void fill(std::size_t site) {
    if (site == decoration_.size()) return judge();
    for (std::size_t k = 0; k < kinds_ && best_.objective > goal_; ++k) {
      if (left_[k] == 0 || problem_.kinds()[k].sublattice != sublattice_[site]) continue;
      --left_[k];
      decoration_[site] = static_cast<int>(k);
      count(site, 1);
      fill(site + 1);
      count(site, -1);
      ++left_[k];
    }
  }

  void count(std::size_t site, int sign) {
    const auto k = static_cast<std::size_t>(decoration_[site]);
    for (const Contact& contact : problem_.contacts(static_cast<int>(site))) {
      if (contact.site >= static_cast<int>(site)) break;
      const auto l = static_cast<std::size_t>(decoration_[static_cast<std::size_t>(contact.site)]);
      counts_[(std::max(k, l) * kinds_ + std::min(k, l)) * shells_ +
              static_cast<std::size_t>(contact.shell)] += sign * contact.images;
    }
  }

  void judge() {
    ++best_.swaps;
    double sum = 0;
    for (std::size_t k = 0; k < kinds_; ++k)
      for (std::size_t l = 0; l < k; ++l)
        for (std::size_t s = 0; s < shells_; ++s) {
          const auto& term =
              problem_.pair(static_cast<int>(k), static_cast<int>(l), static_cast<int>(s));
          sum += term.scale * std::abs(term.wanted - counts_[(k * kinds_ + l) * shells_ + s]);
        }
    constexpr double rounding = 1e-9;
    if (sum >= best_.objective - rounding) return;
    if (!problem_.triplets().empty()) sum = problem_.objective(decoration_);
    if (sum >= best_.objective - rounding) return;
    best_.objective = sum;
    best_.decoration = decoration_;
  }

  const SqsProblem& problem_;
  double goal_;
  std::size_t kinds_, shells_;
  std::vector<int> counts_;  ///< pairs of kinds k > l in each shell
  SqsProblem::Decoration decoration_;
  std::vector<int> left_, sublattice_;
  SqsFound best_;
};

}  // namespace

SqsFound enumerate(const SqsProblem& problem, double goal) {
  return Enumeration(problem, goal).run();
}

}  // namespace mlip::generate
