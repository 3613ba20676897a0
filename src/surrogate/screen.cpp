#include "surrogate/screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "core/error.hpp"

namespace mlip::surrogate {

namespace {

using Composition = std::map<int, std::size_t>;

/// Atoms of each element, divided by their greatest common divisor.
Composition reduced_composition(const core::Structure& structure) {
  Composition counts;
  for (const int number : structure.numbers) ++counts[number];
  std::size_t divisor = 0;
  for (const auto& [number, count] : counts) divisor = std::gcd(divisor, count);
  for (auto& [number, count] : counts) count /= divisor;
  return counts;
}

struct Verdict {
  double energy = 0;   ///< eV/atom
  std::string reason;  ///< empty: fine so far
};

Verdict judge_forces(const potential::Evaluation& evaluation, double max_force) {
  double largest = 0;
  bool finite = std::isfinite(evaluation.energy);
  for (const auto& force : evaluation.forces) {
    finite = finite && force.allFinite();
    largest = std::max(largest, force.norm());
  }
  if (!finite) return {0, "energy or forces are not finite"};
  const double energy = evaluation.energy / static_cast<double>(evaluation.forces.size());
  if (largest <= max_force) return {energy, ""};
  return {energy, fmt::format("a force of {:.3g} eV/Å is above {:g}", largest, max_force)};
}

Verdict judge(const core::Structure& structure, const potential::Calculator& calculator,
              double max_force) {
  if (structure.size() == 0 || !core::is_finite(structure))
    return {0, "no atoms, or coordinates that are not finite"};
  try {
    return judge_forces(calculator.evaluate(structure), max_force);
  } catch (const core::UserError& error) {
    if (error.code() != core::ExitCode::failed) throw;
    return {0, error.what()};
  }
}

}  // namespace

Screening screen(std::span<const core::Candidate> candidates,
                 const potential::Calculator& calculator, const ScreenLimits& limits) {
  std::vector<Verdict> verdicts;
  std::map<Composition, double> lowest;
  for (const auto& candidate : candidates) {
    verdicts.push_back(judge(candidate.structure, calculator, limits.max_force));
    if (!verdicts.back().reason.empty()) continue;
    const double energy = verdicts.back().energy;
    const auto [entry, first] = lowest.emplace(reduced_composition(candidate.structure), energy);
    if (!first) entry->second = std::min(entry->second, energy);
  }
  Screening screening;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    auto& [energy, reason] = verdicts[i];
    const double above =
        reason.empty() ? energy - lowest.at(reduced_composition(candidates[i].structure)) : 0;
    if (above > limits.max_energy_above_lowest)
      reason = fmt::format("{:.3g} eV/atom above the lowest of its composition, more than {:g}",
                           above, limits.max_energy_above_lowest);
    if (reason.empty())
      screening.kept.push_back(i);
    else
      screening.rejected.push_back({i, reason});
  }
  return screening;
}

}  // namespace mlip::surrogate
