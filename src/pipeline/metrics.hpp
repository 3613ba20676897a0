/// Errors and parity points as the JSON the database keeps and the report shows.
#pragma once

#include <nlohmann/json.hpp>
#include <span>

#include "fit/linear.hpp"

namespace mlip::pipeline {

[[nodiscard]] nlohmann::ordered_json to_json(const fit::Metrics& metrics);
[[nodiscard]] fit::Metrics metrics_from_json(const nlohmann::json& json);

/// How bad errors are on one set of structures, for comparing potentials: the mean logarithm of the
/// energy, force and stress RMSE there are, so that none has to be weighed against another.
[[nodiscard]] double badness(const fit::Metrics& metrics);

/// [DFT, predicted] pairs: energies (eV/atom), at most 600 force components (eV/Å), stress
/// components (GPa).
[[nodiscard]] nlohmann::ordered_json parity(const potential::Calculator& model,
                                            std::span<const fit::Item> items);

}  // namespace mlip::pipeline
