#include "validate/guards.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "pair_model.hpp"

using namespace mlip;
using namespace pair_model;

namespace {

constexpr double sigma = 2.3, cutoff = 6;
const Pair smooth = lennard_jones(0.4, sigma, cutoff);

/// A Gaussian pit at `place`.
Pair with_pit(double depth, double place) {
  return [=](double r) {
    auto [energy, slope] = smooth(r);
    const double x = (r - place) / 0.05, pit = depth * std::exp(-x * x / 2);
    return std::pair{energy - pit, slope + pit * x / 0.05};
  };
}

Structure fcc() {
  return core::repeat(crystal(3.64, fcc_sites()), {2, 2, 2});
}

/// γ is the inverse of the distance to the nearest atom, in units of `edge`.
class Graded final : public potential::Calculator {
 public:
  explicit Graded(double edge) : edge_(edge) {}
  double cutoff() const override { return 6; }
  potential::Evaluation evaluate(const Structure& structure,
                                 const potential::Request& request) const override {
    potential::Evaluation result;
    if (request.gamma)
      result.gamma.assign(structure.size(), edge_ / core::minimum_distance(structure));
    return result;
  }

 private:
  double edge_;
};

}  // namespace

TEST_CASE("a repulsive core has no hole, a pit in it is one") {
  CHECK(
      validate::no_hole(PairModel(smooth, cutoff, 0), validate::pair_alone(14, 14, 2.4), 2.4).held);
  const auto guard = validate::no_hole(PairModel(with_pit(300, 1.6), cutoff, 0),
                                       validate::pair_alone(14, 14, 2.4), 2.4);
  CHECK_FALSE(guard.held);
  CHECK(guard.value > guard.limit);
  CHECK(guard.name == "dimer Si-Si");
  CHECK(guard.detail.find("the energy falls") != std::string::npos);
  CHECK(validate::no_hole(PairModel(with_pit(300, 0.9), cutoff, 0),
                          validate::pair_alone(14, 14, 2.4), 2.4)
            .held);
}

TEST_CASE("a bond of a molecule is pressed with all that hangs on it") {
  validate::Approach bond;
  bond.start.numbers = {14, 14, 14};
  bond.start.positions = {{0, 0, 0}, {0, 2.4, 0}, {0, 4.8, 0}};
  bond.moving = {1, 2};
  const auto sound = validate::no_hole(PairModel(smooth, cutoff, 0), bond, 2.2);
  CHECK(sound.name == "bond Si-Si");
  CHECK(sound.held);
  const auto guard = validate::no_hole(PairModel(with_pit(300, 1.6), cutoff, 0), bond, 2.2);
  CHECK_FALSE(guard.held);
}

TEST_CASE("a pair alone may bind a little nearer than in the data") {
  const auto held = [](const Pair& pair, double shortest) {
    return validate::no_hole(PairModel(pair, cutoff, 0), validate::pair_alone(14, 14, shortest),
                             shortest)
        .held;
  };
  // Minimum of lennard_jones at 1.122 × 2.3 Å = 2.58 Å.
  CHECK(held(smooth, 2.65));
  CHECK_FALSE(held(smooth, 3.4));
  // Behind the bond a pit is one, and so is what is far deeper than the bond.
  CHECK_FALSE(held(with_pit(3, 2.2), 2.65));
  CHECK_FALSE(held(with_pit(3, 2.6), 2.65));
}

TEST_CASE("a pair that the data hold only far apart has its bond still before it") {
  const auto guard = [](const Pair& pair) {
    return validate::no_hole(PairModel(pair, cutoff, 0), validate::pair_alone(14, 14, 4.1), 4.1,
                             true);
  };
  CHECK(guard(smooth).held);  // silicon in Mg2Si
  CHECK(guard(smooth).detail == "4.100 Å to 1.110 Å");
  CHECK_FALSE(guard(with_pit(300, 1.6)).held);  // nearer than two atoms of silicon ever are
  CHECK_FALSE(guard(with_pit(30, 3)).held);     // deeper than any bond
  CHECK_FALSE(guard(with_pit(3, 2.2)).held);    // behind the bond
}

TEST_CASE("like atoms of a compound have their bond ahead, those of a noble gas have none") {
  validate::Conditions conditions;
  conditions.start = fcc();
  conditions.temperature = 100;
  conditions.options.heat_ps = conditions.options.drift_ps = 0.01;
  conditions.approaches = {validate::pair_alone(14, 14, 4.1)};
  const auto held = [&](const std::map<std::pair<int, int>, double>& shortest) {
    conditions.shortest = shortest;
    return validate::check_guards(PairModel(smooth, cutoff, 1), conditions)[0].held;
  };
  CHECK(held({{{12, 14}, 2.6}, {{14, 14}, 4.1}}));
  CHECK_FALSE(held({{{12, 14}, 3.8}, {{14, 14}, 4.1}}));
}

TEST_CASE("an attractive core is a hole from the first step") {
  const Pair attractive = [](double r) { return std::pair{-1 / r, 1 / (r * r)}; };
  CHECK_FALSE(
      validate::no_hole(PairModel(attractive, cutoff, 0), validate::pair_alone(14, 14, 2.4), 2.4)
          .held);
}

TEST_CASE("a step in the energy and a force that is none are found") {
  const Pair step = [](double r) {
    auto [energy, slope] = smooth(r);
    return std::pair{energy + (r < 1.9 ? 20.0 : 0.0), slope};
  };
  const auto guard =
      validate::no_hole(PairModel(step, cutoff, 0), validate::pair_alone(14, 14, 2.4), 2.4);
  CHECK_FALSE(guard.held);
  CHECK(guard.detail.find("not the slope") != std::string::npos);
  const Pair undefined = [](double r) { return std::pair{r < 2 ? std::nan("") : -r, -1.0}; };
  CHECK_FALSE(
      validate::no_hole(PairModel(undefined, cutoff, 0), validate::pair_alone(14, 14, 2.4), 2.4)
          .held);
}

TEST_CASE("a steep switch is no step, wherever between two points it is steepest") {
  for (const double part : {0.0, 0.25, 0.5, 0.75}) {
    CAPTURE(part);
    const double place = 2.4 * (1 - 0.5 * (60 + part) / 200), width = 0.05;
    const Pair steep = [=](double r) {
      const double t = std::tanh((place - r) / width);
      return std::pair{20 * t, -20 * (1 - t * t) / width};
    };
    const auto guard =
        validate::no_hole(PairModel(steep, cutoff, 0), validate::pair_alone(14, 14, 2.4), 2.4);
    CAPTURE(guard.detail);
    CHECK(guard.held);
  }
}

TEST_CASE("a crystal that keeps its atoms apart survives heat, one with a pit does not") {
  const auto guard = validate::survives_heat(PairModel(smooth, cutoff, 1), fcc(), 300, 1, 1.8);
  CHECK(guard.held);
  CHECK(guard.value > 1.8);
  CHECK(guard.value < 2.58);
  const auto fallen =
      validate::survives_heat(PairModel(with_pit(40, 2.0), cutoff, 1), fcc(), 3000, 1, 1.95);
  CHECK_FALSE(fallen.held);
  CHECK(fallen.value < 1.95);
}

TEST_CASE("energy is conserved by a smooth model and not by one whose cutoff jumps") {
  CHECK(validate::conserves_energy(PairModel(smooth, cutoff, 1), fcc(), 300, 0.5).held);
  const Pair cut = [](double r) {
    const double x = std::pow(sigma / r, 6);
    return std::pair{1.6 * (x * x - x), 1.6 * (-12 * x * x + 6 * x) / r};
  };
  const auto guard = validate::conserves_energy(PairModel(cut, 3.7, 1), fcc(), 600, 0.5);
  CHECK_FALSE(guard.held);
  CHECK(guard.value > guard.limit);
}

TEST_CASE("a grade that rises away from the data is told from one that does not") {
  CHECK(validate::knows_its_limits(Graded(2.2), fcc(), 1.5).held);
  const auto guard = validate::knows_its_limits(Graded(1.2), fcc(), 1.5);
  CHECK_FALSE(guard.held);
  CHECK(guard.value == doctest::Approx(0.8));
  CHECK_FALSE(validate::knows_its_limits(PairModel(smooth, cutoff, 1), fcc(), 1.5).held);
}
