#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

#include "app/calculator.hpp"
#include "app/candidate_file.hpp"
#include "app/commands.hpp"
#include "core/error.hpp"
#include "core/seed.hpp"
#include "generate/cells.hpp"
#include "generate/generate.hpp"
#include "generate/molecules.hpp"
#include "generate/normal_modes.hpp"
#include "potential/relax.hpp"

namespace mlip::app {

namespace {

struct ModesArguments {
  std::string structure, model = "sevennet-0", statistics = "classical";
  CandidateOutput out = {"modes.extxyz"};
  std::vector<double> temperatures = {300, 600};
  generate::ModeSampling sampling;
  int count = 20;
  bool as_is = false;
  double closest = 0.6;
  std::uint64_t seed = 0;
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

/// None where no draw keeps the atoms apart.
std::optional<core::Candidate> draw_sample(const generate::NormalModes& modes,
                                           const ModesArguments& arguments, double temperature,
                                           std::uint64_t item) {
  auto sampling = arguments.sampling;
  sampling.temperature = temperature;
  sampling.statistics = statistics_names.at(arguments.statistics);
  auto engine = core::random_engine(arguments.seed, "generate modes", item);
  for (int attempt = 0; attempt < 50; ++attempt) {
    auto sample = generate::sample_modes(modes, sampling, engine);
    if (!generate::distances_allowed(sample.structure, arguments.closest)) continue;
    core::Candidate candidate;
    candidate.structure = std::move(sample.structure);
    candidate.config_type = "modes";
    candidate.origin =
        fmt::format("{}, {} normal modes at {} K, {:.4f} eV above the minimum",
                    modes.structure.formula(), arguments.statistics, temperature, sample.energy);
    return candidate;
  }
  return {};
}

void generate_modes(const ModesArguments& arguments) {
  const auto model = open_calculator(arguments.model, 1);
  const double vacuum = std::max(generate::molecule_vacuum, model.calculator->cutoff());
  const auto molecule = generate::whole_molecule(read_structure(arguments.structure), vacuum);
  const auto rest = potential::relax_positions(
      molecule, *model.calculator,
      {.force_tolerance = 1e-3, .steps = arguments.as_is ? 0 : 1000, .largest_step = 0.05});
  const auto modes =
      generate::normal_modes(rest.structure, generate::hessian(*model.calculator, rest.structure),
                             generate::Freedom::molecule);
  print_modes(modes, rest);
  std::vector<core::Candidate> candidates;
  std::uint64_t item = 0;
  for (const double temperature : arguments.temperatures)
    for (int n = 0; n < arguments.count; ++n)
      if (auto candidate = draw_sample(modes, arguments, temperature, item++))
        candidates.push_back(std::move(*candidate));
  if (candidates.size() < item)
    fmt::print(stderr, "warning: {} samples had atoms too close in each of 50 draws\n",
               item - candidates.size());
  write_candidates(arguments.out, candidates,
                   {{"model", model.name}, {"seed", static_cast<long>(arguments.seed)}});
}

void add_modes(CLI::App& generate) {
  const auto arguments = std::make_shared<ModesArguments>();
  auto* command = generate.add_subcommand(
      "modes", "a molecule displaced along its normal modes, as heat would");
  command->add_option("--structure", arguments->structure, "file with one molecule")->required();
  command->add_option("--model", arguments->model, model_meaning)->capture_default_str();
  command->add_option("--temperature", arguments->temperatures, "K: 300,600")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--count", arguments->count, "structures of each temperature")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command
      ->add_option("--statistics", arguments->statistics,
                   "classical and quantum oscillators, or the shares of ANI-1 (Smith 2017)")
      ->check(CLI::IsMember(statistics_names))
      ->capture_default_str();
  command
      ->add_option("--softest", arguments->sampling.softest,
                   "softer modes move as those of this wavenumber (1/cm)")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command
      ->add_option("--closest", arguments->closest,
                   "shortest allowed distance over the sum of covalent radii")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_flag("--as-is", arguments->as_is, "the structure is a minimum: do not relax it");
  command->add_option("--seed", arguments->seed, "of the random choices")->capture_default_str();
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
    int steps = 12;
    double closest = 0.75, vacuum = generate::molecule_vacuum;
  };
  const auto arguments = std::make_shared<DissociationArguments>();
  auto* command = generate.add_subcommand(
      "dissociation", "each bond of a molecule pressed, and pulled to three times its length");
  command->add_option("--structure", arguments->structure, "file with one molecule")->required();
  command->add_option("--steps", arguments->steps, "structures of each bond")
      ->check(CLI::Range(2, 1000))
      ->capture_default_str();
  command
      ->add_option("--closest", arguments->closest,
                   "shortest allowed distance over the sum of covalent radii")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--vacuum", arguments->vacuum, "around the fragments (Å)")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  add_output(*command, arguments->out);
  command->callback([arguments] {
    const auto molecule =
        generate::whole_molecule(read_structure(arguments->structure), arguments->vacuum);
    const auto scans =
        generate::dissociations(molecule, arguments->steps, arguments->closest, arguments->vacuum);
    if (scans.rings > 0) fmt::print(stderr, "{} bonds are part of rings and stay\n", scans.rings);
    write_candidates(arguments->out, scans.candidates, {});
  });
}

}  // namespace

void add_generate_molecules(CLI::App& generate) {
  add_modes(generate);
  add_pairs(generate);
  add_dissociation(generate);
}

}  // namespace mlip::app
