/// What every Oracle promises.  A backend's test calls `check_oracle` with a small structure it can
/// label.
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "core/structure.hpp"
#include "dft/oracle.hpp"

namespace mlip::conformance {

struct OracleTolerances {
  double energy = 1e-6;  ///< eV, between two labels of one structure
  double force = 1e-4;   ///< eV/Å
};

inline void check_label(const dft::Oracle& oracle, const core::Structure& structure,
                        const core::Outcome& outcome) {
  REQUIRE(outcome.accepted);
  CHECK(outcome.level_of_theory == oracle.level_of_theory());
  REQUIRE_FALSE(outcome.attempts.empty());
  CHECK(outcome.attempts.back().fault == "none");
  CHECK(outcome.attempts.front().remedy.empty());
  REQUIRE(outcome.labels.energy);
  CHECK(outcome.labels.forces.size() == structure.size());
  CHECK(outcome.labels.stress.has_value() == structure.cell.all_periodic());
  CHECK(core::is_finite(outcome.labels, structure.size()));
}

/// Labels the structure alone, twice at once, and when already asked to stop.
inline void check_oracle(const dft::Oracle& oracle, const core::Structure& structure,
                         const OracleTolerances& tolerances = {}) {
  const auto copy = structure;
  const auto alone = oracle.label(structure, "conformance", {});
  check_label(oracle, structure, alone);
  CHECK(copy.cell == structure.cell);
  CHECK(copy.positions == structure.positions);
  CHECK_FALSE(oracle.level_of_theory().empty());

  const std::vector<dft::Job> jobs = {{structure, "conformance_a"}, {structure, "conformance_b"}};
  std::vector<core::Outcome> outcomes(2);
  dft::compute_batch(oracle, jobs, 2, {}, [&](std::size_t index, const core::Outcome& outcome) {
    outcomes[index] = outcome;
  });
  for (const auto& outcome : outcomes) {
    check_label(oracle, structure, outcome);
    CHECK(std::abs(*outcome.labels.energy - *alone.labels.energy) < tolerances.energy);
    for (std::size_t i = 0; i < structure.size(); ++i)
      CHECK((outcome.labels.forces[i] - alone.labels.forces[i]).norm() < tolerances.force);
  }

  std::stop_source source;
  source.request_stop();
  const auto stopped = oracle.label(structure, "conformance_stopped", source.get_token());
  CHECK_FALSE(stopped.accepted);
  REQUIRE_FALSE(stopped.attempts.empty());
  CHECK(stopped.attempts.back().fault == "interrupted");

  CHECK(oracle.cost(structure) > 0);
  auto larger = structure;
  for (std::size_t i = 0; i < structure.size(); ++i) {
    larger.numbers.push_back(structure.numbers[i]);
    larger.positions.emplace_back(structure.positions[i] + core::Vec3(0.4, 0.9, 0.1));
  }
  CHECK(oracle.cost(larger) > oracle.cost(structure));
}

}  // namespace mlip::conformance
