#include "fit/advisor.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "core/error.hpp"
#include "core/units.hpp"
#include "fit/folds.hpp"
#include "fit/model.hpp"
#include "synthetic.hpp"

using namespace mlip;

namespace {

const std::vector<std::string> aluminium = {"Al"};

std::vector<fit::Item> labelled_aluminium(int count, double noise) {
  auto items = synthetic::structures(aluminium, count);
  synthetic::label(items, synthetic::truth(aluminium), {-3.5}, noise);
  return items;
}

}  // namespace

TEST_CASE("held-out errors from triangles are those of fits made without each fold") {
  auto items = labelled_aluminium(8, 0.05);
  const fit::Shape& shape = fit::shapes[1];
  const ace::Potential basis = fit::graded_basis(aluminium, 4.5, shape, 60);
  const fit::Ranking ranking = fit::rank_functions(basis, shape);
  fit::Options options;
  options.folds = 2;
  const fit::Columns columns(basis);
  const std::vector<double> isolated = {-3.5};
  fit::Task task = fit::make_task(items, columns, isolated, options);
  task.order = ranking.order;
  const ace::Potential model = fit::bare_model(basis, items, isolated, options);
  const fit::Folds held_out(basis, ranking, fit::assemble(model, task).folds, options);
  const Eigen::Index count = ranking.shells[ranking.shells.size() / 2];
  const fit::HeldOut found = held_out.try_out({}, count);

  // The same by fitting: structures alternate between the folds.
  const ace::Potential part = fit::leading_functions(basis, ranking, count);
  const double strength = held_out.strength({}, count);
  double energy = 1, force = 1;
  for (std::size_t fold = 0; fold < 2; ++fold) {
    std::vector<fit::Item> inside, outside;
    for (std::size_t k = 0; k < items.size(); ++k)
      (k % 2 == fold ? outside : inside).push_back(items[k]);
    const fit::Columns few(part);
    fit::Task other = fit::make_task(inside, few, isolated, options);
    const fit::Ranking own = fit::rank_functions(part, shape);
    other.order = own.order;
    const fit::Folds all(
        part, own, fit::assemble(fit::bare_model(part, items, isolated, options), other).folds,
        options);
    ace::Potential fitted = fit::bare_model(part, items, isolated, options);
    const fit::Learnt learnt = all.solve({}, count, strength);
    Eigen::VectorXd coefficients(count);
    for (Eigen::Index k = 0; k < count; ++k)
      coefficients[own.order[static_cast<std::size_t>(k)]] = learnt.information.mean[k];
    fit::set_coefficients(coefficients, fitted);
    const fit::Metrics errors = fit::measure(ace::Evaluator(fitted), outside);
    energy *= std::sqrt(core::pi / 2) * errors.energy_mae_mev_per_atom;
    force *= errors.force_rmse_mev_per_a;
  }
  CHECK(found.energy_mev_per_atom == doctest::Approx(std::sqrt(energy)).epsilon(1e-4));
  CHECK(found.force_mev_per_a == doctest::Approx(std::sqrt(force)).epsilon(1e-4));
}

TEST_CASE("the advisor's fit sees through the noise and says what it weighed") {
  auto items = labelled_aluminium(24, 0.02), unseen = labelled_aluminium(36, 0);
  unseen.erase(unseen.begin(), unseen.begin() + 24);
  fit::AdvisorOptions wishes;
  wishes.cutoff = 4.5;
  wishes.most_functions = 120;
  std::set<std::string> stages;
  wishes.progress = [&](const std::string& stage, std::size_t done, std::size_t all) {
    CHECK(done <= all);
#pragma omp critical(advisor_test)
    stages.insert(stage);
  };
  const fit::Advised advised = fit::fit_advised(items, {-3.5}, {}, wishes);
  const fit::Advice& advice = advised.advice;
  CHECK(advice.trials.size() == 1 + fit::shapes.size());  // one cutoff, then the shapes
  CHECK(advice.cutoff == 4.5);
  REQUIRE(advice.curve.size() > 3);
  for (std::size_t k = 1; k < advice.curve.size(); ++k)
    CHECK(advice.curve[k].functions > advice.curve[k - 1].functions);
  CHECK(advised.fit.potential.function_count() == advice.curve[advice.chosen].functions);
  CHECK(advised.fit.active_set.at("Al").rows() ==
        static_cast<Eigen::Index>(advised.fit.potential.function_count()));
  CHECK(advised.fit.information.mean.size() == advised.fit.active_set.at("Al").rows());
  const fit::Metrics errors = fit::measure(ace::Evaluator(advised.fit.potential), unseen);
  CHECK(errors.force_rmse_mev_per_a < 20);  // meV/Å of noise
  CHECK(stages == std::set<std::string>{"cutoff", "rows", "weights", "basis", "active set"});
}

TEST_CASE("all cutoffs race, then the shapes at the two best, then the cutoffs beside") {
  const auto items = labelled_aluminium(24, 0.02);
  fit::AdvisorOptions wishes;
  wishes.most_functions = 100;
  const fit::Advice advice = fit::fit_advised(items, {-3.5}, {}, wishes).advice;
  const auto& trials = advice.trials;
  REQUIRE(trials.size() == 5 + 2 * fit::shapes.size() + 2);
  const auto shapes = trials.begin() + 5, beside = trials.end() - 2;
  const auto score = [](const fit::BasisTrial& trial) { return trial.errors.score(); };
  const auto cutoffs = [](auto first, auto last) {
    std::set<double> found;
    for (; first != last; ++first) found.insert(first->cutoff);
    return found;
  };
  CHECK(cutoffs(trials.begin(), shapes) == std::set<double>{4, 5, 6, 7, 8});
  std::vector<fit::BasisTrial> first(trials.begin(), shapes);
  std::ranges::sort(first, {}, score);
  CHECK(cutoffs(shapes, beside) == std::set<double>{first[0].cutoff, first[1].cutoff});
  const double middle = std::ranges::min_element(shapes, beside, {}, score)->cutoff;
  CHECK(cutoffs(beside, trials.end()) == std::set<double>{middle - 0.5, middle + 0.5});
  const auto best = std::ranges::min_element(shapes, trials.end(), {}, score);
  CHECK(best->cutoff == advice.cutoff);
  CHECK(best->shape == advice.shape);
  for (const fit::BasisTrial& trial : trials) CHECK(trial.structures == items.size());
}

TEST_CASE("where there is no time for all structures, trials leave some out") {
  const auto items = labelled_aluminium(60, 0.02);
  fit::AdvisorOptions wishes;
  wishes.cutoff = 4.5;
  wishes.most_functions = 100;
  wishes.wall_seconds = 1e-3;
  const fit::Advice advice = fit::fit_advised(items, {-3.5}, {}, wishes).advice;
  CHECK(advice.trials.front().structures < items.size());
  CHECK(advice.trials.front().functions <= 100);
}

TEST_CASE("what is asked for is kept: functions, their shape, the energy weight") {
  const auto items = labelled_aluminium(10, 0.02);
  fit::AdvisorOptions wishes;
  wishes.cutoff = 4.5;
  wishes.functions = 37;
  wishes.shape = "collective";
  wishes.energy_weight = 12;
  const fit::Advised advised = fit::fit_advised(items, {-3.5}, {}, wishes);
  CHECK(advised.fit.potential.function_count() == 37);
  CHECK(advised.advice.curve.size() == 1);
  CHECK(advised.advice.trials.size() == 2);
  CHECK(advised.advice.shape == "collective");
  CHECK(advised.advice.energy_weight == 12);
  CHECK(advised.fit.train.force_rmse_mev_per_a > 0);
}

TEST_CASE("the score weighs what labels there are") {
  CHECK(fit::HeldOut{2, 30}.score() == doctest::Approx(std::log(60.0)));
  CHECK(fit::HeldOut{0, 30}.score() == doctest::Approx(std::log(30.0)));
  CHECK_THROWS_AS((void)fit::fit_advised({}, {}, {}, {}), core::UserError);
}
