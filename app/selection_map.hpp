/// The page that shows where the taken structures lie among the offered ones.
#pragma once

#include "app/selection.hpp"

namespace mlip::app {

/// Writes the page `arguments.map`; throws core::UserError where it cannot be written.
void write_selection_map(const SelectArguments& arguments, Offered& offered,
                         const std::vector<Taken>& taken, const std::string& method);

}  // namespace mlip::app
