#include <fmt/format.h>

#include <memory>

#include "app/candidate_file.hpp"
#include "app/commands.hpp"
#include "core/element.hpp"
#include "core/error.hpp"
#include "generate/defects.hpp"

namespace mlip::app {

namespace {

struct DefectArguments {
  std::string structure;
  CandidateOutput out = {"defects.extxyz"};
  std::vector<std::string> kinds, elements;
  double tolerance = 0.01;
  generate::DefectOptions options;
};

void generate_defects(const DefectArguments& arguments) {
  auto options = arguments.options;
  options.kinds = {arguments.kinds.begin(), arguments.kinds.end()};
  for (const std::string& symbol : arguments.elements) {
    const auto number = core::atomic_number(symbol);
    if (!number)
      throw core::UserError(
          core::ExitCode::bad_input, fmt::format("unknown element '{}' in '--elements'", symbol),
          fmt::format("the nearest symbol is '{}'", core::nearest_symbol(symbol)));
    options.elements.push_back(*number);
  }
  const auto symmetry =
      generate::find_symmetry(read_structure(arguments.structure), arguments.tolerance);
  const auto defects = generate::make_defects(symmetry, options);
  std::map<std::string, int> counts;
  for (const auto& candidate : defects.candidates) ++counts[candidate.config_type];
  fmt::print("{} {}:", symmetry.space_group, symmetry.primitive.formula());
  for (const auto& [kind, count] : counts) fmt::print(" {} {}", count, kind);
  fmt::print("\n");
  if (defects.too_close > 0)
    fmt::print(stderr, "{} are left out: their atoms would be too close\n", defects.too_close);
  write_candidates(arguments.out, defects.candidates, {});
}

}  // namespace

void add_generate_defects(CLI::App& generate) {
  const auto arguments = std::make_shared<DefectArguments>();
  auto& options = arguments->options;
  auto* command = generate.add_subcommand(
      "defects", "the inequivalent point defects of a crystal, each in a supercell");
  command->add_option("--structure", arguments->structure, "file with the crystal")->required();
  command
      ->add_option("--kinds", arguments->kinds,
                   "antisite, divacancy, dumbbell, interstitial, substitution, vacancy; else all")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember(generate::defect_kinds()));
  command
      ->add_option("--elements", arguments->elements,
                   "foreign atoms of substitutions, interstitials and dumbbells: C,N")
      ->delimiter(',')
      ->allow_extra_args(false);
  command
      ->add_option("--image-distance", options.image_distance,
                   "of a defect and its images, at least (Å)")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--max-atoms", options.max_atoms, "of a supercell")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--shells", options.shells, "of neighbours that divacancies are")
      ->check(CLI::Range(1, 16))
      ->capture_default_str();
  command
      ->add_option("--dumbbell", options.dumbbell_length,
                   "length over the nearest-neighbour distance")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command
      ->add_option("--closest", options.closest,
                   "shortest allowed distance over the sum of covalent radii")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--tolerance", arguments->tolerance, "of the symmetry (Å)")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  add_output(*command, arguments->out);
  command->callback([arguments] { generate_defects(*arguments); });
}

}  // namespace mlip::app
