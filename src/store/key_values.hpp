/// What of a record becomes ASE key-value pairs, and what goes into ASE's `data`.
#pragma once

#include <array>
#include <nlohmann/json.hpp>

#include "store/database.hpp"

namespace mlip::store {

inline constexpr std::array<const char*, 8> our_keys = {
    "state",      "priority",        "config_type", "uncertainty_gamma",
    "generation", "level_of_theory", "holdout",     "parent"};

/// Only what is set.  A text that ASE would take for a number gets an underscore before it; its
/// exact form is in the data.
[[nodiscard]] nlohmann::ordered_json key_values_of(const Record& record);
[[nodiscard]] nlohmann::ordered_json data_of(const Record& record);

/// Fills state, priority, config_type ... of a record from a row; what is missing keeps its
/// default.  Throws nlohmann::json::exception or std::out_of_range where a value has the wrong
/// type.
void read_key_values(const nlohmann::ordered_json& pairs, const nlohmann::ordered_json& data,
                     Record& record);

}  // namespace mlip::store
