/// Parameters of VASP as JSON and back, all of them.
#pragma once

#include <nlohmann/json.hpp>

#include "dft/vasp/parameters.hpp"

namespace mlip::dft::vasp {

[[nodiscard]] nlohmann::ordered_json recipe_of(const Parameters& parameters);

/// Throws nlohmann::json::exception where it is no such recipe.
[[nodiscard]] Parameters parameters_of(const nlohmann::ordered_json& recipe);

}  // namespace mlip::dft::vasp
