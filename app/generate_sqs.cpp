#include <fmt/format.h>

#include <array>
#include <cmath>
#include <memory>

#include "app/candidate_file.hpp"
#include "app/commands.hpp"
#include "app/composition.hpp"
#include "app/frame_file.hpp"
#include "app/interrupt.hpp"
#include "app/stages.hpp"
#include "core/error.hpp"
#include "generate/sqs.hpp"

namespace mlip::app {

namespace {

struct SqsArguments {
  std::string lattice, out = "sqs.extxyz";
  std::vector<std::string> compositions, orders;
  std::array<int, 3> repeats = {1, 1, 1};
  int atoms = 0;
  generate::SqsOptions options;
};

[[noreturn]] void refuse_sqs(const std::string& what, const std::string& remedy) {
  throw core::UserError(core::ExitCode::bad_input, what, remedy);
}

/// "Fe:0.5,Ni:0.5" or, of one sublattice, "Ni=Fe:0.5,Ni:0.5".
generate::Occupation occupation_of(const std::string& text) {
  generate::Occupation occupation;
  const auto sides = split_words(text, '=');
  if (sides.size() == 2) occupation.replaced = element_of(sides[0], text);
  if (sides.size() > 2)
    refuse_sqs(fmt::format("'{}' is no composition", text),
               "write elements and fractions: Fe:0.5,Ni:0.5");
  occupation.fractions = read_shares(sides.back());
  return occupation;
}

/// "Fe-Ni:0.1,-0.05".
generate::WantedOrder order_of(const std::string& text) {
  const auto sides = split_words(text, ':');
  const auto pair = split_words(sides.front(), '-');
  if (sides.size() != 2 || pair.size() != 2)
    refuse_sqs(fmt::format("'{}' is no order of a pair", text),
               "write two elements and a number for each shell: Fe-Ni:0.1,-0.05");
  generate::WantedOrder order{element_of(pair[0], text), element_of(pair[1], text), {}};
  for (const std::string& word : split_words(sides[1], ','))
    order.alpha.push_back(number_of(word, text));
  return order;
}

generate::Sqs search_sqs(const SqsArguments& arguments, const generate::SqsOptions& options,
                         const std::vector<generate::Occupation>& occupations) {
  const core::Structure lattice = read_structure(arguments.lattice);
  if (arguments.atoms > 0)
    return generate::find_sqs_of_size(lattice, arguments.atoms, occupations, options);
  const core::Structure cell = core::repeat(lattice, arguments.repeats);
  return generate::find_sqs(cell, generate::share_sites(cell, occupations), options);
}

void print_sqs(const generate::Sqs& found) {
  fmt::print("objective {:.6f}; {}\n", found.objective,
             found.exhaustive ? std::string("no decoration has less")
                              : fmt::format("none can be under {:.6f}", found.lower_bound));
  fmt::print("{:<8}", "Å");
  for (const double radius : found.radii) fmt::print(" {:>8.4f}", radius);
  fmt::print("\n");
  for (const auto& pair : found.pairs) {
    fmt::print("{:<8}", pair.name);
    for (const double alpha : pair.order) fmt::print(" {:>8.4f}", alpha);
    fmt::print("\n");
  }
}

int generate_sqs(const SqsArguments& arguments) {
  const Interrupt interrupt;
  Stages stages;
  generate::SqsOptions options = arguments.options;
  options.stop = interrupt.token();
  options.progress = [&](long done, long all, double objective) {
    stages.show(fmt::format("objective {:.6f}", objective), std::size_t(done), std::size_t(all));
  };
  std::vector<generate::Occupation> occupations;
  for (const std::string& text : arguments.compositions) occupations.push_back(occupation_of(text));
  for (const std::string& text : arguments.orders)
    options.objective.order.push_back(order_of(text));
  FrameFile out(arguments.out);
  const generate::Sqs found = search_sqs(arguments, options, occupations);
  stages.end();
  print_sqs(found);
  io::Frame frame;
  frame.structure = found.structure;
  frame.info["config_type"] = "sqs";
  frame.info["origin"] = fmt::format("sqs of {}, seed {}", arguments.lattice, options.seed);
  frame.info["sqs_objective"] = found.objective;
  for (const auto& pair : found.pairs) frame.info["order_" + pair.name] = pair.order;
  out.write(frame);
  out.finish();
  fmt::print("{} atoms: {}\n", found.structure.size(), arguments.out);
  return int(options.stop.stop_requested() ? core::ExitCode::interrupted : core::ExitCode::done);
}

void add_sqs_objective(CLI::App& command, SqsArguments& arguments) {
  generate::SqsObjective& objective = arguments.options.objective;
  command.add_option("--shells", objective.shells, "of pairs that count")
      ->check(CLI::Range(1, 16))
      ->capture_default_str();
  command
      .add_option("--shell-weights", objective.shell_weights,
                  "of the first shells: 1,0.5; 1/shell where there is none")
      ->delimiter(',')
      ->allow_extra_args(false);
  command
      .add_option("--order", arguments.orders,
                  "wanted Warren-Cowley parameters of a pair, shell by shell: Fe-Ni:0.1,-0.05; "
                  "else 0; one option a pair")
      ->allow_extra_args(false);
  command
      .add_option("--triplets", objective.triplet_shells,
                  "shells whose pairs are sides of triangles that count too")
      ->check(CLI::Range(0, 16))
      ->capture_default_str();
  command.add_option("--triplet-weight", objective.triplet_weight, "of each type of triangles")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
}

void add_sqs_search(CLI::App& command, generate::SqsOptions& options) {
  command.add_option("--seed", options.seed, "of the random choices")->capture_default_str();
  command
      .add_option("--chains", options.chains,
                  "annealed of each shape; shapes of at most a million decorations are enumerated")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command.add_option("--swaps", options.swaps, "of each chain; 0: 10000 a site")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command.add_option("--goal", options.goal, "objective that is good enough")
      ->capture_default_str();
  command
      .add_option("--threads", options.threads, "0: one a core; the result does not depend on them")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
}

}  // namespace

void add_generate_sqs(CLI::App& generate, int& exit_code) {
  const auto arguments = std::make_shared<SqsArguments>();
  auto* command = generate.add_subcommand(
      "sqs", "a cell whose pairs are as a random alloy's, or of a wanted order");
  command
      ->add_option("--lattice", arguments->lattice,
                   "extended XYZ file or POSCAR with the sites, of whatever elements")
      ->required();
  command
      ->add_option("--composition", arguments->compositions,
                   "Fe:0.5,Ni:0.5 on all sites; Ga=Al:0.5,Ga:0.5 on those of one element, an "
                   "option for each; X is a vacancy")
      ->required()
      ->allow_extra_args(false);
  auto* repeats =
      command->add_option("--repeat", arguments->repeats, "repeats of the lattice's cell: 2 2 2");
  command->add_option("--atoms", arguments->atoms, "sites; the best of all shapes of such cells")
      ->check(CLI::PositiveNumber)
      ->excludes(repeats);
  add_sqs_objective(*command, *arguments);
  add_sqs_search(*command, arguments->options);
  command->add_option("--out", arguments->out, "extended XYZ file")->capture_default_str();
  command->callback([arguments, &exit_code] { exit_code = generate_sqs(*arguments); });
}

}  // namespace mlip::app
