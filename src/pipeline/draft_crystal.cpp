#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <map>
#include <string_view>

#include "core/element.hpp"
#include "core/error.hpp"
#include "generate/likely_crystal.hpp"
#include "generate/symmetry.hpp"
#include "pipeline/draft.hpp"
#include "surrogate/open.hpp"

namespace mlip::pipeline {

namespace {

/// Cubic ones, as generate::Options name them: their lattice constant tells all.
const std::map<std::string_view, const char*> cubic_prototypes = {
    {"bcc", "bcc"}, {"cesium_chloride", "b2"}, {"diamond", "diamond"},   {"fcc", "fcc"},
    {"l12", "l12"}, {"rocksalt", "rocksalt"},  {"zincblende", "diamond"}};

/// Of the user's own, or for molecules.
bool is_chosen(const UserConfig& user) {
  const auto& target = user.target_system;
  return !user.crystals.empty() || target.prototype || target.lattice_constant ||
         user.simulation_goal.type == "molecule" || user.expert.find("generate.prototype") ||
         user.expert.find("generate.crystals") || user.expert.find("generate.lattice_constant");
}

std::map<int, double> by_number(const Composition& composition) {
  std::map<int, double> numbers;
  for (const auto& [symbol, share] : composition)
    if (const auto number = core::atomic_number(symbol); number && share > 0)
      numbers[*number] = share;
  return numbers;
}

/// Empty where the user wants none, or there is none that knows the elements.
std::string model_for(const UserConfig& user, const Installation& machine) {
  if (const auto* wish = user.expert.find("surrogate.model")) return wish->text;
  if (!surrogate_obstacle(machine, user.composition()).empty()) return "";
  return default_surrogate_file(machine).string();
}

std::string formula(const UserConfig& user) {
  return fmt::format("{}", fmt::join(user.target_system.elements, "-"));
}

void take(UserConfig& user, const generate::LikelyCrystal& found, const std::string& model) {
  const auto cubic = cubic_prototypes.find(found.name);
  if (found.prototype && cubic != cubic_prototypes.end()) {
    user.target_system.prototype = cubic->second;
    user.target_system.lattice_constant =
        std::round(found.cell.cell.vectors.row(0).norm() * 1e4) / 1e4;
    return;
  }
  user.crystals = {generate::given_crystal(fmt::format("{} by {}", found.name, model),
                                           generate::find_symmetry(found.cell).primitive)};
}

}  // namespace

std::string find_crystal(UserConfig& user, const Installation& machine) {
  const auto composition = by_number(user.composition());
  if (is_chosen(user) || composition.empty() || generate::crystal_is_known(composition)) return "";
  const std::string remedy = "name your crystal in target_system.structures";
  const auto stand_in = [&](const std::string& why) {
    return fmt::format("a stand-in: no table says what {} forms, and {}; {}", formula(user), why,
                       remedy);
  };
  if (!generate::can_find_crystal(composition)) return stand_in("a small cell would not show it");
  const std::string model = model_for(user, machine);
  if (model.empty()) return stand_in("no surrogate is there to ask");
  const auto surrogate = surrogate::open_surrogate(model, machine.cores);
  generate::CrystalGuess guess;
  guess.threads = machine.cores;
  guess.seed = user.seed;
  const auto found = generate::likely_crystal(composition, *surrogate.calculator, guess);
  if (!found) return stand_in(fmt::format("{} finds no crystal", surrogate.model));
  take(user, *found, surrogate.model);
  return fmt::format(
      "{}, the lowest in energy of {} crystals that {} relaxed, {:.3f} eV/atom: no "
      "table says what {} forms; {} if you know better",
      found->name, found->tried, surrogate.model, found->energy, formula(user), remedy);
}

}  // namespace mlip::pipeline
