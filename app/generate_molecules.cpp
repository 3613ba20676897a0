#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

#include "app/calculator.hpp"
#include "app/candidate_file.hpp"
#include "app/commands.hpp"
#include "core/error.hpp"
#include "generate/cells.hpp"
#include "generate/molecules.hpp"
#include "generate/vibrations.hpp"

namespace mlip::app {

namespace {

struct ModesArguments {
  std::string structure, model = "sevennet-0", statistics = "classical";
  CandidateOutput out = {"modes.extxyz"};
  generate::ModeSeries series;
  bool as_is = false;
};

const std::map<std::string, generate::Statistics> statistics_names = {
    {"ani", generate::Statistics::ani},
    {"classical", generate::Statistics::classical},
    {"quantum", generate::Statistics::quantum}};

void print_modes(const generate::NormalModes& modes, const potential::Relaxed& rest) {
  fmt::print("{}: {} modes, 1/cm:", modes.structure.formula(), modes.stiffness.size());
  for (const double wavenumber : modes.wavenumbers()) fmt::print(" {:.1f}", wavenumber);
  fmt::print("\n");
  double largest = 0;
  for (const auto& force : rest.evaluation.forces)
    largest = std::max(largest, force.cwiseAbs().maxCoeff());
  if (!rest.converged)
    fmt::print(stderr, "warning: forces of {:.3g} eV/Å are left: it is no minimum\n", largest);
  if (modes.imaginary() > 0)
    fmt::print(stderr, "warning: {} imaginary modes are left out: it is no minimum along them\n",
               modes.imaginary());
}

void generate_modes(const ModesArguments& arguments) {
  const auto model = open_calculator(arguments.model, 1);
  const double vacuum = std::max(generate::molecule_vacuum, model.calculator->cutoff());
  const auto molecule = generate::whole_molecule(read_structure(arguments.structure), vacuum);
  const auto vibrations =
      generate::vibrations_of(molecule, *model.calculator, arguments.as_is ? 0 : 1000);
  print_modes(vibrations.modes, vibrations.rest);
  auto series = arguments.series;
  series.statistics = statistics_names.at(arguments.statistics);
  const auto candidates = generate::mode_series(vibrations.modes, series);
  const auto wanted = series.temperatures.size() * static_cast<std::size_t>(series.count);
  if (candidates.size() < wanted)
    fmt::print(stderr, "warning: {} samples had atoms too close in each of 50 draws\n",
               wanted - candidates.size());
  write_candidates(arguments.out, candidates,
                   {{"model", model.name}, {"seed", static_cast<long>(series.seed)}});
}

void add_modes(CLI::App& generate) {
  const auto arguments = std::make_shared<ModesArguments>();
  auto& series = arguments->series;
  auto* command = generate.add_subcommand(
      "modes", "a molecule displaced along its normal modes, as heat would");
  command->add_option("--structure", arguments->structure, "file with one molecule")->required();
  command->add_option("--model", arguments->model, model_meaning)->capture_default_str();
  command->add_option("--temperature", series.temperatures, "K: 300,600")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--count", series.count, "structures of each temperature")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command
      ->add_option("--statistics", arguments->statistics,
                   "classical and quantum oscillators, or the shares of ANI-1 (Smith 2017)")
      ->check(CLI::IsMember(statistics_names))
      ->capture_default_str();
  command
      ->add_option("--softest", series.softest,
                   "softer modes move as those of this wavenumber (1/cm)")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command
      ->add_option("--closest", series.closest,
                   "shortest allowed distance over the sum of covalent radii")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_flag("--as-is", arguments->as_is, "the structure is a minimum: do not relax it");
  command->add_option("--seed", series.seed, "of the random choices")->capture_default_str();
  add_output(*command, arguments->out);
  command->callback([arguments] { generate_modes(*arguments); });
}

void add_pairs(CLI::App& generate) {
  struct PairArguments {
    std::string structure, second;
    CandidateOutput out = {"molecule_pairs.extxyz"};
    generate::MoleculePairs options;
  };
  const auto arguments = std::make_shared<PairArguments>();
  auto* command =
      generate.add_subcommand("molecule-pairs", "two molecules in a box, near and far, turned");
  auto& options = arguments->options;
  command->add_option("--structure", arguments->structure, "file with one molecule")->required();
  command->add_option("--with", arguments->second, "file with the other; else the same again");
  command->add_option("--count", options.count, "pairs")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--nearest", options.nearest, "gap between covalent radii of the closest (Å)")
      ->capture_default_str();
  command->add_option("--farthest", options.farthest, "gap of the farthest (Å)")
      ->capture_default_str();
  command->add_option("--vacuum", options.vacuum, "around a pair (Å)")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--seed", options.seed, "of the random choices")->capture_default_str();
  add_output(*command, arguments->out);
  command->callback([arguments] {
    const auto& wanted = arguments->options;
    if (!(wanted.nearest < wanted.farthest))
      throw core::UserError(core::ExitCode::bad_input, "'--nearest' is not below '--farthest'",
                            "give gaps such as 0.5 and 4");
    const auto first =
        generate::whole_molecule(read_structure(arguments->structure), wanted.vacuum);
    const auto second =
        arguments->second.empty()
            ? first
            : generate::whole_molecule(read_structure(arguments->second), wanted.vacuum);
    write_candidates(arguments->out, generate::molecule_pairs(first, second, wanted),
                     {{"seed", static_cast<long>(wanted.seed)}});
  });
}

void add_dissociation(CLI::App& generate) {
  struct DissociationArguments {
    std::string structure;
    CandidateOutput out = {"dissociation.extxyz"};
    generate::BondScan scan;
  };
  const auto arguments = std::make_shared<DissociationArguments>();
  auto& scan = arguments->scan;
  auto* command = generate.add_subcommand(
      "dissociation", "each bond of a molecule pressed, and pulled to three times its length");
  command->add_option("--structure", arguments->structure, "file with one molecule")->required();
  command->add_option("--steps", scan.steps, "structures of each bond")
      ->check(CLI::Range(2, 1000))
      ->capture_default_str();
  command
      ->add_option("--closest", scan.closest,
                   "shortest allowed distance over the sum of covalent radii")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--vacuum", scan.vacuum, "around the fragments (Å)")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  add_output(*command, arguments->out);
  command->callback([arguments] {
    const auto molecule =
        generate::whole_molecule(read_structure(arguments->structure), arguments->scan.vacuum);
    const auto scans = generate::dissociations(molecule, arguments->scan);
    if (scans.rings > 0) fmt::print(stderr, "{} bonds are part of rings and stay\n", scans.rings);
    write_candidates(arguments->out, scans.candidates, {});
  });
}

void add_bends(CLI::App& generate) {
  struct BendArguments {
    std::string structure;
    CandidateOutput out = {"bends.extxyz"};
    int steps = 6;
    double closest = 0.75, vacuum = generate::molecule_vacuum;
  };
  const auto arguments = std::make_shared<BendArguments>();
  auto* command = generate.add_subcommand(
      "bends", "each angle of a molecule closed until its ends touch, and opened");
  command->add_option("--structure", arguments->structure, "file with one molecule")->required();
  command->add_option("--steps", arguments->steps, "structures of each angle")
      ->check(CLI::Range(2, 1000))
      ->capture_default_str();
  command
      ->add_option("--closest", arguments->closest,
                   "shortest allowed distance over the sum of covalent radii")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--vacuum", arguments->vacuum, "around the molecule (Å)")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  add_output(*command, arguments->out);
  command->callback([arguments] {
    const auto molecule =
        generate::whole_molecule(read_structure(arguments->structure), arguments->vacuum);
    write_candidates(arguments->out,
                     generate::bends(molecule, arguments->steps, arguments->closest), {});
  });
}

}  // namespace

void add_generate_molecules(CLI::App& generate) {
  add_modes(generate);
  add_pairs(generate);
  add_dissociation(generate);
  add_bends(generate);
}

}  // namespace mlip::app
