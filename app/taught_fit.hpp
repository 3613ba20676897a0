/// Fits that another model teaches before the labels do.
#pragma once

#include <string>
#include <vector>

#include "app/stages.hpp"
#include "fit/advisor.hpp"
#include "fit/linear.hpp"

namespace mlip::app {

struct Teaching {
  std::string model;           ///< as open_calculator takes it; empty: nobody teaches
  std::size_t lessons = 1000;  ///< structures it labels, the training structures among them
};

/// Structures around those of `items`, labelled by the model; `stages` shows how many are.
[[nodiscard]] std::vector<fit::Item> lessons_around(const std::vector<fit::Item>& items,
                                                    const Teaching& teaching, Stages& stages);

/// The basis is chosen on the lessons, which are many; the labels then overrule what they say.
/// The advice, its curve and its errors are of the lessons.
[[nodiscard]] fit::Advised fit_taught(const std::vector<fit::Item>& items,
                                      const std::vector<double>& isolated_energies,
                                      std::vector<fit::Item> lessons, fit::Options options,
                                      fit::AdvisorOptions wishes);

}  // namespace mlip::app
