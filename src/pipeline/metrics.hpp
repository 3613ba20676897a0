/// Errors and parity points as the JSON the database keeps and the report shows.
#pragma once

#include <nlohmann/json.hpp>
#include <span>

#include "fit/linear.hpp"

namespace mlip::pipeline {

[[nodiscard]] nlohmann::ordered_json to_json(const fit::Metrics& metrics);
[[nodiscard]] fit::Metrics metrics_from_json(const nlohmann::json& json);

/// [DFT, predicted] pairs: energies (eV/atom), at most 600 force components (eV/Å), stress
/// components (GPa).
[[nodiscard]] nlohmann::ordered_json parity(const potential::Calculator& model,
                                            std::span<const fit::Item> items);

}  // namespace mlip::pipeline
