/// The parts of report.json, each read from the store; a part whose data are missing is absent.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "store/database.hpp"

namespace mlip::report {

using Json = nlohmann::ordered_json;

/// A stored document; null where it is missing or is no JSON.
[[nodiscard]] Json document(const store::Database& database, const std::string& name);

/// accepted, failed, queued, candidates, dropped, holdout, by_config_type, by_generation (each
/// config_type's accepted labels).
[[nodiscard]] Json label_facts(const std::vector<store::Record>& records);

/// page (a file beside the report), kinds (name, structures: in the order of that page); null where
/// there are no structures.
[[nodiscard]] Json gallery_facts(const std::vector<store::Record>& records);

/// attempts, seconds, scf_steps, seconds_per_structure, remedies, healing, given_up, magnetism.
[[nodiscard]] Json dft_facts(const std::vector<store::Record>& records);

/// orders (labels in each magnetic order), reviewed (computed from other starts), moved (to a lower
/// state); null without moments.
[[nodiscard]] Json magnetism_facts(const std::vector<store::Record>& records);

/// What the noise of the labels was measured to be, and the seconds it took; null where it was not.
[[nodiscard]] Json noise_facts(const store::Database& database);

/// One entry a version: generation, labels, new_labels, functions, prior_strength, seconds,
/// holdout, train, repair, potential.
[[nodiscard]] Json generation_facts(const std::vector<store::Version>& versions,
                                    const Json& labels);

/// name, value, unit, reference, error_percent, generation.
[[nodiscard]] Json property_facts(const std::vector<store::Property>& properties);

/// One entry a walk: generation, walker, temperature, samples, threshold, end.
[[nodiscard]] Json gamma_facts(const store::Database& database);

/// The generation whose potential is the run's: the one the run published, while there is none the
/// latest.
[[nodiscard]] std::optional<int> best_generation(const Json& generations, const Json& run);

}  // namespace mlip::report
