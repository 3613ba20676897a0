#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "app/candidate_file.hpp"
#include "app/commands.hpp"
#include "app/composition.hpp"
#include "core/error.hpp"
#include "generate/grain_boundaries.hpp"
#include "generate/stacking_faults.hpp"
#include "generate/surfaces.hpp"

namespace mlip::app {

namespace {

/// What the three kinds are asked alike.
struct PlaneArguments {
  std::string structure;
  CandidateOutput out;
  std::vector<std::string> planes;
  double tolerance = 0.01;

  [[nodiscard]] generate::Symmetry symmetry() const {
    return generate::find_symmetry(read_structure(structure), tolerance);
  }
};

core::Vec3 three_numbers(const std::string& text) {
  const auto words = split_words(text, ',');
  if (words.size() != 3)
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("'{}' are not three numbers", text),
                          "write them with commas: 1,1,0, or 1/6,1/6,-1/3 for a shift");
  core::Vec3 numbers;
  for (std::size_t k = 0; k < 3; ++k) {
    const auto parts = split_words(words[k], '/');
    const double over = parts.size() == 2 ? number_of(parts[1], text) : 1;
    numbers[Eigen::Index(k)] = number_of(parts[0], text) / over;
  }
  return numbers;
}

generate::Miller plane_of(const std::string& text) {
  const core::Vec3 numbers = three_numbers(text), whole = numbers.array().round();
  constexpr double largest_index = 20;
  if (numbers != whole || !(numbers.cwiseAbs().maxCoeff() <= largest_index))
    throw core::UserError(core::ExitCode::bad_input, fmt::format("'{}' is no plane", text),
                          "give three whole indices of the conventional cell: 1,1,0");
  return whole.cast<int>();
}

std::vector<generate::Miller> planes_of(const PlaneArguments& arguments) {
  std::vector<generate::Miller> planes;
  for (const std::string& text : arguments.planes) planes.push_back(plane_of(text));
  return planes;
}

void write_planes(const PlaneArguments& arguments, const std::vector<core::Candidate>& candidates,
                  const std::vector<std::string>& left_out) {
  for (const auto& candidate : candidates)
    fmt::print("{:>4} atoms: {}\n", candidate.structure.size(), candidate.origin);
  for (const std::string& what : left_out)
    fmt::print(stderr, "left out, more than '--max-atoms': {}\n", what);
  if (candidates.empty())
    throw core::UserError(core::ExitCode::bad_input, "nothing is left to write",
                          "give a smaller '--thickness', or allow more '--max-atoms'");
  write_candidates(arguments.out, candidates, {});
}

void add_planes(CLI::App& command, PlaneArguments& arguments, const char* out, const char* planes) {
  arguments.out.file = out;
  command.add_option("--structure", arguments.structure, "file with the crystal")->required();
  command.add_option("--plane", arguments.planes, planes)->allow_extra_args(false);
  command.add_option("--tolerance", arguments.tolerance, "of the symmetry (Å)")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  add_output(command, arguments.out);
}

void add_thickness(CLI::App& command, double& thickness, const char* what) {
  command.add_option("--thickness", thickness, what)
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
}

void add_surfaces(CLI::App& generate) {
  struct SurfaceArguments : PlaneArguments {
    generate::SurfaceOptions options;
  };
  const auto arguments = std::make_shared<SurfaceArguments>();
  auto& options = arguments->options;
  auto* command = generate.add_subcommand("surfaces", "slabs with vacuum, all terminations");
  add_planes(*command, *arguments, "surfaces.extxyz",
             "Miller indices of the conventional cell: 1,1,0; an option each; else the "
             "inequivalent ones");
  command->add_option("--largest-index", options.largest_index, "of planes that are not named")
      ->check(CLI::Range(1, 4))
      ->capture_default_str();
  add_thickness(*command, options.thickness, "of the crystal, at least (Å)");
  command->add_option("--vacuum", options.vacuum, "Å")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->add_option("--max-atoms", options.max_atoms, "of a slab; larger ones are left out")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->callback([arguments] {
    arguments->options.planes = planes_of(*arguments);
    const auto made = generate::make_surfaces(arguments->symmetry(), arguments->options);
    write_planes(*arguments, made.candidates, made.left_out);
  });
}

void add_stacking_faults(CLI::App& generate) {
  struct FaultArguments : PlaneArguments {
    std::string shift;
    generate::StackingFaultOptions options;
  };
  const auto arguments = std::make_shared<FaultArguments>();
  auto& options = arguments->options;
  auto* command = generate.add_subcommand(
      "stacking-faults", "one half of a crystal shifted over the other, step by step");
  add_planes(*command, *arguments, "stacking-faults.extxyz",
             "of the shift; else the usual slips of fcc, bcc and hcp elements");
  command->get_option("--plane")->expected(1);
  auto* shift = command->add_option("--shift", arguments->shift,
                                    "at the path's end, in vectors of the conventional cell: "
                                    "1/6,1/6,-1/3");
  shift->needs(command->get_option("--plane"));
  command->get_option("--plane")->needs(shift);
  command->add_option("--steps", options.steps, "of the path")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  add_thickness(*command, options.thickness, "between a fault and its image, at least (Å)");
  command->callback([arguments] {
    auto& asked = arguments->options;
    if (!arguments->shift.empty())
      asked.slip = {plane_of(arguments->planes.front()), three_numbers(arguments->shift)};
    write_planes(*arguments, generate::make_stacking_faults(arguments->symmetry(), asked), {});
  });
}

void add_grain_boundaries(CLI::App& generate) {
  struct BoundaryArguments : PlaneArguments {
    generate::GrainBoundaryOptions options;
  };
  const auto arguments = std::make_shared<BoundaryArguments>();
  auto& options = arguments->options;
  auto* command = generate.add_subcommand(
      "grain-boundaries", "symmetric tilt boundaries of cubic crystals, two a cell");
  add_planes(*command, *arguments, "grain-boundaries.extxyz",
             "of the boundary: 2,1,0; an option each; else all up to the largest Σ");
  command->add_option("--largest-sigma", options.largest_sigma, "of planes that are not named")
      ->check(CLI::Range(3, 99))
      ->capture_default_str();
  add_thickness(*command, options.thickness, "of a grain, at least (Å)");
  command
      ->add_option("--shifts", options.shifts,
                   "of one grain along each vector in the plane, the first of them 0")
      ->check(CLI::Range(1, 20))
      ->capture_default_str();
  command
      ->add_option("--closest", options.closest,
                   "of atoms over the nearest-neighbour distance; else one is taken away")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command->add_option("--max-atoms", options.max_atoms, "of a cell; larger ones are left out")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command->callback([arguments] {
    arguments->options.planes = planes_of(*arguments);
    const auto made = generate::make_grain_boundaries(arguments->symmetry(), arguments->options);
    write_planes(*arguments, made.candidates, made.left_out);
  });
}

}  // namespace

void add_generate_planes(CLI::App& generate) {
  add_surfaces(generate);
  add_stacking_faults(generate);
  add_grain_boundaries(generate);
}

}  // namespace mlip::app
