#include <fmt/format.h>

#include <algorithm>

#include "generate/molecules.hpp"
#include "pipeline/draft.hpp"

namespace mlip::pipeline {

namespace {

double widest_of(const Draft& draft) {
  double widest = 0;
  for (const Crystal& molecule : draft.crystals)
    widest = std::max(widest, generate::width_of(molecule.cell));
  return widest;
}

void plan_vibrations(Draft& draft) {
  auto& generate = draft.config().generate;
  const bool modelled = !draft.config().surrogate.model.empty();
  const auto molecules = static_cast<int>(draft.crystals.size());
  const int all = generate.rattled;
  generate.modes = modelled ? std::max(6, all / molecules) : 0;
  draft.because("generate.modes",
                modelled ? fmt::format("{} for {} molecule{}, at least 6: more to choose from than "
                                       "is paid for",
                                       all, molecules, molecules == 1 ? "" : "s")
                         : "none without surrogate.model: rattles stand in for them");
  const double hottest = draft.config().explore.end_temperature;
  constexpr double wider = 4;  // twice the amplitudes
  generate.mode_temperatures = {hottest, wider * hottest};
  draft.because("generate.mode_temperatures",
                "that of the hottest walks, and 4 × it: twice the amplitudes");
  if (!modelled) return;
  generate.rattled = std::max(4, all / 4);
  draft.because("generate.rattled",
                "a quarter of generate.modes, which move atoms as heat does, at least 4: what the "
                "model may have wrong");
}

void plan_bonds(Draft& draft) {
  auto& generate = draft.config().generate;
  generate.bond_lengths = 8;
  draft.because("generate.bond_lengths", "each bond's curve from its wall to where it softens");
  generate.bond_angles = 6;
  draft.because("generate.bond_angles",
                "atoms that share a neighbour pressed together: what no vibration brings so near");
  const bool closed = draft.bonding.fixed_occupations;
  generate.longest_bond = closed ? 1.5 : 2;
  draft.because("generate.longest_bond",
                closed ? "electrons are kept in pairs: a bond longer than this would break into "
                         "open shells"
                       : "spins are free: bonds may open");
  const bool several = draft.crystals.size() > 1;
  generate.molecule_pairs = several ? 8 : 0;
  draft.because("generate.molecule_pairs", several ? "several molecules are given: they may meet"
                                                   : "one molecule is given: it is alone");
}

}  // namespace

void plan_molecules(Draft& draft) {
  for (const char* key : {"modes", "mode_temperatures", "bond_lengths", "bond_angles",
                          "longest_bond", "molecule_pairs"})
    draft.because(fmt::format("generate.{}", key), "of no effect: no molecules are given");
  if (!draft.given_molecules()) return;
  plan_vibrations(draft);
  plan_bonds(draft);
  auto& embedding = draft.config().embedding;
  for (const Crystal& molecule : draft.crystals)
    embedding.whole_cell_atoms =
        std::max(embedding.whole_cell_atoms, static_cast<int>(molecule.cell.size()));
  draft.because("embedding.whole_cell_atoms", "a molecule is labelled whole");
}

void plan_molecular_basis(Draft& draft) {
  auto& basis = draft.config().basis;
  const double width = widest_of(draft);
  constexpr double least = 4, most = 5.5;
  const bool several = draft.crystals.size() > 1;
  basis.cutoff = several ? most : tenths(std::clamp(1.3 * width, least, most));
  draft.because("basis.cutoff",
                several ? fmt::format("{:g} Å: molecules that meet feel one another", most)
                        : fmt::format("1.3 × the {:.3f} Å between the outermost atoms, within {:g} "
                                      "and {:g} Å",
                                      width, least, most));
  const std::size_t elements = draft.composition.size();
  if (elements > 2) {
    basis.nradmax_by_orders = {6, 3, 2};
    basis.lmax_by_orders = {0, 3, 2};
  } else {
    basis.nradmax_by_orders = {8, 4, 2, 1};
    basis.lmax_by_orders = {0, 3, 2, 1};
  }
  const auto reason = fmt::format(
      "molecules of {} elements: bonds, angles and torsions; functions grow as the power of the "
      "order",
      elements);
  draft.because("basis.nradmax_by_orders", reason);
  draft.because("basis.lmax_by_orders", reason);
}

}  // namespace mlip::pipeline
