#include <fmt/format.h>

#include <memory>

#include "ace/files.hpp"
#include "app/commands.hpp"
#include "app/labelled_data.hpp"
#include "app/model.hpp"
#include "app/stages.hpp"
#include "core/error.hpp"
#include "fit/active_builder.hpp"

namespace mlip::app {

namespace {

struct ActiveSetArguments {
  std::string potential, out;
  std::vector<std::string> data;
  fit::ActiveSetOptions options;
  double memory_mib = 1024;
};

constexpr std::size_t projected_together = 64;  // structures projected at a time

std::filesystem::path output(const ActiveSetArguments& arguments,
                             const std::filesystem::path& potential) {
  if (!arguments.out.empty()) return arguments.out;
  std::filesystem::path file = potential;
  return file.replace_extension(arguments.options.full ? ".asi.nonlinear" : ".asi");
}

ace::Potential read_potential(const std::filesystem::path& file) {
  if (file.extension() == ".yaml") return ace::read_yaml(file);
  throw core::UserError(core::ExitCode::bad_input,
                        fmt::format("'{}' is no .yaml file", file.string()),
                        "an active set belongs to the B functions, which a .yace file has lost: "
                        "give the potential's .yaml");
}

/// One pass over all structures.
std::size_t pass(const ActiveSetArguments& arguments, fit::ActiveSetBuilder& builder,
                 Stages& stages, int number) {
  std::vector<core::Structure> waiting;
  std::size_t done = 0;
  const auto work = [&] {
    builder.add(waiting);
    done += waiting.size();
    waiting.clear();
    stages.show(fmt::format("pass {}", number), done, done);
  };
  for_each_labelled({arguments.data, false, "", ""}, [&](fit::Item&& item, const std::string&) {
    waiting.push_back(std::move(item.structure));
    if (waiting.size() == projected_together) work();
  });
  work();
  return done;
}

void make_active_set(const ActiveSetArguments& arguments) {
  const auto files = find_potential(arguments.potential);
  const ace::Potential potential = read_potential(files.potential);
  fit::ActiveSetOptions options = arguments.options;
  options.batch_bytes = static_cast<std::size_t>(arguments.memory_mib * 1024 * 1024 /
                                                 static_cast<double>(potential.species()));
  fit::ActiveSetBuilder builder(potential, options);
  Stages stages;
  std::size_t structures = 0;
  int passes = 0;
  do {
    structures = pass(arguments, builder, stages, ++passes);
  } while (!builder.end_pass());
  stages.end();
  for (const fit::ActiveElement& element : builder.elements()) {
    fmt::print("{:<2} {:>6} functions, {:>9} atoms, log |det| {:.6f}\n", element.symbol,
               element.functions, element.atoms, element.log_determinant);
    if (element.atoms < static_cast<std::size_t>(element.functions))
      fmt::print(
          "   fewer atoms than functions: the directions they lack count as extrapolation\n");
  }
  const auto file = output(arguments, files.potential);
  ace::write_asi(builder.inverse(), file);
  fmt::print("{} structures, {} pass{}: {}\n", structures, passes, passes == 1 ? "" : "es",
             file.string());
}

}  // namespace

void add_activeset(CLI::App& program, int&) {
  const auto arguments = std::make_shared<ActiveSetArguments>();
  auto* command = program.add_subcommand(
      "activeset", "make the active set that extrapolation grades are counted from");
  command
      ->add_option("POTENTIAL", arguments->potential, ".yaml file, or a folder with potential.yaml")
      ->required();
  command
      ->add_option("DATA", arguments->data,
                   "structures: extended XYZ files or databases of runs; labels are not needed")
      ->required();
  command->add_option("--out", arguments->out,
                      "file to write; else the potential's with .asi (.asi.nonlinear with --full)");
  command->add_flag("--full", arguments->options.full,
                    "grades that know all densities of a nonlinear potential; else linear ones");
  command
      ->add_option("--tolerance", arguments->options.tolerance,
                   "largest grade of an atom of the data")
      ->check(CLI::Range(1.0001, 10.0))
      ->capture_default_str();
  command
      ->add_option("--memory", arguments->memory_mib,
                   "MiB of projections held at a time; larger data are read several times")
      ->check(CLI::Range(1.0, 1e7))
      ->capture_default_str();
  command->callback([arguments] { make_active_set(*arguments); });
}

}  // namespace mlip::app
