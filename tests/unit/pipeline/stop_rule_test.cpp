#include "pipeline/stop_rule.hpp"

#include <doctest/doctest.h>

using namespace mlip::pipeline;

namespace {

LoopOptions options() {
  LoopOptions o;
  o.min_generations = 3;
  o.max_generations = 5;
  o.target_energy_mev_per_atom = 5;
  o.target_force_mev_per_a = 50;
  return o;
}

mlip::fit::Metrics errors(double energy, double force) {
  mlip::fit::Metrics m;
  m.energy_rmse_mev_per_atom = energy;
  m.force_rmse_mev_per_a = force;
  return m;
}

}  // namespace

TEST_CASE("targets end a run only after the fewest generations and where the walks were quiet") {
  CHECK(stop_rule(options(), {3, errors(4, 40), true, false}) == StopReason::targets_reached);
  CHECK_FALSE(stop_rule(options(), {2, errors(4, 40), true, false}));
  CHECK_FALSE(stop_rule(options(), {3, errors(4, 40), false, false}));
  CHECK_FALSE(stop_rule(options(), {3, errors(6, 40), true, false}));
  CHECK_FALSE(stop_rule(options(), {3, errors(4, 60), true, false}));
}

TEST_CASE("generations and wall time are limits") {
  CHECK(stop_rule(options(), {5, errors(99, 99), false, false}) == StopReason::generation_limit);
  CHECK(stop_rule(options(), {1, errors(99, 99), false, true}) == StopReason::wall_time);
  CHECK(to_string(StopReason::wall_time) == "wall time spent");
  CHECK(to_string(StopReason::nothing_new) == "nothing new to label");
  CHECK(to_string(StopReason::targets_reached) == "targets reached");
}

TEST_CASE("no error below the labels' noise is asked for") {
  const LabelNoise noise{3, 7, 20, 0.1};
  CHECK(stop_rule(options(), {3, errors(6.5, 40), true, false, noise}) ==
        StopReason::targets_reached);
  CHECK_FALSE(stop_rule(options(), {3, errors(7.5, 40), true, false, noise}));
  CHECK_FALSE(stop_rule(options(), {3, errors(4, 60), true, false, noise}));
}
