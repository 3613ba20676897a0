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
#include "core/parallel.hpp"
#include "fit/basis_search.hpp"
#include "fit/folds.hpp"
#include "fit/model.hpp"
#include "fit/prior.hpp"
#include "fit/references.hpp"
#include "fit/selection.hpp"
#include "potential/lapack.hpp"

namespace mlip::fit {

namespace {

constexpr int fold_number = 8;
constexpr std::array<double, 5> energy_weights = {3, 10, 30, 100, 300};
constexpr std::array<double, 3> cautions = {1, 3, 10};
/// Between order_decays, for the last step.
constexpr std::array<double, 7> fine_decays = {1, 2, 3, 5, 7, 10, 30};
constexpr std::size_t recipe_functions = 500;
/// Each basis of the curve has this part of the functions of the next larger one.
constexpr double curve_step = 0.7;
constexpr double smallest_basis = 20;
/// Of both errors: what a larger basis has to gain to be worth its cost.
constexpr double worth = 0.02;
/// Of the wall time: what the largest basis may be planned to take.
constexpr double planned_share = 0.5;
/// Functions to choose from against those asked for, and what of the wall time that may take.
constexpr std::size_t pool_factor = 4;
constexpr double pool_share = 0.25;
/// Operations a second of a large basis against those of a trial.
constexpr double gain_by_size = 3;

using Clock = std::chrono::steady_clock;

/// As many functions as the time allows, and as the data can tell apart.
std::size_t affordable_functions(const Problem& problem, double speed) {
  const auto rows = static_cast<double>(rows_of(problem.items, problem.options));
  const double allowed = planned_share * problem.wishes.wall_seconds * gain_by_size * speed;
  std::size_t functions = 100;
  while (functions < problem.wishes.most_functions && static_cast<double>(functions) < rows / 3 &&
         work(rows, static_cast<double>(functions)) < allowed)
    functions += 50;
  return std::min(functions, problem.wishes.most_functions);
}

/// As many functions to choose those asked for from as the time allows.
std::size_t pool_functions(const Problem& problem, double speed) {
  const auto rows = static_cast<double>(rows_of(problem.items, problem.options));
  const double allowed = pool_share * problem.wishes.wall_seconds * gain_by_size * speed;
  const std::size_t wanted = *problem.wishes.functions;
  const std::size_t most = std::min(pool_factor * wanted, problem.wishes.most_functions);
  std::size_t functions = wanted;
  while (functions < most && rows * std::pow(functions, 2) < allowed) functions += 1 + wanted / 10;
  return std::min(functions, std::max(wanted, most));
}

/// As large as the time allows.  Where a number is asked for, those that tell most of more
/// functions.
ace::Potential wanted_basis(const Problem& problem, const Space& space) {
  const auto largest = [&](std::size_t functions) {
    return largest_basis(problem, space.cutoff, *space.shape, functions);
  };
  if (!problem.wishes.functions) return largest(affordable_functions(problem, space.speed));
  const std::size_t wanted = *problem.wishes.functions;
  const std::size_t pool = pool_functions(problem, space.speed);
  if (pool == wanted) return largest(wanted);
  return telling_functions(problem, largest(pool), space.recipe, space.strength,
                           static_cast<Eigen::Index>(wanted));
}

/// Numbers of functions to try, ascending: the ends of shells, and all; all alone where their
/// number is given.
std::vector<Eigen::Index> curve_sizes(const Ranking& ranking, const AdvisorOptions& wishes) {
  std::vector<Eigen::Index> sizes = {static_cast<Eigen::Index>(ranking.order.size())};
  if (wishes.functions) return sizes;
  for (double wanted = curve_step * static_cast<double>(sizes.front()); wanted >= smallest_basis;
       wanted *= curve_step) {
    const Eigen::Index size = shell_below(ranking, wanted);
    if (size > 0 && size < sizes.back()) sizes.push_back(size);
  }
  std::ranges::reverse(sizes);
  return sizes;
}

/// The prior by the evidence, then the weight of the energies by held-out errors; on a basis of
/// moderate size.
Recipe choose_recipe(const Problem& problem, const Folds& held_out, Eigen::Index count) {
  const std::size_t steps = 1 + energy_weights.size();
  problem.tell("weights", 0, steps);
  Recipe best = held_out.likeliest(
      {.energy_weight = problem.wishes.energy_weight.value_or(Recipe{}.energy_weight)}, count);
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

/// Of a size: the forces count twice.  Held-out energies are few and scatter; forces, which go on
/// falling with the size where energies stand still, are what dynamics runs on.
double size_score(const CurvePoint& point) {
  const HeldOut forces = {0, point.errors.force_mev_per_a};
  return point.errors.score() + forces.score();
}

/// The smallest basis whose errors are within what is worth the cost of the best.
std::size_t choose_point(const std::vector<CurvePoint>& curve) {
  const double best = size_score(*std::ranges::min_element(curve, {}, size_score));
  std::size_t k = 0;
  while (size_score(curve[k]) > best + 3 * std::log1p(worth)) ++k;
  return k;
}

/// The values beside one in a list that ascends.
std::vector<double> neighbors_of(double value, std::span<const double> values) {
  std::vector<double> result;
  const auto above = std::ranges::upper_bound(values, value);
  const auto at = std::ranges::lower_bound(values, value);
  if (at != values.begin()) result.push_back(*(at - 1));
  if (above != values.end()) result.push_back(*above);
  return result;
}

/// Held-out errors at a size, of the recipe there that predicts best: each part of it goes a step
/// either way.  The more functions, the less an energy may count before they are fitted to each
/// other, and the more cautious the prior has to be.
HeldOut best_errors(const Problem& problem, const Folds& held_out, Eigen::Index size,
                    Recipe& recipe) {
  HeldOut best = held_out.try_out(recipe, size);
  const auto improve = [&](double Recipe::*part, std::span<const double> values) {
    for (const double value : neighbors_of(recipe.*part, values)) {
      Recipe other = recipe;
      other.*part = value;
      const HeldOut errors = held_out.try_out(other, size);
      if (errors.score() >= best.score()) continue;
      best = errors;
      recipe = other;
      return;
    }
  };
  if (!problem.wishes.energy_weight) improve(&Recipe::energy_weight, energy_weights);
  improve(&Recipe::smoothness_power, smoothness_powers);
  improve(&Recipe::order_decay, fine_decays);
  improve(&Recipe::caution, cautions);
  return best;
}

/// Returns the recipe of the basis chosen.
Recipe draw_curve(const Problem& problem, const RankedRows& rows, const Folds& held_out,
                  Recipe recipe, Advice& advice) {
  const auto sizes = curve_sizes(rows.ranking, problem.wishes);
  const core::Structure& timed = timing_structure(problem.items);
  std::vector<Recipe> recipes;
  for (Eigen::Index size : sizes) {
    problem.tell("basis", advice.curve.size(), sizes.size());
    const HeldOut errors = best_errors(problem, held_out, size, recipe);
    advice.curve.push_back(
        {static_cast<std::size_t>(size), errors,
         microseconds_per_atom(leading_functions(rows.model, rows.ranking, size), timed)});
    recipes.push_back(recipe);
  }
  problem.tell("basis", sizes.size(), sizes.size());
  advice.chosen = choose_point(advice.curve);
  return recipes[advice.chosen];
}

/// The rows of each species' projections that the first functions of the ranking are.
std::vector<Eigen::MatrixXd> leading_projections(const RankedRows& rows, Eigen::Index count) {
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
  return {ranked.mean(ranks),
          ranked.factor(Eigen::all, ranks),
          {ranked.spread.widths(ranks)},
          ranked.strength,
          ranked.noise};
}

Fit finish(const Problem& problem, const RankedRows& rows, const Folds& held_out,
           const Recipe& recipe, const CurvePoint& point) {
  const auto count = static_cast<Eigen::Index>(point.functions);
  Fit fit;
  fit.potential = leading_functions(rows.model, rows.ranking, count);
  Learnt learnt = held_out.solve(recipe, count, held_out.strength(recipe, count));
  fit.information = in_order_of_functions(std::move(learnt.information), rows.ranking);
  fit.prior_strength = fit.information.strength;
  fit.log_evidence = learnt.log_evidence;
  set_coefficients(fit.information.mean, fit.potential);
  const auto start = Clock::now();
  problem.tell("active set", 0, 1);
  fit.active_set = active_sets(fit.potential, leading_projections(rows, count),
                               core::thread_count(problem.options.threads));
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
  const Space space = search_basis(problem, advice);
  const ace::Potential basis = wanted_basis(problem, space);
  const Shape& shape = *space.shape;
  advice.cutoff = space.cutoff;
  advice.shape = shape.name;
  const auto start = Clock::now();
  problem.options.progress = [&](std::size_t done, std::size_t all) {
    problem.tell("rows", done, all);
  };
  RankedRows rows = assemble_ranked(problem, items, basis, shape);
  const double assembly_seconds = seconds_since(start);
  const Folds held_out(rows.model, rows.ranking, std::move(rows.folds), problem.options);
  const auto count =
      static_cast<Eigen::Index>(std::min(rows.ranking.order.size(), recipe_functions));
  const Recipe recipe =
      draw_curve(problem, rows, held_out, choose_recipe(problem, held_out, count), advice);
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
