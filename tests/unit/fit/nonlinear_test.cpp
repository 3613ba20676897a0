#include "fit/nonlinear.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

#include "core/error.hpp"
#include "fit/ladder.hpp"
#include "fit/parameters.hpp"
#include "nonlinear_truth.hpp"

using namespace mlip;

namespace {

std::vector<fit::Item> labelled_nonlinear(int count) {
  auto items = synthetic::structures(synthetic::alloy, count);
  synthetic::label(items, synthetic::nonlinear_truth(synthetic::alloy), synthetic::isolated);
  return items;
}

fit::NonlinearOptions limited(int iterations) {
  fit::NonlinearOptions options{};
  options.iterations = iterations;
  return options;
}

fit::NonlinearFit fitted_nonlinear(const std::vector<fit::Item>& items,
                                   const fit::NonlinearOptions& options = limited(50),
                                   const fit::Options& linear = {}) {
  return fit::fit_nonlinear(synthetic::basis(synthetic::alloy),
                            {items, {}, synthetic::isolated, {}}, linear, options);
}

bool same(const ace::Potential& a, const ace::Potential& b) {
  const fit::Parameters parameters(a);
  return parameters.count() == fit::Parameters(b).count() &&
         parameters.read(a) == parameters.read(b);
}

}  // namespace

TEST_CASE("a nonlinear truth is learnt where no linear model of the basis comes near") {
  const auto items = labelled_nonlinear(25);
  const std::vector<fit::Item> train(items.begin(), items.begin() + 20);
  const std::vector<fit::Item> test(items.begin() + 20, items.end());
  const fit::Fit linear =
      fit::fit_linear(synthetic::basis(synthetic::alloy), train, synthetic::isolated, {});
  fit::NonlinearOptions options = limited(40);
  options.tolerance = 1e-6;
  const fit::NonlinearFit found = fitted_nonlinear(train, options);
  CHECK(found.potential.E0 == synthetic::isolated);
  CHECK(found.potential.embeddings[0].parameters == std::vector<double>{1, 1, 1, 0.5});
  const fit::Metrics before = fit::measure(ace::Evaluator(linear.potential), test);
  const fit::Metrics after = fit::measure(ace::Evaluator(found.potential), test);
  CHECK(after.force_rmse_mev_per_a < 0.125 * before.force_rmse_mev_per_a);
  CHECK(after.energy_rmse_mev_per_atom < 0.125 * before.energy_rmse_mev_per_atom);
  CHECK(found.train.stress_rmse_gpa < 0.125 * linear.train.stress_rmse_gpa);
}

TEST_CASE("masked forces never enter, whatever they are") {
  auto items = labelled_nonlinear(4);
  for (fit::Item& item : items) {
    item.force_mask.assign(item.structure.size(), 1);
    item.force_mask[3] = 0;
    item.labels.forces[3] = core::Vec3::Constant(1e9);
  }
  const fit::NonlinearOptions short_fit = limited(2);
  const fit::NonlinearFit garbage = fitted_nonlinear(items, short_fit);
  for (fit::Item& item : items)
    item.labels.forces[3].setConstant(std::numeric_limits<double>::quiet_NaN());
  CHECK(same(garbage.potential, fitted_nonlinear(items, short_fit).potential));
}

TEST_CASE("the result does not depend on the number of threads") {
  const auto items = labelled_nonlinear(6);
  for (const char* optimiser : {"levenberg_marquardt", "lbfgs"}) {
    fit::NonlinearOptions options = limited(3);
    options.optimiser = optimiser;
    const fit::NonlinearFit one = fitted_nonlinear(items, options, {.threads = 1});
    CHECK(same(one.potential, fitted_nonlinear(items, options, {.threads = 3}).potential));
  }
}

TEST_CASE("L-BFGS lowers the loss at every iteration") {
  const auto items = labelled_nonlinear(6);
  ace::Potential start = synthetic::nonlinear_truth(synthetic::alloy);
  auto engine = core::random_engine(3, "disturbed truth");
  for (auto& functions : start.functions)
    for (ace::Function& function : functions)
      for (double& c : function.coefficients) c *= 1 + 0.1 * core::normal(engine);
  fit::NonlinearOptions options = limited(25);
  options.optimiser = "lbfgs";
  options.tolerance = 0;
  std::vector<double> losses;
  const fit::NonlinearFit fit =
      fit::fit_nonlinear(start, {items, {}, synthetic::isolated, {}}, {}, options,
                         [&](const fit::NonlinearProgress& progress) {
                           losses.push_back(progress.loss);
                           return true;
                         });
  CHECK(losses.size() == 26);
  CHECK(std::is_sorted(losses.rbegin(), losses.rend()));
  CHECK(losses.back() < 0.01 * losses.front());
  CHECK(fit.iterations == 25);
}

TEST_CASE("a fit goes on from the last generation's potential") {
  const auto items = labelled_nonlinear(6);
  const fit::NonlinearFit first = fitted_nonlinear(items, limited(4));
  std::vector<double> losses;
  const auto again = [&](const ace::Potential& start) {
    losses.clear();
    return fit::fit_nonlinear(start, {items, {}, synthetic::isolated, {}}, {}, limited(1),
                              [&](const fit::NonlinearProgress& progress) {
                                losses.push_back(progress.loss);
                                return true;
                              });
  };
  const double reached =
      fit::loss_of(first.potential, {items, {}, synthetic::isolated, {}}, {}, limited(1));
  (void)again(fit::carried_over(first.potential, synthetic::basis(synthetic::alloy)));
  CHECK(losses.front() == doctest::Approx(reached).epsilon(1e-9));
  const ace::Potential smaller = fit::lowest_functions(first.potential, 0.5);
  const fit::NonlinearFit grown =
      again(fit::carried_over(smaller, synthetic::basis(synthetic::alloy)));
  CHECK(grown.potential.function_count() == synthetic::basis(synthetic::alloy).function_count());
  CHECK(losses.back() < losses.front());
}

TEST_CASE("a fit goes on only from a potential of the same kind") {
  const ace::Potential basis = synthetic::basis(synthetic::alloy);
  CHECK_THROWS_AS((void)fit::carried_over(synthetic::basis({"Al"}), basis), core::UserError);
  ace::Potential other = basis;
  for (ace::Bond& bond : other.bonds) bond.rcut = 5;
  CHECK_THROWS_AS((void)fit::carried_over(other, basis), core::UserError);
  other = basis;
  for (ace::Bond& bond : other.bonds) bond.parameters = {2};
  CHECK_THROWS_AS((void)fit::carried_over(other, basis), core::UserError);
}

TEST_CASE("the ladder adds functions rung by rung, lowest first") {
  const auto items = labelled_nonlinear(6);
  std::vector<std::size_t> functions;
  const fit::NonlinearFit fit = fit::fit_nonlinear(
      synthetic::basis(synthetic::alloy), {items, {}, synthetic::isolated, {}}, {},
      {.iterations = 2, .ladder_step = 0.4}, [&](const fit::NonlinearProgress& progress) {
        if (functions.empty() || functions.back() != progress.functions)
          functions.push_back(progress.functions);
        return true;
      });
  const std::size_t all = synthetic::basis(synthetic::alloy).function_count();
  CHECK(functions.size() == 3);
  CHECK(std::ranges::is_sorted(functions));
  CHECK(functions.back() == all);
  CHECK(fit.potential.function_count() == all);
  const ace::Potential pairs = fit::lowest_functions(synthetic::basis(synthetic::alloy), 0);
  CHECK(pairs.function_count() == 16);
  CHECK(fit::rung_shares(0) == std::vector<double>{1});
}

/// A fit that holds out most of its labels, stopped after six reports.
struct HeldOutFit {
  std::vector<fit::Item> items = labelled_nonlinear(12);
  std::vector<fit::Item> train{items.begin(), items.begin() + 4};
  std::vector<fit::Item> held_out{items.begin() + 4, items.end()};
  double least = std::numeric_limits<double>::infinity();
  fit::NonlinearFit fit;

  explicit HeldOutFit(const fit::NonlinearOptions& options) {
    int calls = 0;
    const fit::NonlinearData data{train, held_out, synthetic::isolated, {}};
    fit = fit::fit_nonlinear(synthetic::basis(synthetic::alloy), data, {}, options,
                             [&](const fit::NonlinearProgress& progress) {
                               least = std::min(least, progress.held_out.value());
                               return ++calls < 6;
                             });
  }
  [[nodiscard]] double loss(const fit::NonlinearOptions& options) const {
    return fit::loss_of(fit.potential, {held_out, {}, synthetic::isolated, {}}, {}, options);
  }
};

TEST_CASE("the best model on held-out data is kept, and the caller can stop") {
  fit::NonlinearOptions options = limited(50);
  options.loss = "pacemaker";
  options.l1 = options.l2 = 0;
  const HeldOutFit held(options);
  CHECK(held.fit.stop == fit::NonlinearStop::asked);
  CHECK(held.loss(options) == doctest::Approx(held.least).epsilon(1e-9));
}

TEST_CASE("what was held out teaches the linear coefficients at last") {
  const fit::NonlinearOptions options = limited(50);
  const HeldOutFit held(options);
  REQUIRE(held.fit.held_out.has_value());
  CHECK(held.loss(options) < 0.9 * held.least);
  const fit::Metrics now = fit::measure(ace::Evaluator(held.fit.potential), held.held_out);
  CHECK(now.force_rmse_mev_per_a < held.fit.held_out->force_rmse_mev_per_a);
}

TEST_CASE("a fit stops at its time budget") {
  fit::NonlinearOptions options = limited(50);
  options.wall_seconds = 1e-6;
  const fit::NonlinearFit fit = fitted_nonlinear(labelled_nonlinear(4), options);
  CHECK(fit.iterations == 1);
  CHECK(fit.stop == fit::NonlinearStop::wall_time);
}

TEST_CASE("nothing to fit and impossible embeddings are the user's errors") {
  auto items = labelled_nonlinear(2);
  fit::NonlinearOptions options = limited(50);
  for (const std::vector<double>& embedding :
       {std::vector<double>{}, std::vector<double>{1, 1, 1}, std::vector<double>{1, 0}}) {
    options.embedding = embedding;
    CHECK_THROWS_AS((void)fitted_nonlinear(items, options), core::UserError);
  }
  for (fit::Item& item : items) item.labels = {};
  CHECK_THROWS_AS((void)fitted_nonlinear(items), core::UserError);
}
