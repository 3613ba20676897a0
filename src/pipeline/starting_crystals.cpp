#include "pipeline/starting_crystals.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "core/error.hpp"
#include "generate/cells.hpp"
#include "generate/molecules.hpp"
#include "io/structure_file.hpp"

namespace mlip::pipeline {

namespace {

using generate::GivenCrystal;

/// Each is strained and rattled, and DFT pays for the result.
constexpr std::size_t most_atoms = 500, most_crystals = 50;

/// In a box that it turns in alone; throws core::UserError.
core::Structure alone(const core::Structure& structure) {
  return generate::roomy(generate::whole_molecule(structure, generate::molecule_vacuum));
}

/// Of one file, crystals or molecules; throws core::UserError.
std::vector<GivenCrystal> crystals_in(const std::filesystem::path& file, const std::string& name,
                                      bool molecules) {
  const auto refuse = [&](const std::string& what, const std::string& why,
                          const std::string& remedy) {
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("'{}': {}{}", file.string(), what, why), remedy);
  };
  const auto structures = io::read_structures(file);
  std::vector<GivenCrystal> crystals;
  for (std::size_t k = 0; k < structures.size(); ++k) {
    const auto& structure = structures[k];
    const std::string frame = structures.size() == 1 ? "" : fmt::format("structure {}: ", k + 1);
    if (!molecules && !structure.cell.all_periodic())
      refuse(frame, "not periodic along all axes, so no crystal",
             "a crystal of extended XYZ has Lattice=\"...\" and pbc=\"T T T\"; molecules are the "
             "goal 'molecule', slabs 'mlip-auto generate surfaces'");
    if (structure.size() > most_atoms)
      refuse(frame, fmt::format("{} atoms, more than {}", structure.size(), most_atoms),
             molecules ? "give a smaller molecule: DFT pays for all of it"
                       : "give the unit cell: supercells are made of it");
    core::Structure whole = structure;
    if (molecules) try {
        whole = alone(structure);
      } catch (const core::UserError& error) {
        refuse(frame, error.what(), error.remedy() + "; crystals are other goals'");
      }
    crystals.push_back(generate::given_crystal(
        structures.size() == 1 ? name : fmt::format("{}, structure {}", name, k + 1), whole));
    if (const auto problem = generate::problem_of(crystals.back()); !problem.empty())
      refuse(frame, problem, "mend the file");
  }
  return crystals;
}

/// Every element of the input is in a crystal, and every crystal's in the input.
void check_agreement(const UserConfig& user, int line, config::Problems& problems) {
  const bool molecules = user.simulation_goal.type == "molecule";
  const auto& elements = user.target_system.elements;
  std::set<std::string> missing(elements.begin(), elements.end());
  for (const GivenCrystal& crystal : user.crystals)
    for (const std::string& element : std::set(crystal.elements.begin(), crystal.elements.end())) {
      missing.erase(element);
      if (std::ranges::count(elements, element) == 0)
        problems.add(line, fmt::format("target_system.structures: '{}' holds '{}', which is not "
                                       "among the elements {}",
                                       crystal.name, element, fmt::join(elements, ", ")));
    }
  for (const std::string& element : missing)
    problems.add(line, fmt::format("target_system.structures: none holds '{}': give a {} that "
                                   "does, or leave it out of the elements",
                                   element, molecules ? "molecule" : "crystal"));
}

}  // namespace

void read_crystals(UserConfig& user, const std::filesystem::path& input, const config::Node& root,
                   config::Problems& problems) {
  auto& target = user.target_system;
  if (target.structures.empty()) return;
  const config::Node& block = *root.find("target_system");
  const config::Node& list = *block.find("structures");
  const bool molecules = user.simulation_goal.type == "molecule";
  for (std::size_t k = 0; k < target.structures.size(); ++k) try {
      for (auto& crystal :
           crystals_in(input.parent_path() / target.structures[k], target.structures[k], molecules))
        user.crystals.push_back(std::move(crystal));
    } catch (const core::UserError& error) {
      problems.add(list.items[k].line,
                   fmt::format("target_system.structures[{}]: {}{}{}", k, error.what(),
                               error.remedy().empty() ? "" : "; ", error.remedy()));
    }
  if (user.crystals.size() > most_crystals)
    problems.add(
        list.line,
        fmt::format("target_system.structures: {} {}, more than {}: name those to "
                    "start from; labelled structures are for 'mlip-auto fit'",
                    user.crystals.size(), molecules ? "molecules" : "crystals", most_crystals));
  if (!problems.empty()) return;
  if (target.elements.empty()) {
    std::set<std::string> elements;
    for (const auto& crystal : user.crystals)
      elements.insert(crystal.elements.begin(), crystal.elements.end());
    target.elements.assign(elements.begin(), elements.end());
    config::Checks checks(problems, block, "target_system");
    if (target.composition)
      check_composition(*target.composition, target.elements, "composition", checks);
  }
  check_agreement(user, list.line, problems);
}

}  // namespace mlip::pipeline
