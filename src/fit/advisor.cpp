#include "fit/advisor.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>
#include <utility>

#include "ace/evaluator.hpp"
#include "core/error.hpp"
#include "core/neighbor_list.hpp"
#include "core/seed.hpp"
#include "fit/assembly.hpp"
#include "fit/complexity.hpp"
#include "fit/folds.hpp"
#include "fit/model.hpp"
#include "fit/parallel.hpp"
#include "fit/prior.hpp"
#include "fit/references.hpp"
#include "potential/lapack.hpp"

namespace mlip::fit {

namespace {

constexpr int fold_number = 8;
constexpr std::array<double, 5> cutoffs = {4, 5, 6, 7, 8};  // Å
constexpr double usual_cutoff = 6;                          // Å
constexpr std::array<double, 5> energy_weights = {3, 10, 30, 100, 300};
constexpr std::array<double, 3> smoothness_powers = {1, 2, 3};
constexpr std::size_t trial_atoms = 4000, trial_functions = 300, recipe_functions = 500;
/// Each basis of the curve has this part of the functions of the next larger one.
constexpr double curve_step = 0.7;
constexpr double smallest_basis = 20;
/// Of both errors: what a larger basis has to gain to be worth its cost.
constexpr double worth = 0.02;
/// Of the wall time: what the largest basis may be planned to take.
constexpr double planned_share = 0.6;

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Everything that stays the same in all of the advisor's trials.
struct Problem {
  std::span<const Item> items;
  std::vector<std::string> elements;
  std::vector<double> isolated;
  Options options;
  const AdvisorOptions& wishes;

  void tell(const char* stage, std::size_t done, std::size_t all) const {
    if (wishes.progress) wishes.progress(stage, done, all);
  }
};

/// A basis, ranked, and its rows in folds.
struct Assembled {
  ace::Potential model;
  Ranking ranking;
  std::vector<KindRows> folds;
  std::vector<Eigen::MatrixXd> projections;
};

Assembled assemble_ranked(const Problem& problem, std::span<const Item> items,
                          const ace::Potential& basis, const Shape& shape) {
  const Columns columns(basis);
  Task task = make_task(items, columns, problem.isolated, problem.options);
  Assembled result{bare_model(basis, items, problem.isolated, problem.options),
                   rank_functions(basis, shape),
                   {},
                   {}};
  task.order = result.ranking.order;
  Assembly assembly = assemble(result.model, task);
  result.folds = std::move(assembly.folds);
  result.projections = std::move(assembly.projections);
  return result;
}

/// Items drawn at random until they have enough atoms; all where there are no more.
std::vector<Item> sample(std::span<const Item> items) {
  std::vector<std::size_t> order(items.size());
  for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
  auto engine = core::random_engine(0, "advisor sample");
  for (std::size_t k = order.size(); k > 1; --k) {
    const auto other = static_cast<std::size_t>(core::uniform(engine) * static_cast<double>(k));
    std::swap(order[k - 1], order[std::min(other, k - 1)]);
  }
  std::vector<Item> chosen;
  std::size_t atoms = 0;
  for (std::size_t k = 0;
       k < order.size() && (atoms < trial_atoms || chosen.size() < 2 * fold_number); ++k) {
    chosen.push_back(items[order[k]]);
    atoms += chosen.back().structure.size();
  }
  return chosen;
}

/// The end of the last shell that has at most so many functions.
Eigen::Index shell_below(const Ranking& ranking, double functions) {
  const auto above = std::ranges::upper_bound(ranking.shells, static_cast<Eigen::Index>(functions));
  return above == ranking.shells.begin() ? 0 : *(above - 1);
}

/// The largest basis to try: as many functions as asked for, or whole shells of them.
ace::Potential largest_basis(const Problem& problem, double cutoff, const Shape& shape,
                             std::size_t functions) {
  const ace::Potential basis = graded_basis(problem.elements, cutoff, shape, functions);
  const Ranking ranking = rank_functions(basis, shape);
  const Eigen::Index count =
      problem.wishes.functions
          ? static_cast<Eigen::Index>(std::min(functions, basis.function_count()))
          : std::max(shell_below(ranking, static_cast<double>(functions)), ranking.shells.front());
  return leading_functions(basis, ranking, count);
}

BasisTrial try_basis(const Problem& problem, const std::vector<Item>& items, double cutoff,
                     const Shape& shape) {
  const ace::Potential basis =
      largest_basis(problem, cutoff, shape, trial_functions * problem.elements.size());
  Assembled rows = assemble_ranked(problem, items, basis, shape);
  const Folds held_out(basis, rows.ranking, std::move(rows.folds), problem.options);
  const auto count = static_cast<Eigen::Index>(basis.function_count());
  Recipe recipe;
  recipe.energy_weight = problem.wishes.energy_weight.value_or(recipe.energy_weight);
  return {false,        cutoff,
          shape.name,   basis.function_count(),
          items.size(), held_out.try_out(recipe, count)};
}

double score_of(const BasisTrial& trial) {
  return trial.errors.score();
}

/// The isolated energies, then the cutoff with the shape that suits most, then the shape.  Returns
/// the seconds a trial took at most.
double choose_space(Problem& problem, const std::vector<Item>& items, Advice& advice) {
  const auto& other = problem.wishes.other_isolated_energies;
  std::vector<double> candidates(cutoffs.begin(), cutoffs.end());
  if (problem.wishes.cutoff) candidates = {*problem.wishes.cutoff};
  const std::size_t steps = candidates.size() + shapes.size() - 1 + (other.empty() ? 0 : 1);
  double longest = 0;
  const auto attempt = [&](double cutoff, const Shape& shape) {
    problem.tell("cutoff", advice.trials.size(), steps);
    const auto start = Clock::now();
    advice.trials.push_back(try_basis(problem, items, cutoff, shape));
    advice.trials.back().other_isolated = advice.other_isolated;
    longest = std::max(longest, seconds_since(start));
    return score_of(advice.trials.back());
  };
  const double first = problem.wishes.cutoff.value_or(usual_cutoff);
  double best = attempt(first, shapes[1]);
  if (!other.empty()) {
    const std::vector<double> given = std::exchange(problem.isolated, other);
    advice.other_isolated = true;
    const double score = attempt(first, shapes[1]);
    advice.other_isolated = score < best;
    best = std::min(score, best);
    if (!advice.other_isolated) problem.isolated = given;
  }
  advice.cutoff = first;
  for (double cutoff : candidates) {
    if (cutoff == first) continue;
    const double score = attempt(cutoff, shapes[1]);
    if (score < best) advice.cutoff = cutoff;
    best = std::min(score, best);
  }
  advice.shape = shapes[1].name;
  for (const Shape& shape : {shapes[0], shapes[2]}) {
    const double score = attempt(advice.cutoff, shape);
    if (score < best) advice.shape = shape.name;
    best = std::min(score, best);
  }
  problem.tell("cutoff", steps, steps);
  return longest;
}

Eigen::Index rows_of(std::span<const Item> items, const Options& options) {
  Eigen::Index rows = 0;
  for (std::size_t k = 0; k < items.size(); ++k) rows += wanted_labels(items[k], options, k).rows();
  return rows;
}

/// Operations of a whole fit, about: the rows' triangle, and what is done with triangles.
double work(double rows, double functions) {
  return 2 * rows * functions * functions + 100 * std::pow(functions, 3);
}

/// As many functions as the time allows at the speed of a trial, and as the data can tell apart.
std::size_t affordable_functions(const Problem& problem, const BasisTrial& trial, double trial_rows,
                                 double trial_seconds) {
  const auto rows = static_cast<double>(rows_of(problem.items, problem.options));
  const double speed = work(trial_rows, static_cast<double>(trial.functions)) / trial_seconds;
  const double allowed = planned_share * problem.wishes.wall_seconds * speed;
  std::size_t functions = 100;
  while (functions < problem.wishes.most_functions && static_cast<double>(functions) < rows / 3 &&
         work(rows, static_cast<double>(functions)) < allowed)
    functions += 50;
  return std::min(functions, problem.wishes.most_functions);
}

/// Numbers of functions to try, ascending: the ends of shells, and all.
std::vector<Eigen::Index> curve_sizes(const Ranking& ranking) {
  std::vector<Eigen::Index> sizes = {static_cast<Eigen::Index>(ranking.order.size())};
  for (double wanted = curve_step * static_cast<double>(sizes.front()); wanted >= smallest_basis;
       wanted *= curve_step) {
    const Eigen::Index size = shell_below(ranking, wanted);
    if (size > 0 && size < sizes.back()) sizes.push_back(size);
  }
  std::ranges::reverse(sizes);
  return sizes;
}

/// The prior's shape by the evidence, then the weight of the energies by held-out errors; on a
/// basis of moderate size.
Recipe choose_recipe(const Problem& problem, const Folds& held_out, Eigen::Index count) {
  const std::size_t steps = 1 + energy_weights.size();
  problem.tell("weights", 0, steps);
  std::vector<Recipe> shapes;
  for (double decay : order_decays)
    for (double power : smoothness_powers)
      shapes.push_back(
          {problem.wishes.energy_weight.value_or(Recipe{}.energy_weight), power, decay});
  std::vector<double> evidence(shapes.size());
  parallel_for(shapes.size(), thread_count(problem.options.threads),
               [&](std::size_t k) { evidence[k] = held_out.log_evidence(shapes[k], count); });
  Recipe best =
      shapes[static_cast<std::size_t>(std::ranges::max_element(evidence) - evidence.begin())];
  if (problem.wishes.energy_weight) return best;
  double score = std::numeric_limits<double>::infinity();
  for (std::size_t k = 0; k < energy_weights.size(); ++k) {
    problem.tell("weights", 1 + k, steps);
    Recipe recipe = best;
    recipe.energy_weight = energy_weights[k];
    const double found = held_out.try_out(recipe, count).score();
    if (found >= score) continue;
    score = found;
    best.energy_weight = recipe.energy_weight;
  }
  problem.tell("weights", steps, steps);
  return best;
}

/// A structure of moderate size to time the evaluation on.
const core::Structure& timing_structure(std::span<const Item> items) {
  const auto distance = [](const Item& item) {
    return std::abs(
        std::log(static_cast<double>(std::max<std::size_t>(1, item.structure.size())) / 64));
  };
  return std::ranges::min_element(items, {}, distance)->structure;
}

/// On one thread, the neighbour list left out.
double microseconds_per_atom(const ace::Potential& potential, const core::Structure& structure) {
  const ace::Evaluator evaluator(potential);
  const core::NeighborList list(structure, evaluator.cutoff());
  std::vector<std::vector<ace::AtomNeighbor>> neighbors(structure.size());
  const auto species = [&](std::size_t atom) {
    return evaluator.species_of(structure.numbers[atom]).value();
  };
  for (std::size_t i = 0; i < structure.size(); ++i)
    for (const core::Neighbor& neighbor : list.of(i))
      neighbors[i].push_back({neighbor.vector, species(static_cast<std::size_t>(neighbor.index))});
  ace::AtomResult result;
  double best = std::numeric_limits<double>::infinity();
  for (int k = 0; k < 5; ++k) {
    const auto start = Clock::now();
    for (std::size_t i = 0; i < structure.size(); ++i)
      evaluator.atom(species(i), neighbors[i], {}, result);
    best = std::min(best, seconds_since(start));
  }
  return 1e6 * best / static_cast<double>(structure.size());
}

/// The smallest basis whose errors are within what is worth the cost of the best.
std::size_t choose_point(const std::vector<CurvePoint>& curve) {
  double best = curve.front().errors.score();
  for (const CurvePoint& point : curve) best = std::min(best, point.errors.score());
  std::size_t k = 0;
  while (curve[k].errors.score() > best + 2 * std::log1p(worth)) ++k;
  return k;
}

void draw_curve(const Problem& problem, const Assembled& rows, const Folds& held_out,
                const Recipe& recipe, Advice& advice) {
  const auto sizes = curve_sizes(rows.ranking);
  const core::Structure& timed = timing_structure(problem.items);
  for (Eigen::Index size : sizes) {
    problem.tell("basis", advice.curve.size(), sizes.size());
    advice.curve.push_back(
        {static_cast<std::size_t>(size), held_out.try_out(recipe, size),
         microseconds_per_atom(leading_functions(rows.model, rows.ranking, size), timed)});
  }
  problem.tell("basis", sizes.size(), sizes.size());
  advice.chosen = problem.wishes.functions ? sizes.size() - 1 : choose_point(advice.curve);
}

/// The rows of each species' projections that the first functions of the ranking are.
std::vector<Eigen::MatrixXd> leading_projections(const Assembled& rows, Eigen::Index count) {
  std::vector<Eigen::Index> kept(rows.ranking.order.begin(), rows.ranking.order.begin() + count);
  std::ranges::sort(kept);
  std::vector<Eigen::MatrixXd> result;
  Eigen::Index first = 0;
  for (const Eigen::MatrixXd& projections : rows.projections) {
    std::vector<Eigen::Index> own;
    for (Eigen::Index column : kept)
      if (column >= first && column < first + projections.rows()) own.push_back(column - first);
    result.emplace_back(projections(own, Eigen::all));
    first += projections.rows();
  }
  return result;
}

/// From the order of the ranking to that of the potential's functions.
Information in_order_of_functions(Information ranked, const Ranking& ranking) {
  const Eigen::Index count = ranked.mean.size();
  std::vector<Eigen::Index> ranks(static_cast<std::size_t>(count));
  for (Eigen::Index k = 0; k < count; ++k) ranks[static_cast<std::size_t>(k)] = k;
  std::ranges::sort(
      ranks, {}, [&](Eigen::Index rank) { return ranking.order[static_cast<std::size_t>(rank)]; });
  return {ranked.mean(ranks), ranked.factor(Eigen::all, ranks), ranked.widths(ranks),
          ranked.strength, ranked.noise};
}

Fit finish(const Problem& problem, const Assembled& rows, const Folds& held_out,
           const Recipe& recipe, const CurvePoint& point) {
  const auto count = static_cast<Eigen::Index>(point.functions);
  Fit fit;
  fit.potential = leading_functions(rows.model, rows.ranking, count);
  Learnt learnt = held_out.solve(recipe, count);
  fit.information = in_order_of_functions(std::move(learnt.information), rows.ranking);
  fit.prior_strength = fit.information.strength;
  fit.log_evidence = learnt.log_evidence;
  set_coefficients(fit.information.mean, fit.potential);
  const auto start = Clock::now();
  problem.tell("active set", 0, 1);
  fit.active_set = active_sets(fit.potential, leading_projections(rows, count),
                               thread_count(problem.options.threads));
  fit.active_set_seconds = seconds_since(start);
  problem.tell("active set", 1, 1);
  fit.train = measure(ace::Evaluator(fit.potential), problem.items);
  return fit;
}

}  // namespace

double HeldOut::score() const {
  double sum = 0;
  for (double error : {energy_mev_per_atom, force_mev_per_a})
    if (error > 0) sum += std::log(error);
  return sum;
}

Advised fit_advised(std::span<const Item> items, const std::vector<double>& isolated_energies,
                    const Options& options, const AdvisorOptions& wishes) {
  Problem problem{items, elements_of(items), isolated_energies, options, wishes};
  problem.options.folds = fold_number;
  const potential::SingleThreadedBlas single_threaded;
  Advised result;
  Advice& advice = result.advice;
  const std::vector<Item> few = sample(items);
  const double trial_seconds = choose_space(problem, few, advice);
  const Shape& shape = *std::ranges::find(shapes, advice.shape, &Shape::name);
  const std::size_t largest = wishes.functions.value_or(affordable_functions(
      problem, advice.trials.front(), static_cast<double>(rows_of(few, options)), trial_seconds));
  const auto start = Clock::now();
  problem.options.progress = [&](std::size_t done, std::size_t all) {
    problem.tell("rows", done, all);
  };
  Assembled rows =
      assemble_ranked(problem, items, largest_basis(problem, advice.cutoff, shape, largest), shape);
  const double assembly_seconds = seconds_since(start);
  const Folds held_out(rows.model, rows.ranking, std::move(rows.folds), problem.options);
  const auto count =
      static_cast<Eigen::Index>(std::min(rows.ranking.order.size(), recipe_functions));
  const Recipe recipe = choose_recipe(problem, held_out, count);
  draw_curve(problem, rows, held_out, recipe, advice);
  const double solve_seconds = seconds_since(start) - assembly_seconds;
  result.fit = finish(problem, rows, held_out, recipe, advice.curve[advice.chosen]);
  result.fit.assembly_seconds = assembly_seconds;
  result.fit.solve_seconds = solve_seconds;
  advice.energy_weight = recipe.energy_weight;
  advice.smoothness_power = recipe.smoothness_power;
  advice.order_decay = recipe.order_decay;
  return result;
}

}  // namespace mlip::fit
