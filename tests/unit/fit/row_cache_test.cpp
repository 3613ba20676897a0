#include "fit/row_cache.hpp"

#include <doctest/doctest.h>

#include "synthetic.hpp"

using namespace mlip;

namespace {

/// Some without an energy, some with masked atoms: every structure has rows of its own kind.
std::vector<fit::Item> rough_items(int count) {
  auto items = synthetic::structures(synthetic::alloy, count);
  synthetic::label(items, synthetic::truth(synthetic::alloy), synthetic::isolated, 0.05);
  for (std::size_t k = 0; k < items.size(); ++k) {
    if (k % 3 == 1) items[k].fit_energy = false;
    if (k % 3 == 2) items[k].force_mask.assign(items[k].structure.size(), 1);
    if (k % 3 == 2) items[k].force_mask[k % 16] = 0;
  }
  return items;
}

fit::Fit fitted_from_rows(std::span<const fit::Item> items, const ace::Potential& basis,
                          std::shared_ptr<fit::RowCache> cache) {
  fit::Options options;
  options.row_cache = std::move(cache);
  return fit::fit_linear(basis, items, synthetic::isolated, options);
}

/// That fits with rows kept and with rows made come to the same bit by bit.
void check_equal(const fit::Fit& kept, const fit::Fit& made) {
  CHECK(synthetic::coefficients(kept.potential) == synthetic::coefficients(made.potential));
  CHECK(kept.information.factor == made.information.factor);
  CHECK(kept.prior_strength == made.prior_strength);
  CHECK(kept.log_evidence == made.log_evidence);
  for (const auto& [element, inverse] : made.active_set)
    CHECK(kept.active_set.at(element) == inverse);
}

}  // namespace

TEST_CASE("a fit of more structures makes the rows of the new ones and comes to the same") {
  const auto basis = synthetic::basis(synthetic::alloy);
  auto items = rough_items(16);
  const auto cache = std::make_shared<fit::RowCache>();
  check_equal(fitted_from_rows(std::span(items).first(12), basis, cache),
              fitted_from_rows(std::span(items).first(12), basis, nullptr));
  CHECK(cache->made() == 12);
  std::swap(items[2], items[14]);  // new ones among the old
  check_equal(fitted_from_rows(items, basis, cache), fitted_from_rows(items, basis, nullptr));
  CHECK(cache->made() == 16);
}

TEST_CASE("labels of kept rows are those of the fit, whatever they were before") {
  const auto basis = synthetic::basis(synthetic::alloy);
  auto items = rough_items(12);
  const auto cache = std::make_shared<fit::RowCache>();
  const fit::Fit before = fitted_from_rows(items, basis, cache);
  for (fit::Item& item : items) {
    *item.labels.energy += 0.1 * static_cast<double>(item.structure.size());
    item.labels.forces[3].x() += 0.2;
    item.weight = 2;
  }
  const fit::Fit after = fitted_from_rows(items, basis, cache);
  CHECK(cache->made() == 12);
  check_equal(after, fitted_from_rows(items, basis, nullptr));
  CHECK(synthetic::coefficients(after.potential) != synthetic::coefficients(before.potential));
}

TEST_CASE("other atoms, other masks and other functions have rows of their own") {
  auto basis = synthetic::basis(synthetic::alloy);
  auto items = rough_items(12);
  const auto cache = std::make_shared<fit::RowCache>();
  (void)fitted_from_rows(items, basis, cache);
  items[0].structure.positions[5].z() += 1e-9;
  items[1].fit_energy = true;
  items[2].force_mask[7] = 0;
  items[3].structure.cell.vectors *= 1 + 1e-9;
  check_equal(fitted_from_rows(items, basis, cache), fitted_from_rows(items, basis, nullptr));
  CHECK(cache->made() == 16);
  for (ace::Bond& bond : basis.bonds) bond.rcut = 4.25;
  check_equal(fitted_from_rows(items, basis, cache), fitted_from_rows(items, basis, nullptr));
  CHECK(cache->made() == 28);
  for (auto& functions : basis.functions) functions.pop_back();
  check_equal(fitted_from_rows(items, basis, cache), fitted_from_rows(items, basis, nullptr));
  CHECK(cache->made() == 40);
}

TEST_CASE("a shorter distance in the data moves the core, not the rows") {
  const auto basis = synthetic::basis(synthetic::alloy);
  auto items = rough_items(13);
  const core::Vec3 bond = items[12].structure.positions[1] - items[12].structure.positions[0];
  items[12].structure.positions[1] -= 0.4 * bond;
  const auto cache = std::make_shared<fit::RowCache>();
  const auto wide = fitted_from_rows(std::span(items).first(12), basis, cache);
  const auto close = fitted_from_rows(items, basis, cache);
  CHECK(close.potential.bond(0, 1).rcut_in < wide.potential.bond(0, 1).rcut_in);
  CHECK(cache->made() == 13);
  check_equal(close, fitted_from_rows(items, basis, nullptr));
}

TEST_CASE("rows beyond the memory allowed are made anew") {
  const auto basis = synthetic::basis(synthetic::alloy);
  const auto items = rough_items(12);
  const auto cache = std::make_shared<fit::RowCache>(0);
  check_equal(fitted_from_rows(items, basis, cache), fitted_from_rows(items, basis, nullptr));
  (void)fitted_from_rows(items, basis, cache);
  CHECK(cache->made() == 24);
}
