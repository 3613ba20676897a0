#include "select/openings.hpp"

#include "core/error.hpp"

namespace mlip::select {

Openings::Openings(const ChoiceOptions& options, std::size_t candidates)
    : groups_(options.groups), left_(options.quotas), open_(candidates, 1) {
  MLIP_ASSERT(groups_.empty() || groups_.size() == candidates);
  for (std::size_t i = 0; i < candidates; ++i) {
    const auto group = groups_.empty() ? 0 : static_cast<std::size_t>(groups_[i]);
    if (group < left_.size() && left_[group] == 0) open_[i] = 0;
  }
}

void Openings::take(std::size_t point) {
  open_[point] = 0;
  const auto group = groups_.empty() ? 0 : static_cast<std::size_t>(groups_[point]);
  if (group >= left_.size() || --left_[group] > 0) return;
  for (std::size_t i = 0; i < open_.size(); ++i)
    if (groups_.empty() || static_cast<std::size_t>(groups_[i]) == group) open_[i] = 0;
}

}  // namespace mlip::select
