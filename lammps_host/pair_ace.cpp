#include "pair_ace.hpp"

#include <atom.h>
#include <error.h>
#include <update.h>

#include <cstring>

#include "ace/files.hpp"
#include "core/element.hpp"
#include "core/error.hpp"

namespace mlip::lammps_host {
namespace {

std::unique_ptr<const ace::Evaluator> read_evaluator(const std::string& potential,
                                                     const std::string& active_set,
                                                     ace::RadialMode mode) {
  if (potential.ends_with(".yace"))
    return std::make_unique<const ace::Evaluator>(ace::read_yace(potential), mode);
  const ace::ActiveSetInverse inverse =
      active_set == "NULL" ? ace::ActiveSetInverse{} : ace::read_asi(active_set);
  return std::make_unique<const ace::Evaluator>(ace::read_yaml(potential), inverse, mode);
}

}  // namespace

void PairAce::settings(int count, char** words) {
  const std::string mode = count == 0 ? "exact" : words[0];
  if (count > 1 || (mode != "exact" && mode != "spline"))
    error->all(FLERR, std::string("expected: pair_style mlip/ace [exact|spline]"));
  mode_ = mode == "spline" ? ace::RadialMode::spline : ace::RadialMode::exact;
  if (std::strcmp(update->unit_style, "metal") != 0)
    error->all(FLERR, std::string("pair_style mlip/ace needs units metal"));
}

void PairAce::coeff(int count, char** words) {
  if (count != 4 + atom->ntypes || std::strcmp(words[0], "*") != 0 ||
      std::strcmp(words[1], "*") != 0)
    error->all(FLERR, std::string("expected: pair_coeff * * potential.yaml potential.asi|NULL and "
                                  "an element for each atom type"));
  try {
    evaluator_ = read_evaluator(words[2], words[3], mode_);
  } catch (const std::exception& failure) {
    error->all(FLERR, std::string(failure.what()));
  }
  map_types(count - 4, words + 4);
  allocate_for_all_types();
}

void PairAce::map_types(int count, char** words) {
  symbols_.assign(1, "");
  species_.assign(1, -1);
  for (int t = 0; t < count; ++t) {
    const auto number = core::atomic_number(words[t]);
    const auto species = number ? evaluator_->species_of(*number) : std::nullopt;
    if (!species)
      error->all(FLERR, "element '" + std::string(words[t]) + "' is not in the potential");
    symbols_.emplace_back(words[t]);
    species_.push_back(*species);
  }
}

bool PairAce::has_gamma() const {
  return evaluator_ && evaluator_->has_active_set();
}

void PairAce::sites(int type, std::span<const Neighbors> neighbors, bool gamma,
                    std::span<ace::AtomResult> results) {
  std::array<Neighbors, batch> views;
  for (std::size_t k = 0; k < neighbors.size(); ++k) {
    mapped_[k].assign(neighbors[k].begin(), neighbors[k].end());
    for (ace::AtomNeighbor& other : mapped_[k]) other.species = species_[other.species];
    views[k] = mapped_[k];
  }
  evaluator_->atoms(species_[type], std::span(views).first(neighbors.size()),
                    {.gamma = gamma, .descriptors = false}, results);
}

}  // namespace mlip::lammps_host
