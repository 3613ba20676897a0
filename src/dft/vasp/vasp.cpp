#include "dft/vasp/vasp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/element.hpp"
#include "core/error.hpp"
#include "dft/attempt_folder.hpp"
#include "dft/md5.hpp"
#include "dft/vasp/cost.hpp"
#include "dft/vasp/healing.hpp"
#include "dft/vasp/launch.hpp"
#include "dft/vasp/potcar.hpp"
#include "dft/vasp/recipe.hpp"

namespace mlip::dft::vasp {

namespace {

/// How a run is laid out and gets to its end; no label depends on them.
constexpr std::string_view layout_tags =
    " ALGO AMIN AMIX AMIX_MAG BMIX BMIX_MAG KPAR LPLANE LSCALAPACK LSCALU MAXMIX NCORE NELMDL "
    "NELMIN "
    "NPAR NSIM NWRITE TIME ";

core::UserError wrong_file(const std::string& element, const Species& species,
                           const std::string& why) {
  return {core::ExitCode::missing_tool,
          fmt::format("POTCAR file '{}' of '{}' {}", species.potcar, element, why),
          "put it back, or plan the input again"};
}

void check_numbers(const Parameters& parameters) {
  const auto refuse = [](const std::string& what, const std::string& remedy) {
    return core::UserError(core::ExitCode::bad_input, what, remedy);
  };
  if (!(parameters.encut > 0))
    throw refuse(fmt::format("'vasp.encut' is {} eV", parameters.encut), "name a cutoff above 0");
  if (parameters.ismear < -1 || parameters.ismear > 2)
    throw refuse(fmt::format("'vasp.ismear' is {}", parameters.ismear),
                 "take -1, 0, 1 or 2: forces of the others do not belong to the energy, or need "
                 "occupations given");
  for (const auto& [tag, value] : parameters.incar)
    if (const auto problem = tag_problem(tag, value); !problem.empty())
      throw refuse(fmt::format("'vasp.incar.{}' {}", tag, problem), "leave it out, or correct it");
}

}  // namespace

void read_species(Parameters& parameters) {
  std::string functional, of;
  for (auto& [element, species] : parameters.species) {
    const auto file = read_potcar(species.potcar);
    if (!file)
      throw wrong_file(element, species,
                       std::filesystem::exists(species.potcar) ? "is no whole POTCAR of one dataset"
                                                               : "does not exist");
    if (file->element != element)
      throw wrong_file(element, species, fmt::format("is for '{}'", file->element));
    if (!species.checksum.empty() && species.checksum != file->checksum)
      throw wrong_file(element, species, fmt::format("has changed: its MD5 is {}", file->checksum));
    if (!functional.empty() && functional != file->functional)
      throw core::UserError(core::ExitCode::bad_input,
                            fmt::format("functionals would mix: '{}' is '{}', '{}' is '{}'", of,
                                        functional, element, file->functional),
                            "name POTCAR files of one library");
    functional = file->functional;
    of = element;
    species = {species.potcar,   file->title,   file->checksum,
               file->functional, file->valence, species.starting_moment};
  }
  (void)gga_tag(parameters.functional, functional);  // refuses what the files cannot serve
}

Vasp::Vasp(Parameters parameters, ScratchFolders scratch)
    : parameters_(std::move(parameters)), scratch_(std::move(scratch)) {
  (void)launch_arguments(parameters_.command);  // refuses what is not found
  check_numbers(parameters_);
  read_species(parameters_);
}

core::Outcome Vasp::label(const core::Structure& structure, const std::string& name,
                          std::stop_token stop) const {
  return label_from(structure, {}, name, std::move(stop));
}

core::Outcome Vasp::label_from(const core::Structure& structure, const MagneticStart& start,
                               const std::string& name, std::stop_token stop) const {
  Scratch scratch(scratch_, name);
  return label_in(
      scratch, stop,
      [&](const Numerics& numerics, int attempt) {
        return scratch.run(structure, parameters_, numerics, attempt, stop);
      },
      [&](const auto& launch) {
        const Lessons lessons = learning_->lessons(parameters_);
        core::Outcome outcome = heal(structure, parameters_, launch, lessons, start);
        learning_->learn(outcome.attempts);
        outcome.level_of_theory = level_of_theory();
        return outcome;
      });
}

core::Experience Vasp::experience() const {
  return learning_->experience();
}

void Vasp::learn(const core::Experience& others) const {
  learning_->learn(others);
}

std::string Vasp::level_of_theory() const {
  const Parameters& p = parameters_;
  std::string text = fmt::format("vasp {} {} {} {} {} {} {}", p.functional, p.encut, p.k_spacing,
                                 p.ismear, p.sigma, p.spin_polarized ? "spin" : "no spin",
                                 p.isolated ? "isolated" : "periodic");
  for (const auto& [tag, value] : p.incar)
    if (layout_tags.find(" " + tag + " ") == std::string_view::npos)
      text += fmt::format(" {}={}", tag, value);
  for (const auto& [element, species] : p.species)
    text += fmt::format(" {} {} {}", element, species.title, species.checksum);
  return md5(text).substr(0, 16);
}

double Vasp::cost(const core::Structure& structure) const {
  return core_seconds(structure, parameters_);
}

std::string Vasp::recipe() const {
  return recipe_of(parameters_).dump();
}

Parameters tighter(const Parameters& parameters) {
  Parameters result = parameters;
  result.encut *= 1.25;
  result.k_spacing *= 0.7;
  result.ediff *= 0.1;
  result.time_limit_seconds *= 10;
  return result;
}

Parameters isolated_atom_parameters(const Parameters& parameters, int atomic_number) {
  const core::Element& element = core::element(atomic_number);
  const std::string symbol(element.symbol);
  const auto species = parameters.species.find(symbol);
  if (species == parameters.species.end())
    throw core::UserError(core::ExitCode::bad_input, fmt::format("no POTCAR for '{}'", symbol),
                          "list the element among the run's elements");
  Parameters atom = parameters;
  atom.species = {{symbol, species->second}};
  atom.species[symbol].starting_moment = element.atomic_moment;
  atom.isolated = true;
  atom.spin_polarized = element.atomic_moment > 0;
  atom.ismear = 0;
  atom.sigma = std::min(parameters.sigma, 0.05);
  atom.nelm = std::max(parameters.nelm, 200);
  return atom;
}

}  // namespace mlip::dft::vasp
