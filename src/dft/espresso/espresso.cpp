#include "dft/espresso/espresso.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/element.hpp"
#include "core/error.hpp"
#include "core/units.hpp"
#include "dft/attempt_folder.hpp"
#include "dft/espresso/cost.hpp"
#include "dft/espresso/healing.hpp"
#include "dft/espresso/launch.hpp"
#include "dft/espresso/pseudopotential.hpp"
#include "dft/espresso/recipe.hpp"
#include "dft/md5.hpp"

namespace mlip::dft::espresso {

namespace {

namespace fs = std::filesystem;

core::UserError wrong_file(const std::string& element, const Species& species,
                           const std::string& why) {
  return {
      core::ExitCode::missing_tool,
      fmt::format("pseudopotential file '{}' of '{}' {}", species.pseudopotential, element, why),
      "choose the pseudopotentials again"};
}

/// Reads every file once more: what the parameters say of them must be true.
void verify(Parameters& parameters) {
  std::string functional, of;
  for (auto& [element, species] : parameters.species) {
    const auto file = read_upf(species.pseudopotential);
    if (!file)
      throw wrong_file(
          element, species,
          fs::exists(species.pseudopotential) ? "is not a UPF file" : "does not exist");
    if (file->element != element)
      throw wrong_file(element, species, fmt::format("is for '{}'", file->element));
    if (!species.checksum.empty() && species.checksum != file->checksum)
      throw wrong_file(element, species, fmt::format("has changed: its MD5 is {}", file->checksum));
    if (!functional.empty() && functional != file->functional)
      throw core::UserError(core::ExitCode::bad_input,
                            fmt::format("functionals would mix: '{}' is '{}', '{}' is '{}'", of,
                                        functional, element, file->functional),
                            "name files of one functional for all elements");
    functional = species.functional = file->functional;
    of = element;
    species.checksum = file->checksum;
    species.valence = file->valence;
  }
}

void check_cutoffs(const Parameters& parameters) {
  if (parameters.ecutwfc_ry > 0 && parameters.ecutrho_ry >= 4 * parameters.ecutwfc_ry) return;
  throw core::UserError(core::ExitCode::bad_input,
                        fmt::format("cutoffs 'ecutwfc_ry' {} and 'ecutrho_ry' {} do not fit",
                                    parameters.ecutwfc_ry, parameters.ecutrho_ry),
                        "ecutwfc_ry must be above 0 and ecutrho_ry at least 4 times as large");
}

}  // namespace

Espresso::Espresso(Parameters parameters, ScratchFolders scratch)
    : parameters_(std::move(parameters)), scratch_(std::move(scratch)) {
  const auto program = exec::find_program(parameters_.pw_command);
  if (!program)
    throw core::UserError(core::ExitCode::missing_tool,
                          fmt::format("'{}' is not found", parameters_.pw_command),
                          "install quantum-espresso, or name the program in dft.pw_command");
  parameters_.pw_command = program->string();
  check_cutoffs(parameters_);
  verify(parameters_);
}

core::Outcome Espresso::label(const core::Structure& structure, const std::string& name,
                              std::stop_token stop) const {
  return label_from(structure, {}, name, std::move(stop));
}

core::Experience Espresso::experience() const {
  return learning_->experience();
}

void Espresso::learn(const core::Experience& others) const {
  learning_->learn(others);
}

core::Outcome Espresso::label_from(const core::Structure& structure, const MagneticStart& start,
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

std::string Espresso::level_of_theory() const {
  const Parameters& p = parameters_;
  std::string text =
      fmt::format("scf {} {} {} {}", p.ecutwfc_ry, p.ecutrho_ry, p.k_spacing, p.occupations);
  if (p.ecfixed_ry > 0) text += fmt::format(" fixed {}", p.ecfixed_ry);
  if (p.occupations == "smearing") text += fmt::format(" {} {}", p.smearing, p.degauss_ry);
  text += fmt::format(" {} {}", p.spin_polarized ? "spin" : "no spin",
                      p.isolated ? "isolated" : "periodic");
  for (const auto& [element, species] : p.species)
    text += fmt::format(" {} {} {}", element, species.functional, species.checksum);
  return md5(text).substr(0, 16);
}

double Espresso::cost(const core::Structure& structure) const {
  return core_seconds(structure, parameters_);
}

std::string Espresso::recipe() const {
  return recipe_of(parameters_).dump();
}

const MpiRanks* Espresso::ranks() const {
  return parameters_.mpi_ranks > 0 || exec::find_program("mpirun") ? this : nullptr;
}

int Espresso::shared_points(const core::Structure& structure) const {
  return espresso::shared_points(structure, parameters_);
}

std::shared_ptr<const Oracle> Espresso::on(int ranks) const {
  auto there = std::make_shared<Espresso>(*this);
  there->parameters_.mpi_ranks = ranks;
  return there;
}

std::optional<double> Espresso::try_on(int ranks, const core::Structure& structure,
                                       double limit_seconds, std::stop_token stop) const {
  Espresso brief(*this);
  brief.parameters_.mpi_ranks = ranks;
  brief.parameters_.electron_maxstep = 2;
  brief.parameters_.attempts_per_structure = 1;
  brief.parameters_.time_limit_seconds = std::min(limit_seconds, parameters_.time_limit_seconds);
  brief.scratch_ = scratch_.work / "trials";
  brief.learning_ = std::make_shared<Learning>();
  const auto outcome = brief.label(structure, "trial", std::move(stop));
  std::filesystem::remove_all(brief.scratch_.work);
  const core::Attempt& only = outcome.attempts.front();
  if (!outcome.accepted && only.fault != entry(Fault::not_converged).name) return std::nullopt;
  return only.seconds;
}

Parameters tighter(const Parameters& parameters) {
  Parameters result = parameters;
  result.ecutwfc_ry *= 1.25;
  result.ecutrho_ry *= 1.25;
  result.ecfixed_ry *= 1.25;
  result.k_spacing *= 0.7;
  result.conv_thr_ry *= 0.1;
  result.time_limit_seconds *= 10;
  return result;
}

Parameters isolated_atom_parameters(const Parameters& parameters, int atomic_number) {
  const core::Element& element = core::element(atomic_number);
  const std::string symbol(element.symbol);
  Parameters atom = parameters;
  const auto species = parameters.species.find(symbol);
  if (species == parameters.species.end())
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("no pseudopotential for '{}'", symbol),
                          "list the element among the run's elements");
  atom.species = {{symbol, species->second}};
  atom.species[symbol].starting_moment = element.atomic_moment;
  atom.isolated = true;
  atom.spin_polarized = element.atomic_moment > 0;
  atom.occupations = "smearing";
  if (atom.degauss_ry <= 0) atom.degauss_ry = 0.01;
  atom.mixing_beta = std::min(parameters.mixing_beta, 0.3);
  atom.electron_maxstep = std::max(parameters.electron_maxstep, 200);
  atom.conv_thr_ry = std::max(parameters.conv_thr_ry, 1e-6);  // its energy is all that counts
  return atom;
}

}  // namespace mlip::dft::espresso
