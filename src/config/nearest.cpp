#include "config/nearest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <numeric>
#include <utility>

namespace mlip::config {

namespace {

char lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

/// Edits (insert, remove, replace) that turn one word into the other, without regard to case.
std::size_t edits_between(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= from.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replaced = diagonal + (lower(from[i - 1]) == lower(to[j - 1]) ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::optional<std::string> nearest_name(std::string_view name,
                                        const std::vector<std::string>& valid) {
  constexpr std::size_t longest_word = 64;
  if (name.size() > longest_word) return std::nullopt;
  const auto distance = [&](const std::string& candidate) {
    // A name cut short or with an ending too many is hardly a slip.
    const bool start =
        name.size() > 2 && (candidate.starts_with(name) || name.starts_with(candidate));
    return start ? 1 : edits_between(name, candidate);
  };
  std::optional<std::string> best;
  std::size_t fewest = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const std::string& candidate : valid)
    if (const std::size_t edits = distance(candidate); edits < fewest) {
      fewest = edits;
      best = candidate;
    }
  return best;
}

std::string suggestion(std::string_view name, const std::vector<std::string>& valid) {
  if (const auto near = nearest_name(name, valid))
    return fmt::format("; did you mean '{}'?", *near);
  return fmt::format("; valid: {}", fmt::join(valid, ", "));
}

}  // namespace mlip::config
