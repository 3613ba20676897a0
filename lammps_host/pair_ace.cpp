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
                                                     const std::string& active_set) {
  if (potential.ends_with(".yace"))
    return std::make_unique<const ace::Evaluator>(ace::read_yace(potential));
  const ace::ActiveSetInverse inverse =
      active_set == "NULL" ? ace::ActiveSetInverse{} : ace::read_asi(active_set);
  return std::make_unique<const ace::Evaluator>(ace::read_yaml(potential), inverse);
}

}  // namespace

void PairAce::settings(int count, char**) {
  if (count != 0) error->all(FLERR, std::string("pair_style mlip/ace takes no arguments"));
  if (std::strcmp(update->unit_style, "metal") != 0)
    error->all(FLERR, std::string("pair_style mlip/ace needs units metal"));
}

void PairAce::coeff(int count, char** words) {
  if (count != 4 + atom->ntypes || std::strcmp(words[0], "*") != 0 ||
      std::strcmp(words[1], "*") != 0)
    error->all(FLERR, std::string("expected: pair_coeff * * potential.yaml potential.asi|NULL and "
                                  "an element for each atom type"));
  try {
    evaluator_ = read_evaluator(words[2], words[3]);
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

void PairAce::site(int type, std::span<const ace::AtomNeighbor> neighbors, bool gamma,
                   ace::AtomResult& result) {
  mapped_.assign(neighbors.begin(), neighbors.end());
  for (ace::AtomNeighbor& other : mapped_) other.species = species_[other.species];
  evaluator_->atom(species_[type], mapped_, {.gamma = gamma, .descriptors = false}, result);
}

}  // namespace mlip::lammps_host
