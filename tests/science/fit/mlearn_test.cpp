#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "ace/basis.hpp"
#include "ace/evaluator.hpp"
#include "fit/linear.hpp"
#include "io/extended_xyz.hpp"

using namespace mlip;

namespace {

std::vector<fit::Item> read(const std::string& name) {
  std::vector<fit::Item> items;
  for (io::Frame& frame :
       io::read_extended_xyz(std::string(TEST_DATA) + "/mlearn/" + name + ".extxyz")) {
    fit::Item item;
    item.structure = std::move(frame.structure);
    item.labels = std::move(frame.labels);
    items.push_back(std::move(item));
  }
  return items;
}

struct Learnt {
  fit::Fit fit;
  fit::Metrics test;
};

Learnt learn(const std::string& element, double cutoff) {
  const ace::Potential basis = ace::make_basis({element}, {.nradmax_by_orders = {12, 8, 4, 2},
                                                           .lmax_by_orders = {0, 5, 3, 2},
                                                           .cutoff = cutoff,
                                                           .radial = ace::RadialBasis::sbessel,
                                                           .radial_parameters = {5.25}});
  Learnt learnt{fit::fit_linear(basis, read(element + "_training"), {0.0}, {}), {}};
  learnt.test = fit::measure(ace::Evaluator(learnt.fit.potential), read(element + "_test"));
  MESSAGE(element << ": " << basis.function_count() << " functions, test MAE "
                  << learnt.test.energy_mae_mev_per_atom << " meV/atom, "
                  << learnt.test.force_mae_mev_per_a << " meV/Å; train RMSE "
                  << learnt.fit.train.energy_rmse_mev_per_atom << ", "
                  << learnt.fit.train.force_rmse_mev_per_a << "; assembly "
                  << learnt.fit.assembly_seconds << " s, solve " << learnt.fit.solve_seconds
                  << " s, active set " << learnt.fit.active_set_seconds << " s");
  return learnt;
}

}  // namespace

TEST_CASE("silicon from two thirds of its published training set") {
  const Learnt learnt = learn("Si", 5.0);
  CHECK(learnt.test.energy_mae_mev_per_atom < 4);
  CHECK(learnt.test.force_mae_mev_per_a < 75);
}

TEST_CASE("molybdenum from two thirds of its published training set") {
  const Learnt learnt = learn("Mo", 5.2);
  CHECK(learnt.test.energy_mae_mev_per_atom < 6);
  CHECK(learnt.test.force_mae_mev_per_a < 115);
}
