/// The valid name most like a misspelt one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlip::config {

/// None where nothing is near enough to be meant: more than a third of the letters differ (and more
/// than one).  Case does not count.
[[nodiscard]] std::optional<std::string> nearest_name(std::string_view name,
                                                      const std::vector<std::string>& valid);

/// "; did you mean 'x'?", or the whole list where nothing is near.
[[nodiscard]] std::string suggestion(std::string_view name, const std::vector<std::string>& valid);

}  // namespace mlip::config
