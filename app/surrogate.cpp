#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "app/commands.hpp"
#include "app/interrupt.hpp"
#include "app/surrogate_evaluation.hpp"
#include "core/error.hpp"
#include "surrogate/mace_convert.hpp"
#include "surrogate/sevennet_library.hpp"

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
  if (done.evaluated + done.failed == 0) {
    std::filesystem::remove(arguments.out);
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("'{}' holds no structure", arguments.structures),
                          "give a file that holds structures");
  }
  fmt::print("{} evaluated, {} failed: {}\n", done.evaluated, done.failed, arguments.out);
  if (done.failed == 0) return int(core::ExitCode::done);
  fmt::print("structures without an answer, with surrogate_failure: {}\n", done.failures.string());
  return int(core::ExitCode::failed);
}

int fetch_models() {
  const auto folder = surrogate::sevennet_folder();
  std::size_t models = surrogate::count_sevennet(folder);
  if (models < surrogate::sevennet_names().size()) {
    fmt::print(stderr, "fetching sevenn 0.13.0 from PyPI (43 MB)\n");
    models = surrogate::fetch_sevennet(folder);
  }
  fmt::print("{} models in {}\n", models, folder.string());
  return int(core::ExitCode::done);
}

void add_surrogate_fetch(CLI::App& group, int& exit_code) {
  auto* command = group.add_subcommand(
      "fetch", "the SevenNet models from PyPI, where they are not there yet; ./dev run does it");
  command->callback([&exit_code] { exit_code = fetch_models(); });
}

struct ConvertArguments {
  std::string model, out;
  std::vector<std::string> elements;
};

void add_surrogate_convert(CLI::App& group) {
  const auto arguments = std::make_shared<ConvertArguments>();
  auto* command = group.add_subcommand(
      "convert", "a MACE model for the engine of our own, which is much faster than libtorch");
  command->add_option("MODEL", arguments->model, "export of mace_create_lammps_model (.pt)")
      ->required();
  command->add_option("--elements", arguments->elements, "chemical symbols, as Fe,Ni")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->required();
  command->add_option("--out", arguments->out, "file of the converted model (.mace)")->required();
  command->callback([arguments] {
    surrogate::convert_mace(arguments->model, arguments->elements, arguments->out);
    fmt::print("{}\n", arguments->out);
  });
}

}  // namespace

void add_surrogate(CLI::App& program, int& exit_code) {
  auto* group = program.add_subcommand("surrogate", "pretrained universal potentials");
  group->require_subcommand(1);
  add_surrogate_convert(*group);
  add_surrogate_fetch(*group, exit_code);
  const auto arguments = std::make_shared<SurrogateArguments>();
  auto* command = group->add_subcommand(
      "eval",
      "energies, forces and stresses of structures, one at a time: files may be huge; again "
      "resumes");
  command->add_option("STRUCTURES", arguments->structures, "extended XYZ file")->required();
  command
      ->add_option("--model", arguments->model,
                   "sevennet-0, sevennet-l3i5, sevennet-mf-0-pbe, sevennet-mf-0-r2scan (surrogate "
                   "fetch gets them), a model file (.mace, .pt, .sevennet), or ase:module:Class")
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
