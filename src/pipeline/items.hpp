/// Labelled rows as a fit takes them.
#pragma once

#include <limits>
#include <vector>

#include "fit/linear.hpp"
#include "pipeline/roles.hpp"
#include "pipeline/run.hpp"

namespace mlip::pipeline {

/// Labelled rows of one role up to a generation, at the run's level of theory.
[[nodiscard]] std::vector<fit::Item> items_of(
    const Run& run, Role wanted, int last_generation = std::numeric_limits<int>::max());

/// eV, of the run's elements in their order.  Precondition: all are labelled.
[[nodiscard]] std::vector<double> isolated_energies(const Run& run);

}  // namespace mlip::pipeline
