#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <memory>
#include <optional>

#include "app/calculator.hpp"
#include "app/candidate_file.hpp"
#include "app/commands.hpp"
#include "app/composition.hpp"
#include "app/interrupt.hpp"
#include "app/stages.hpp"
#include "core/element.hpp"
#include "core/error.hpp"
#include "core/parallel.hpp"
#include "generate/cells.hpp"
#include "generate/crystal_search.hpp"
#include "generate/fitting_prototypes.hpp"
#include "generate/generate.hpp"
#include "generate/likely_crystal.hpp"

namespace mlip::app {

namespace {

void add_prototypes(CLI::App& generate) {
  struct PrototypeArguments {
    std::string composition;
    CandidateOutput out = {"prototypes.extxyz"};
  };
  const auto arguments = std::make_shared<PrototypeArguments>();
  auto* command =
      generate.add_subcommand("prototypes", "the simple crystals that a composition can take");
  command->add_option("--composition", arguments->composition, "Al, or Fe:0.5,Ni:0.5")->required();
  add_output(*command, arguments->out);
  command->callback([arguments] {
    write_candidates(arguments->out,
                     generate::fitting_prototypes(read_composition(arguments->composition)), {});
  });
}

void add_likely_crystal(CLI::App& generate) {
  struct CrystalArguments {
    std::string composition, model = "sevennet-0";
    CandidateOutput out = {"crystal.extxyz"};
    generate::CrystalGuess guess;
  };
  const auto arguments = std::make_shared<CrystalArguments>();
  auto& given = arguments->guess;
  auto* command = generate.add_subcommand(
      "crystal", "what a composition forms: the lowest in energy of prototypes and random cells");
  command->add_option("--composition", arguments->composition, "S, or Ga:0.5,As:0.5")->required();
  command->add_option("--model", arguments->model, model_meaning)->capture_default_str();
  command->add_option("--atoms", given.most_atoms, "of a random cell, at most")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command->add_option("--count", given.random_cells, "random cells beside the prototypes")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--seed", given.seed, "of the random cells")->capture_default_str();
  add_output(*command, arguments->out);
  command->callback([arguments] {
    generate::CrystalGuess guess = arguments->guess;
    guess.threads = core::thread_count(0);
    const auto composition = read_composition(arguments->composition);
    const NamedCalculator model = open_calculator(arguments->model, guess.threads);
    const auto found = generate::likely_crystal(composition, *model.calculator, guess);
    if (!found)
      throw core::UserError(
          core::ExitCode::failed,
          fmt::format("{} finds no crystal of {}", model.name, arguments->composition),
          "crystals of molecules, solutions (an element below 12 %) and formula units of more than "
          "12 atoms are not looked for; others: more of '--count', or more '--atoms'");
    core::Candidate candidate;
    candidate.structure = found->cell;
    candidate.config_type = "crystal";
    candidate.origin = fmt::format("{} {}, lowest of {} crystals, {:.4f} eV/atom", found->name,
                                   found->cell.formula(), found->tried, found->energy);
    write_candidates(arguments->out, {candidate},
                     {{"seed", static_cast<long>(guess.seed)}, {"model", model.name}});
    fmt::print("{}\n", candidate.origin);
  });
}

struct SearchArguments {
  std::string composition, model;
  CandidateOutput out = {"search.extxyz"};
  int atoms = 0, count = 20;
  generate::CrystalSearch search;
};

/// Counts of atoms that make exactly the composition.
std::map<int, int> exact_counts(const std::map<int, double>& composition, int atoms) {
  const auto fits = [&](int n) {
    return std::ranges::all_of(composition, [n](const auto& entry) {
      return std::abs(entry.second * n - std::round(entry.second * n)) < 0.01 &&
             std::round(entry.second * n) >= 1;
    });
  };
  std::string others;
  for (int n = 1, shown = 0; n <= 200 && shown < 4; ++n)
    if (fits(n) && ++shown) others += fmt::format("{}{}", others.empty() ? "" : ", ", n);
  if (!fits(atoms))
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("no cell of {} atoms has this composition", atoms),
                          others.empty() ? "give simpler fractions"
                                         : fmt::format("numbers of atoms that can: {}", others));
  return generate::atom_counts(composition, atoms);
}

int generate_search(const SearchArguments& arguments) {
  const Interrupt interrupt;
  const auto composition = read_composition(arguments.composition);
  generate::CrystalSearch search = arguments.search;
  generate::RandomCell& cell = search.cell;
  cell.atoms = exact_counts(composition, arguments.atoms);
  if (!(cell.smallest <= cell.largest))
    throw core::UserError(core::ExitCode::bad_input, "'--smallest' is above '--largest'",
                          "give volumes such as 0.8 and 1.4");
  const int threads = core::thread_count(0);
  NamedCalculator model;
  if (!arguments.model.empty()) model = open_calculator(arguments.model, threads);
  Stages stages;
  std::vector<std::optional<core::Candidate>> found(static_cast<std::size_t>(arguments.count));
  std::atomic<std::size_t> done = 0;
  core::parallel_for(found.size(), threads, [&](std::size_t k) {
    if (!interrupt.token().stop_requested())
      found[k] = generate::search_crystal(search, model.calculator.get(), k);
    stages.show("cells", ++done, found.size());
  });
  stages.end();
  std::vector<core::Candidate> candidates;
  for (auto& candidate : found)
    if (candidate) candidates.push_back(std::move(*candidate));
  if (candidates.empty() && !interrupt.token().stop_requested())
    throw core::UserError(core::ExitCode::failed,
                          "no random cell keeps its atoms apart, or holds together",
                          "allow larger volumes or shorter distances");
  if (candidates.size() < found.size())
    fmt::print(stderr, "{} cells did not come out\n", found.size() - candidates.size());
  std::map<std::string, io::Value> info = {{"seed", static_cast<long>(search.seed)}};
  if (!model.name.empty()) info["model"] = model.name;
  write_candidates(arguments.out, candidates, info);
  return int(interrupt.token().stop_requested() ? core::ExitCode::interrupted
                                                : core::ExitCode::done);
}

void add_search(CLI::App& generate, int& exit_code) {
  const auto arguments = std::make_shared<SearchArguments>();
  auto& search = arguments->search;
  auto& cell = search.cell;
  cell.symmetry = 4;
  auto* command = generate.add_subcommand(
      "search", "random crystals whose atoms keep apart, relaxed where a model is given");
  command->add_option("--composition", arguments->composition, "Al, or Fe:0.5,Ni:0.5")->required();
  command->add_option("--atoms", arguments->atoms, "of a cell")
      ->required()
      ->check(CLI::Range(1, 200));
  command->add_option("--count", arguments->count, "cells")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--model", arguments->model, model_meaning);
  command->add_option("--steps", search.steps, "of a relaxation, at most")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--smallest", cell.smallest, "volume over that of the elements' crystals")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--largest", cell.largest, "the same")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command
      ->add_option("--closest", cell.closest,
                   "shortest allowed distance over the sum of covalent radii")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command
      ->add_option("--symmetry", cell.symmetry,
                   "operations of a cell's random space group, at most; 1: none")
      ->check(CLI::Range(1, 48))
      ->capture_default_str();
  command->add_option("--seed", search.seed, "of the random choices")->capture_default_str();
  add_output(*command, arguments->out);
  command->callback([arguments, &exit_code] { exit_code = generate_search(*arguments); });
}

void add_clusters(CLI::App& generate) {
  struct ClusterArguments {
    std::string composition;
    CandidateOutput out = {"clusters.extxyz"};
    double closest = 0.75;
  };
  const auto arguments = std::make_shared<ClusterArguments>();
  auto* command = generate.add_subcommand(
      "clusters", "dimers over distance and trimers over angle, of all pairs and triples");
  command->add_option("--composition", arguments->composition, "elements: Al, or Fe:0.5,Ni:0.5")
      ->required();
  command
      ->add_option("--closest", arguments->closest,
                   "shortest allowed distance over the sum of covalent radii")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  add_output(*command, arguments->out);
  command->callback([arguments] {
    generate::Options options;
    options.closest = arguments->closest;
    for (const auto& [number, fraction] : read_composition(arguments->composition))
      options.composition[std::string(core::element(number).symbol)] = fraction;
    write_candidates(arguments->out, generate::clusters(options), {});
  });
}

}  // namespace

void add_generate_crystals(CLI::App& generate, int& exit_code) {
  add_clusters(generate);
  add_likely_crystal(generate);
  add_prototypes(generate);
  add_search(generate, exit_code);
}

}  // namespace mlip::app
