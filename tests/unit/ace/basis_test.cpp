#include "ace/basis.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "ace/canonical_order.hpp"
#include "ace/coupling.hpp"
#include "core/error.hpp"

using namespace mlip;

namespace {

ace::BasisOptions benchmark_options() {
  ace::BasisOptions options;
  options.nradmax_by_orders = {8, 8, 4, 3, 2};
  options.lmax_by_orders = {0, 4, 3, 2, 1};
  return options;
}

}  // namespace

TEST_CASE("the basis of the public linear-fit benchmark has 822 functions") {
  const ace::Potential potential = ace::make_basis({"Cu"}, benchmark_options());
  CHECK(potential.function_count() == 822);
  CHECK(potential.cutoff() == 6.0);
  CHECK(potential.bond(0, 0).nradmax == 8);
  CHECK(potential.bond(0, 0).lmax == 4);
  CHECK(potential.bond(0, 0).nradbasemax == 8);
}

TEST_CASE("two elements: sorted, every block, unit radial coefficients") {
  ace::BasisOptions options;
  options.nradmax_by_orders = {3, 2, 1};
  options.lmax_by_orders = {0, 2, 1};
  const ace::Potential potential = ace::make_basis({"Ni", "Al"}, options);
  CHECK(potential.elements == std::vector<std::string>{"Al", "Ni"});
  REQUIRE(potential.functions.size() == 2);
  // 6 of rank 1; 10 pairs of (mu, n) with l = 0, 1, 2; rank 3 of 4 multisets of species
  CHECK(std::ranges::count(potential.functions[0], 1, &ace::Function::rank) == 6);
  CHECK(std::ranges::count(potential.functions[0], 2, &ace::Function::rank) == 30);
  CHECK(potential.functions[0].size() == potential.functions[1].size());
  const ace::Bond& bond = potential.bond(0, 1);
  REQUIRE(bond.coefficients.size() == 2 * 3 * 3);
  CHECK(bond.coefficients[0] == 1);
  CHECK(bond.coefficients[1] == 0);
  CHECK(bond.coefficients[9 + 1] == 1);
}

TEST_CASE("functions are unique, couple, and stand in canonical order") {
  ace::Potential potential = ace::make_basis({"Cu"}, benchmark_options());
  std::set<std::tuple<std::vector<int>, std::vector<int>, std::vector<int>, std::vector<int>>> seen;
  for (const ace::Function& f : potential.functions[0]) {
    CHECK(seen.insert({f.mus, f.ns, f.ls, f.LS}).second);
    CHECK(ace::couples(f.ls, f.LS));
  }
  std::vector<ace::Function> shuffled = potential.functions[0];
  std::ranges::reverse(shuffled);
  ace::sort_canonically(shuffled);
  for (std::size_t f = 0; f < shuffled.size(); ++f) {
    CHECK(shuffled[f].ns == potential.functions[0][f].ns);
    CHECK(shuffled[f].ls == potential.functions[0][f].ls);
    CHECK(shuffled[f].LS == potential.functions[0][f].LS);
  }
}

TEST_CASE("the exceptions of the LS order are permutations of what couples") {
  CHECK(ace::ls_order_exceptions().size() == 78);
  for (const ace::LSOrder& group : ace::ls_order_exceptions()) {
    const std::vector<int> ls(group.ls.begin(), group.ls.end());
    std::set<std::vector<int>> listed, allowed;
    for (const auto& LS : group.order) listed.emplace(LS.begin(), LS.end());
    for (const auto& LS : ace::allowed_LS(ls))
      if (!ace::couplings(ls, LS).empty()) allowed.insert(LS);
    CHECK(listed == allowed);
  }
}

TEST_CASE("wrong options are named") {
  ace::BasisOptions options;
  CHECK_THROWS_AS((void)ace::make_basis({}, options), core::UserError);
  CHECK_THROWS_AS((void)ace::make_basis({"Xx"}, options), core::UserError);
  CHECK_THROWS_AS((void)ace::make_basis({"Al", "Al"}, options), core::UserError);
  options.lmax_by_orders = {0};
  CHECK_THROWS_AS((void)ace::make_basis({"Al"}, options), core::UserError);
  options = {};
  options.nradmax_by_orders = {3, 4};
  options.lmax_by_orders = {0, 1};
  CHECK_THROWS_AS((void)ace::make_basis({"Al"}, options), core::UserError);
  options = {};
  options.lmax_by_orders = {0, 3, 7, 2};
  CHECK_THROWS_AS((void)ace::make_basis({"Al"}, options), core::UserError);
  options = {};
  options.cutoff = -1;
  CHECK_THROWS_AS((void)ace::make_basis({"Al"}, options), core::UserError);
  options = {};
  options.radial_parameters = {};
  CHECK_THROWS_AS((void)ace::make_basis({"Al"}, options), core::UserError);
}
