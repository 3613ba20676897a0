#include <fmt/format.h>

#include <memory>

#include "app/commands.hpp"
#include "app/interrupt.hpp"
#include "app/surrogate_evaluation.hpp"
#include "core/error.hpp"

namespace mlip::app {

namespace {

struct SurrogateArguments {
  std::string model = "sevennet-0", structures, out;
  int workers = 0;
  double call_seconds = 300;
};

int evaluate_file(const SurrogateArguments& arguments) {
  const Interrupt interrupt;
  const auto surrogate = surrogate::open_surrogate(
      arguments.model, surrogate_workers(arguments.workers), arguments.call_seconds);
  const auto done =
      evaluate_structures({arguments.structures, arguments.out, arguments.workers, false},
                          surrogate, interrupt.token());
  if (!done.complete) {
    fmt::print("{} evaluated, {} failed so far; the same command again goes on from here\n",
               done.evaluated, done.failed);
    return int(core::ExitCode::interrupted);
  }
  fmt::print("{} evaluated, {} failed: {}\n", done.evaluated, done.failed, arguments.out);
  if (done.failed == 0) return int(core::ExitCode::done);
  fmt::print("structures without an answer, with surrogate_failure: {}\n", done.failures.string());
  return int(core::ExitCode::failed);
}

}  // namespace

void add_surrogate(CLI::App& program, int& exit_code) {
  auto* group = program.add_subcommand("surrogate", "pretrained universal potentials");
  group->require_subcommand(1);
  const auto arguments = std::make_shared<SurrogateArguments>();
  auto* command = group->add_subcommand(
      "eval",
      "energies, forces and stresses of structures, one at a time: files may be huge; again "
      "resumes");
  command->add_option("STRUCTURES", arguments->structures, "extended XYZ file")->required();
  command
      ->add_option("--model", arguments->model,
                   "sevennet-0, sevennet-l3i5, sevennet-mf-0-pbe, sevennet-mf-0-r2scan (doctor "
                   "--fix fetches them), a model file, or ase:module:Class")
      ->capture_default_str();
  command->add_option("--out", arguments->out, "extended XYZ file")->required();
  command->add_option("--workers", arguments->workers, "threads; 0: one a core")
      ->capture_default_str();
  command
      ->add_option("--call-seconds", arguments->call_seconds,
                   "longest an ASE calculator may take for a structure: a hung one is replaced")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->callback([arguments, &exit_code] { exit_code = evaluate_file(*arguments); });
}

}  // namespace mlip::app
