#include "generate/crystal_search.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "core/error.hpp"
#include "core/seed.hpp"
#include "generate/generate.hpp"
#include "generate/symmetry.hpp"
#include "potential/relax.hpp"

namespace mlip::generate {

namespace {

/// False where it fell apart.
bool relax_found(core::Candidate& candidate, const CrystalSearch& search,
                 const potential::Calculator& model) {
  auto relaxed = potential::relax_cell(candidate.structure, model,
                                       {.force_tolerance = 0.03, .steps = search.steps}, 0, 2e-3);
  const bool sane = std::isfinite(relaxed.evaluation.energy) &&
                    relaxed.structure.cell.volume() < 3 * candidate.structure.cell.volume() &&
                    distances_allowed(relaxed.structure, 0.7 * search.cell.closest);
  if (!sane) return false;
  candidate.origin += fmt::format(
      ", {} in {} steps, {:.4f} eV/atom", relaxed.converged ? "relaxed" : "not quite relaxed",
      relaxed.steps, relaxed.evaluation.energy / double(relaxed.structure.size()));
  candidate.structure = std::move(relaxed.structure);
  return true;
}

}  // namespace

std::optional<core::Candidate> search_crystal(const CrystalSearch& search,
                                              const potential::Calculator* model,
                                              std::size_t item) {
  auto engine = core::random_engine(search.seed, "generate search", item);
  auto found = random_crystal(search.cell, engine);
  if (!found) return {};
  core::Candidate candidate;
  candidate.structure = std::move(*found);
  candidate.config_type = "search";
  candidate.origin = fmt::format("{}, random cell {}", candidate.structure.formula(), item);
  if (search.cell.symmetry > 1)
    candidate.origin += fmt::format(", {}", find_symmetry(candidate.structure).space_group);
  try {
    if (model != nullptr && !relax_found(candidate, search, *model)) return {};
  } catch (const core::UserError& error) {
    if (error.code() != core::ExitCode::failed) throw;
    return {};
  }
  return candidate;
}

}  // namespace mlip::generate
