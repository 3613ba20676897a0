#include <fmt/format.h>

#include <memory>

#include "ace/evaluator.hpp"
#include "app/commands.hpp"
#include "app/input.hpp"
#include "fit/linear.hpp"
#include "io/extended_xyz.hpp"

namespace mlip::app {

namespace {

struct Arguments {
  std::string input, train, test, out = ".";
  std::map<std::string, double> isolated;
};

std::vector<fit::Item> read_items(const std::string& file) {
  std::vector<fit::Item> items;
  for (auto& frame : io::read_extended_xyz(file)) {
    fit::Item item;
    item.structure = std::move(frame.structure);
    item.labels = std::move(frame.labels);
    if (const auto mask = frame.columns.find("force_mask"); mask != frame.columns.end())
      item.force_mask = mask->second.numbers;
    items.push_back(std::move(item));
  }
  return items;
}

void print_errors(const char* name, const fit::Metrics& m) {
  fmt::print(
      "{:<6} {:6} structures  energy {:8.3f} meV/atom  force {:8.2f} meV/Å  stress {:7.3f} GPa "
      "(RMSE)\n",
      name, m.structures, m.energy_rmse_mev_per_atom, m.force_rmse_mev_per_a, m.stress_rmse_gpa);
}

void fit_file(const Arguments& arguments) {
  const auto config = read_plan(arguments.input).config;
  std::vector<double> isolated;
  for (const auto& element : config.elements)
    isolated.push_back(arguments.isolated.contains(element) ? arguments.isolated.at(element) : 0);
  const auto items = read_items(arguments.train);
  const auto fitted =
      fit::fit_linear(ace::make_basis(config.elements, config.basis), items, isolated, config.fit);
  const std::filesystem::path out(arguments.out);
  std::filesystem::create_directories(out);
  ace::write_yaml(fitted.potential, out / "potential.yaml");
  ace::write_yace(fitted.potential, out / "potential.yace");
  ace::write_asi(fitted.active_set, out / "potential.asi");
  fmt::print("{} functions, assembly {:.2f} s, solve {:.2f} s, active set {:.2f} s, prior {:.3g}\n",
             fitted.potential.function_count(), fitted.assembly_seconds, fitted.solve_seconds,
             fitted.active_set_seconds, fitted.prior_strength);
  print_errors("train", fitted.train);
  if (!arguments.test.empty())
    print_errors("test",
                 fit::measure(ace::Evaluator(fitted.potential, {}), read_items(arguments.test)));
}

}  // namespace

void add_fit(CLI::App& program, int&) {
  const auto arguments = std::make_shared<Arguments>();
  auto* command = program.add_subcommand("fit", "fit an ACE potential to labelled structures");
  command->add_option("INPUT", arguments->input, "input.yaml, or an edited plan: basis and weights")
      ->required();
  command
      ->add_option("TRAIN", arguments->train, "extended XYZ file with energies, forces, stresses")
      ->required();
  command->add_option("--test", arguments->test, "extended XYZ file to measure errors on");
  command->add_option("--isolated", arguments->isolated,
                      "energy (eV) of an isolated atom, as: --isolated Al -53.1");
  command->add_option("--out", arguments->out, "folder for potential.yaml, .yace, .asi")
      ->capture_default_str();
  command->callback([arguments] { fit_file(*arguments); });
}

}  // namespace mlip::app
