#include <fmt/format.h>

#include <memory>

#include "ace/evaluator.hpp"
#include "app/commands.hpp"
#include "app/input.hpp"
#include "core/error.hpp"
#include "validate/equation_of_state.hpp"

namespace mlip::app {

namespace {

struct Arguments {
  std::string input, potential;
};

void validate_potential(const Arguments& arguments) {
  const auto config = read_plan(arguments.input).config;
  const ace::Evaluator model(
      ace::read_yaml(std::filesystem::path(arguments.potential) / "potential.yaml"));
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

}  // namespace

void add_validate(CLI::App& program, int&) {
  const auto arguments = std::make_shared<Arguments>();
  auto* command = program.add_subcommand("validate", "physical properties of a potential");
  command->add_option("INPUT", arguments->input, "input.yaml, or an edited plan: which crystal")
      ->required();
  command->add_option("POTENTIAL", arguments->potential, "folder with potential.yaml")->required();
  command->callback([arguments] { validate_potential(*arguments); });
}

}  // namespace mlip::app
