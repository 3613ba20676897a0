#include "fit/basis_search.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <limits>
#include <utility>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/seed.hpp"

namespace mlip::fit {

namespace {

constexpr std::array<double, 5> cutoffs = {4, 5, 6, 7, 8};  // Å
constexpr double usual_cutoff = 6;                          // Å
constexpr std::size_t finalists = 2;
/// Of the wall time, for each of the two rounds.
constexpr double round_share = 0.2;
constexpr std::size_t probe_atoms = 500;
/// Functions an element in each round, and what they may not fall below before structures go.
constexpr std::array<double, 2> most_functions = {500, 1000};
constexpr double least_functions = 100;
/// Rows for each function of a trial below which it would tell noise: more time is taken instead.
constexpr double least_rows = 20;

/// What took so much time of processors, had they nothing else to do: a busy machine would choose
/// worse.
double idle_seconds_since(std::clock_t start, int threads) {
  const double cpu = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  return cpu / core::thread_count(threads);
}

/// The one that is asked for, or all, the usual one first.
std::vector<const Shape*> shapes_of(const AdvisorOptions& wishes) {
  std::vector<const Shape*> chosen;
  for (const Shape& shape : shapes)
    if (!wishes.shape || *wishes.shape == shape.name) chosen.push_back(&shape);
  MLIP_ASSERT(!chosen.empty());
  return chosen;
}

/// Items drawn at random until they have enough atoms; all where there are no more.
std::vector<Item> sample(std::span<const Item> items, double enough) {
  std::vector<std::size_t> order(items.size());
  for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
  auto engine = core::random_engine(0, "advisor sample");
  for (std::size_t k = order.size(); k > 1; --k) {
    const auto other = static_cast<std::size_t>(core::uniform(engine) * static_cast<double>(k));
    std::swap(order[k - 1], order[std::min(other, k - 1)]);
  }
  std::vector<Item> chosen;
  std::size_t atoms = 0;
  for (std::size_t k : order) {
    if (static_cast<double>(atoms) >= enough && chosen.size() >= 16) break;
    chosen.push_back(items[k]);
    atoms += chosen.back().structure.size();
  }
  return chosen;
}

/// What the trials of a round are made with.
struct Round {
  std::vector<Item> items;
  std::size_t functions;
};

class Race {
 public:
  Race(Problem& problem, Advice& advice)
      : problem_(problem),
        advice_(advice),
        shapes_(shapes_of(problem.wishes)),
        rows_(static_cast<double>(rows_of(problem.items, problem.options))) {
    const Round probe = {sample(problem.items, probe_atoms), functions(least_functions)};
    Space usual = {problem.wishes.cutoff.value_or(usual_cutoff), shapes_.front()};
    (void)run(probe, usual);
  }

  Space run() {
    const auto tried = problem_.wishes.cutoff ? std::vector<double>{*problem_.wishes.cutoff}
                                              : std::vector<double>(cutoffs.begin(), cutoffs.end());
    const std::size_t choices = problem_.wishes.other_isolated_energies.empty() ? 0 : 1;
    const std::size_t best = std::min(finalists, tried.size());
    steps_ = tried.size() + choices + best * shapes_.size() + (tried.size() > 1 ? 2 : 0);
    const Round first = round(0, tried.size() + choices);
    std::vector<BasisTrial> ranked = try_cutoffs(first, tried);
    std::ranges::stable_sort(ranked, {}, score);
    ranked.resize(best);
    const Round last = round(1, best * shapes_.size());
    Space winner = {ranked.front().cutoff, shapes_.front()};
    winner.score = std::numeric_limits<double>::infinity();
    for (const BasisTrial& finalist : ranked)
      for (const Shape* shape : shapes_) challenge(winner, last, {finalist.cutoff, shape});
    if (!problem_.wishes.cutoff)
      for (const double cutoff : {winner.cutoff - 0.5, winner.cutoff + 0.5})
        challenge(winner, last, {cutoff, winner.shape});
    winner.speed = speed_;
    problem_.tell("cutoff", steps_, steps_);
    return winner;
  }

 private:
  static double score(const BasisTrial& trial) { return trial.errors.score(); }

  /// Of all elements together.
  [[nodiscard]] std::size_t functions(double an_element) const {
    const auto all =
        static_cast<std::size_t>(an_element * static_cast<double>(problem_.elements.size()));
    return std::min(all, problem_.wishes.functions.value_or(all));
  }

  /// As many functions as the time for `trials` of them allows with all structures; then, as many
  /// structures.
  [[nodiscard]] Round round(std::size_t number, std::size_t trials) const {
    const double allowed = round_share * problem_.wishes.wall_seconds * speed_ /
                           static_cast<double>(std::max<std::size_t>(1, trials));
    double each = most_functions[number];
    const auto needed = [&](double part) {
      return work(part * rows_, static_cast<double>(functions(each)));
    };
    while (each > least_functions && needed(1) > allowed) each *= 0.9;
    const double least = least_rows * static_cast<double>(functions(each)) / rows_;
    double part = 1;
    while (part > least && needed(part) > allowed) part *= 0.9;
    std::size_t atoms = 0;
    for (const Item& item : problem_.items) atoms += item.structure.size();
    return {sample(problem_.items, part * static_cast<double>(atoms)), functions(each)};
  }

  /// Sets the recipe of the space.
  BasisTrial run(const Round& round, Space& space) {
    const std::clock_t start = std::clock();
    const ace::Potential basis =
        largest_basis(problem_, space.cutoff, *space.shape, round.functions);
    RankedRows rows = assemble_ranked(problem_, round.items, basis, *space.shape);
    const Folds held_out(basis, rows.ranking, std::move(rows.folds), problem_.options);
    const auto count = static_cast<Eigen::Index>(basis.function_count());
    space.recipe.energy_weight = problem_.wishes.energy_weight.value_or(space.recipe.energy_weight);
    space.recipe = held_out.likeliest(space.recipe, count);
    space.strength = held_out.strength(space.recipe, count);
    const HeldOut errors = held_out.try_out(space.recipe, count);
    speed_ = work(static_cast<double>(rows_of(round.items, problem_.options)),
                  static_cast<double>(count)) /
             idle_seconds_since(start, problem_.options.threads);
    return {advice_.other_isolated, space.cutoff,       space.shape->name,
            basis.function_count(), round.items.size(), errors};
  }

  BasisTrial attempt(const Round& round, Space& space) {
    problem_.tell("cutoff", advice_.trials.size(), steps_);
    advice_.trials.push_back(run(round, space));
    return advice_.trials.back();
  }
  BasisTrial attempt(const Round& round, double cutoff) {
    Space space = {cutoff, shapes_.front()};
    return attempt(round, space);
  }

  void challenge(Space& winner, const Round& round, Space space) {
    space.score = score(attempt(round, space));
    if (space.score < winner.score) winner = space;
  }

  /// The isolated energies at the first cutoff; then the others with the better ones.
  std::vector<BasisTrial> try_cutoffs(const Round& round, std::vector<double> tried) {
    const auto usual = std::ranges::find(tried, usual_cutoff);
    if (usual != tried.end()) std::rotate(tried.begin(), usual, usual + 1);
    std::vector<BasisTrial> results = {attempt(round, tried.front())};
    const auto& other = problem_.wishes.other_isolated_energies;
    if (!other.empty()) {
      const std::vector<double> given = std::exchange(problem_.isolated, other);
      advice_.other_isolated = true;
      const BasisTrial trial = attempt(round, tried.front());
      advice_.other_isolated = score(trial) < score(results.front());
      if (advice_.other_isolated)
        results.front() = trial;
      else
        problem_.isolated = given;
    }
    for (std::size_t k = 1; k < tried.size(); ++k) results.push_back(attempt(round, tried[k]));
    return results;
  }

  Problem& problem_;
  Advice& advice_;
  std::vector<const Shape*> shapes_;
  double rows_;
  double speed_ = 0;  ///< of the last trial
  std::size_t steps_ = 0;
};

}  // namespace

Space search_basis(Problem& problem, Advice& advice) {
  return Race(problem, advice).run();
}

}  // namespace mlip::fit
