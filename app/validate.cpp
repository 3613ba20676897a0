#include <fmt/format.h>

#include <memory>

#include "ace/evaluator.hpp"
#include "app/commands.hpp"
#include "app/input.hpp"
#include "core/error.hpp"
#include "pipeline/guarding.hpp"
#include "validate/equation_of_state.hpp"

namespace mlip::app {

namespace {

struct ValidateArguments {
  std::string input, potential;
};

void print_equation_of_state(const ace::Evaluator& model, const pipeline::SystemConfig& config) {
  const auto reference = generate::ground_state(config.generate);
  std::vector<validate::EosPoint> points;
  for (const auto& structure : validate::eos_structures(reference, config.loop.eos_strain, 15)) {
    const auto atoms = double(structure.size());
    points.push_back({structure.cell.volume() / atoms, model.evaluate(structure).energy / atoms});
  }
  const auto eos = validate::fit_eos(points, reference.cell.volume() / double(reference.size()),
                                     reference.cell.vectors.row(0).norm());
  if (!eos)
    throw core::UserError(core::ExitCode::failed,
                          "the potential's energy has no minimum within the volume scan");
  fmt::print(
      "lattice_constant {:.4f} Å\nbulk_modulus {:.2f} GPa\nequilibrium_energy {:.5f} eV/atom\n",
      eos->lattice_constant, eos->bulk_modulus_gpa, eos->energy);
}

void print_guards(const std::vector<validate::Guard>& guards) {
  bool all_held = true;
  for (const auto& guard : guards) {
    all_held = all_held && guard.held;
    fmt::print("{:<6} {:<20} {:.3g} {} (limit {:.3g}; {})\n", guard.held ? "holds" : "FAILS",
               guard.name, guard.value, guard.unit, guard.limit, guard.detail);
  }
  if (!all_held)
    throw core::UserError(core::ExitCode::failed, "the potential fails a guard",
                          "train on more data, or with a stronger prior");
}

void validate_potential(const ValidateArguments& arguments) {
  const auto config = read_plan(arguments.input).config;
  const std::filesystem::path folder(arguments.potential);
  const auto potential = ace::read_yaml(folder / "potential.yaml");
  const auto active_set = folder / "potential.asi";
  const ace::Evaluator model(potential, std::filesystem::exists(active_set)
                                            ? ace::read_asi(active_set)
                                            : ace::ActiveSetInverse());
  if (!config.dft.isolated) print_equation_of_state(model, config);
  print_guards(pipeline::guards_of(model, pipeline::trained_distances(potential), config));
}

}  // namespace

void add_validate(CLI::App& program, int&) {
  const auto arguments = std::make_shared<ValidateArguments>();
  auto* command = program.add_subcommand("validate", "physical properties of a potential");
  command->add_option("INPUT", arguments->input, "input.yaml, or an edited plan: which crystal")
      ->required();
  command->add_option("POTENTIAL", arguments->potential, "folder with potential.yaml")->required();
  command->callback([arguments] { validate_potential(*arguments); });
}

}  // namespace mlip::app
