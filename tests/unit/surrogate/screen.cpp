#include "surrogate/screen.hpp"

#include <doctest/doctest.h>

#include <limits>

#include "core/error.hpp"
#include "potential/lennard_jones.hpp"

using namespace mlip;
using namespace mlip::surrogate;

namespace {

/// Energy is the sum of the x, force on an atom its y; zinc is what it knows not, at z > 100 it
/// fails.
struct Scripted final : potential::Calculator {
  [[nodiscard]] double cutoff() const override { return 5; }
  [[nodiscard]] potential::Evaluation evaluate(const core::Structure& structure,
                                               const potential::Request&) const override {
    potential::Evaluation evaluation;
    for (std::size_t i = 0; i < structure.size(); ++i) {
      if (structure.numbers[i] == 30)
        throw core::UserError(core::ExitCode::bad_input, "no parameters for 'Zn'");
      if (structure.positions[i].z() > 100)
        throw core::UserError(core::ExitCode::failed, "the worker ended");
      evaluation.energy += structure.positions[i].x();
      evaluation.forces.emplace_back(0, structure.positions[i].y(), 0);
    }
    return evaluation;
  }
};

core::Candidate candidate(std::vector<int> numbers, core::Vec3 place) {
  core::Candidate value;
  value.structure.positions.assign(numbers.size(), place);
  value.structure.numbers = std::move(numbers);
  return value;
}

}  // namespace

TEST_CASE("each rejected candidate has its reason, the others are kept in order") {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<core::Candidate> candidates = {
      candidate({13, 13}, {-3, 1, 0}),     candidate({13}, {-1.5, 1, 0}),
      candidate({13}, {-3.2, 20, 0}),      candidate({13}, {0, 0, 101}),
      candidate({13}, {infinity, 0, 0}),   candidate({}, {0, 0, 0}),
      candidate({13}, {-2.5, -9.9, 0}),    candidate({13, 13, 13}, {-0.5, 0, 0}),
      candidate({13}, {-1e308, 1e200, 0}),
  };
  const auto screening = screen(candidates, Scripted(), {2, 10});
  CHECK(screening.kept == std::vector<std::size_t>{0, 1, 6});
  REQUIRE(screening.rejected.size() == 6);
  CHECK(screening.rejected[0].index == 2);
  CHECK(screening.rejected[0].reason == "a force of 20 eV/Å is above 10");
  CHECK(screening.rejected[1].reason == "the worker ended");
  CHECK(screening.rejected[2].reason == "no atoms, or coordinates that are not finite");
  CHECK(screening.rejected[3].reason == "no atoms, or coordinates that are not finite");
  CHECK(screening.rejected[4].index == 7);
  CHECK(screening.rejected[4].reason ==
        "2.5 eV/atom above the lowest of its composition, more than 2");
  CHECK(screening.rejected[5].index == 8);
}

TEST_CASE("a structure with an absurd energy and forces is not what the others are measured by") {
  const std::vector<core::Candidate> candidates = {candidate({13}, {-1000, 99, 0}),
                                                   candidate({13}, {-3, 0, 0})};
  CHECK(screen(candidates, Scripted(), {2, 10}).kept == std::vector<std::size_t>{1});
}

TEST_CASE("energies are compared within a composition only") {
  const std::vector<core::Candidate> candidates = {
      candidate({28, 13}, {-4, 0, 0}), candidate({13, 13, 28, 28}, {-1, 0, 0}),
      candidate({28, 13, 13}, {-1, 0, 0}), candidate({28}, {0, 0, 0})};
  const auto screening = screen(candidates, Scripted(), {2, 10});
  CHECK(screening.kept == std::vector<std::size_t>{0, 2, 3});
}

TEST_CASE("what is the user's to mend goes through") {
  const std::vector<core::Candidate> candidates = {candidate({30}, {0, 0, 0})};
  CHECK_THROWS_AS((void)screen(candidates, Scripted(), {2, 10}), core::UserError);
}

TEST_CASE("with a real potential atoms too close are thrown out") {
  const potential::LennardJones argon({{18, {0.0104, 3.4}}}, 8);
  std::vector<core::Candidate> candidates;
  for (const double distance : {3.8, 3.2, 1.5}) {
    candidates.push_back(candidate({18, 18}, {0, 0, 0}));
    candidates.back().structure.positions[1].x() = distance;
  }
  const auto screening = screen(candidates, argon, {1, 10});
  CHECK(screening.kept == std::vector<std::size_t>{0, 1});
  REQUIRE(screening.rejected.size() == 1);
  CHECK(screening.rejected[0].reason.find("a force of") == 0);
}
