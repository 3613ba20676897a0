#include <fmt/format.h>

#include <memory>

#include "app/calculator.hpp"
#include "app/candidate_file.hpp"
#include "app/commands.hpp"
#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/seed.hpp"
#include "generate/phonons.hpp"
#include "generate/rattle.hpp"
#include "generate/strain.hpp"
#include "io/structure_file.hpp"

namespace mlip::app {

namespace {

void require_crystal(const core::Structure& structure, const std::string& file) {
  if (structure.size() == 0 || !structure.cell.all_periodic())
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("'{}' is not periodic along all axes", file),
                          "give a crystal");
}

void add_strain(CLI::App& generate) {
  struct StrainArguments {
    std::string structure;
    CandidateOutput out = {"strain.extxyz"};
    generate::StrainOptions options;
  };
  const auto arguments = std::make_shared<StrainArguments>();
  auto& options = arguments->options;
  auto* command =
      generate.add_subcommand("strain", "a grid of strains of a cell, and random deformations");
  command->add_option("--structure", arguments->structure, "file with a crystal")->required();
  const auto largest = [&](const char* name, double& value, const char* meaning) {
    command->add_option(name, value, meaning)->check(CLI::Range(0.0, 0.9))->capture_default_str();
  };
  largest("--volumetric", options.volumetric, "largest linear strain of all axes; 0: none");
  largest("--uniaxial", options.uniaxial, "largest strain of one axis; 0: none");
  largest("--shear", options.shear, "largest shear; 0: none");
  largest("--finite", options.finite, "largest entry of random deformations; 0: none");
  command->add_option("--steps", options.steps, "strains of each kind and axis")
      ->check(CLI::Range(2, 1000))
      ->capture_default_str();
  command->add_option("--deformations", options.deformations, "random ones")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--seed", options.seed, "of the random choices")->capture_default_str();
  add_output(*command, arguments->out);
  command->callback([arguments] {
    const auto structure = read_structure(arguments->structure);
    require_crystal(structure, arguments->structure);
    write_candidates(arguments->out, generate::strain_grid(structure, arguments->options),
                     {{"seed", static_cast<long>(arguments->options.seed)}});
  });
}

struct RattleArguments {
  std::string structure;
  CandidateOutput out = {"rattle.extxyz"};
  std::vector<double> amplitudes = {0.05, 0.12, 0.2};
  int count = 10;
  generate::MonteCarloRattle rattle;
  std::uint64_t seed = 0;
};

void generate_rattle(const RattleArguments& arguments) {
  std::vector<core::Candidate> candidates;
  std::uint64_t item = 0;
  const auto frames = io::read_structures(arguments.structure);
  for (const auto& structure : frames)
    for (const double amplitude : arguments.amplitudes)
      for (int n = 0; n < arguments.count; ++n) {
        auto options = arguments.rattle;
        options.amplitude = amplitude;
        auto engine = core::random_engine(arguments.seed, "generate rattle", item++);
        auto rattled = generate::monte_carlo_rattled(structure, options, engine());
        core::Candidate candidate;
        candidate.structure = std::move(rattled.structure);
        candidate.config_type = "rattle";
        candidate.origin =
            fmt::format("{}, {} atoms, Monte Carlo rattle of {} Å, {:.4f} Å came out",
                        structure.formula(), structure.size(), amplitude, rattled.amplitude);
        candidates.push_back(std::move(candidate));
      }
  write_candidates(arguments.out, candidates, {{"seed", static_cast<long>(arguments.seed)}});
}

void add_rattle(CLI::App& generate) {
  const auto arguments = std::make_shared<RattleArguments>();
  auto* command = generate.add_subcommand(
      "rattle", "random displacements by Monte Carlo steps that keep atoms apart");
  command->add_option("--structure", arguments->structure, "file with structures")->required();
  command->add_option("--amplitude", arguments->amplitudes, "standard deviations (Å): 0.05,0.12")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--count", arguments->count, "of each structure and amplitude")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command
      ->add_option("--closest", arguments->rattle.closest,
                   "shortest allowed distance over the sum of covalent radii")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--sweeps", arguments->rattle.sweeps, "steps of each atom")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--seed", arguments->seed, "of the random choices")->capture_default_str();
  add_output(*command, arguments->out);
  command->callback([arguments] { generate_rattle(*arguments); });
}

struct PhononArguments {
  std::string structure, model = "sevennet-0", statistics = "classical";
  CandidateOutput out = {"phonons.extxyz"};
  double image_distance = 8;
  generate::PhononSampling sampling;
};

void generate_phonons(const PhononArguments& arguments) {
  const int threads = core::thread_count(0);
  const auto model = open_calculator(arguments.model, threads);
  const auto crystal = read_structure(arguments.structure);
  require_crystal(crystal, arguments.structure);
  const auto modes =
      generate::phonons_at_rest(*model.calculator, crystal, arguments.image_distance, threads);
  fmt::print("{} atoms, {} modes from {:.1f} to {:.1f} 1/cm\n", modes.structure.size(),
             modes.stiffness.size(), modes.wavenumbers().minCoeff(),
             modes.wavenumbers().maxCoeff());
  if (modes.imaginary() > 0)
    fmt::print(stderr,
               "warning: {} imaginary modes are left out: the crystal is unstable along "
               "them by this model, at this volume\n",
               modes.imaginary());
  auto sampling = arguments.sampling;
  sampling.statistics = arguments.statistics == "quantum" ? generate::Statistics::quantum
                                                          : generate::Statistics::classical;
  const auto candidates = generate::sample_phonons(modes, sampling);
  const auto all = sampling.temperatures.size() * static_cast<std::size_t>(sampling.count);
  if (candidates.size() < all)
    fmt::print(stderr, "warning: {} samples had atoms too close\n", all - candidates.size());
  write_candidates(arguments.out, candidates,
                   {{"model", model.name}, {"seed", static_cast<long>(sampling.seed)}});
}

void add_phonons(CLI::App& generate) {
  const auto arguments = std::make_shared<PhononArguments>();
  auto& sampling = arguments->sampling;
  auto* command =
      generate.add_subcommand("phonons", "a crystal displaced along its phonons, as heat would");
  command->add_option("--structure", arguments->structure, "file with a crystal")->required();
  command->add_option("--model", arguments->model, model_meaning)->capture_default_str();
  command->add_option("--temperature", sampling.temperatures, "K: 300,600")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--count", sampling.count, "structures of each temperature")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--statistics", arguments->statistics, "of the oscillators")
      ->check(CLI::IsMember({"classical", "quantum"}))
      ->capture_default_str();
  command->add_option("--image-distance", arguments->image_distance, "of the supercell (Å)")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command
      ->add_option("--softest", sampling.softest,
                   "softer modes move as those of this wavenumber (1/cm)")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command
      ->add_option("--closest", sampling.closest,
                   "shortest allowed distance over the sum of covalent radii")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--seed", sampling.seed, "of the random choices")->capture_default_str();
  add_output(*command, arguments->out);
  command->callback([arguments] { generate_phonons(*arguments); });
}

}  // namespace

void add_generate_displaced(CLI::App& generate) {
  add_strain(generate);
  add_rattle(generate);
  add_phonons(generate);
}

}  // namespace mlip::app
