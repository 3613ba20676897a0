#include "fit/complexity.hpp"

#include <doctest/doctest.h>

#include <set>

#include "ace/evaluator.hpp"
#include "synthetic.hpp"

using namespace mlip;

TEST_CASE("a graded basis holds every function below its largest complexity, and no other") {
  for (const fit::Shape& shape : fit::shapes) {
    const ace::Potential basis = fit::graded_basis({"Al"}, 5, shape, 120);
    const ace::Potential larger = fit::graded_basis({"Al"}, 5, shape, 400);
    CHECK(basis.function_count() >= 120);
    double limit = 0;
    for (const ace::Function& function : basis.functions[0])
      limit = std::max(limit, fit::complexity(function, shape));
    std::size_t within = 0;
    for (const ace::Function& function : larger.functions[0])
      within += fit::complexity(function, shape) <= limit + 1e-9;
    CHECK(within == basis.function_count());
  }
}

TEST_CASE("the shells of a ranking grow in complexity and treat the elements alike") {
  const fit::Shape& shape = fit::shapes[1];
  const ace::Potential basis = fit::graded_basis({"Al", "Ni"}, 5, shape, 300);
  const fit::Ranking ranking = fit::rank_functions(basis, shape);
  REQUIRE(ranking.order.size() == basis.function_count());
  CHECK(std::set<Eigen::Index>(ranking.order.begin(), ranking.order.end()).size() ==
        ranking.order.size());
  CHECK(ranking.shells.back() == static_cast<Eigen::Index>(basis.function_count()));
  for (Eigen::Index shell : ranking.shells) {
    const ace::Potential part = fit::leading_functions(basis, ranking, shell);
    CHECK(part.functions[0].size() == part.functions[1].size());
    CHECK(static_cast<Eigen::Index>(part.function_count()) == shell);
  }
}

TEST_CASE("the leading functions in smaller bonds are the same functions") {
  const fit::Shape& shape = fit::shapes[0];
  ace::Potential basis = fit::graded_basis({"Al", "Ni"}, 4.5, shape, 200);
  const fit::Ranking ranking = fit::rank_functions(basis, shape);
  const Eigen::Index count = ranking.shells[ranking.shells.size() / 2];
  Eigen::Index column = 0;
  for (auto& functions : basis.functions)
    for (ace::Function& function : functions) {
      const auto rank = std::ranges::find(ranking.order, column) - ranking.order.begin();
      function.coefficients = {rank < count ? 0.01 * std::sin(1 + double(rank)) : 0};
      ++column;
    }
  const ace::Potential part = fit::leading_functions(basis, ranking, count);
  CHECK(part.bond(0, 1).nradbasemax < basis.bond(0, 1).nradbasemax);
  const auto items = synthetic::structures({"Al", "Ni"}, 2);
  for (const fit::Item& item : items) {
    const auto whole = ace::Evaluator(basis).evaluate(item.structure);
    const auto leading = ace::Evaluator(part).evaluate(item.structure);
    CHECK(leading.energy == doctest::Approx(whole.energy).epsilon(1e-12));
    CHECK((leading.forces[3] - whole.forces[3]).norm() < 1e-11);
  }
}
