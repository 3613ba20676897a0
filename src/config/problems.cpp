#include "config/problems.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"

namespace mlip::config {

namespace {
constexpr std::size_t most_told = 100;
}

void Problems::add(int line, std::string message) {
  std::pair<int, std::string> problem(line, std::move(message));
  // Only the last few are compared: a file of garbage must not cost a square.
  const auto first = found_.size() > 8 ? found_.end() - 8 : found_.begin();
  if (std::find(first, found_.end(), problem) == found_.end()) found_.push_back(std::move(problem));
}

void Problems::throw_any() const {
  if (found_.empty()) return;
  auto sorted = found_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::string text;
  for (std::size_t k = 0; k < std::min(sorted.size(), most_told); ++k)
    text +=
        fmt::format("{}{}:{}: {}", k == 0 ? "" : "\n", file_, sorted[k].first, sorted[k].second);
  if (sorted.size() > most_told)
    text += fmt::format("\n... and {} more", sorted.size() - most_told);
  throw core::UserError(core::ExitCode::bad_input, text);
}

}  // namespace mlip::config
