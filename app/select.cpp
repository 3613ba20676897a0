#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "ace/npy.hpp"
#include "app/commands.hpp"
#include "app/screen.hpp"
#include "app/selection.hpp"
#include "core/error.hpp"
#include "core/parallel.hpp"
#include "io/extended_xyz.hpp"
#include "select/farthest_points.hpp"
#include "select/spanning_points.hpp"
#include "soap/soap.hpp"

namespace mlip::app {

namespace {

void select_farthest(const SelectArguments& arguments) {
  Offered offered = describe(arguments, true);
  select::FarthestOptions options{
      offered.options, {}, 1e-6 * offered.unit};  // copies of what was taken
  std::vector<Taken> taken;
  for (const auto& pick : select::farthest_points(offered.points->points(), options))
    taken.push_back({pick.index, pick.distance / offered.unit});
  write_selection(arguments, offered, taken, {"fps", "distance"});
}

using SpanningChoice = std::vector<select::SpanningPick> (*)(
    const Eigen::Ref<const Eigen::MatrixXd>&, const select::ChoiceOptions&);

void select_spanning(const SelectArguments& arguments, SpanningChoice choose,
                     const std::pair<std::string, std::string>& method_and_worth) {
  Offered offered = describe(arguments, false);
  std::vector<Taken> taken;
  for (const auto& pick : choose(offered.points->points(), offered.options))
    taken.push_back({pick.index, pick.worth});
  write_selection(arguments, offered, taken, method_and_worth);
}

struct SoapArguments : SelectArguments {
  std::string average = "outer", basis = "gto", array = "soap.npy";
};

/// Descriptors of one structure, a row each.
Eigen::MatrixXd rows_of(const soap::Soap& soap, const core::Structure& structure,
                        const std::string& average) {
  if (average == "off") return soap.atoms(structure).transpose();
  return soap.average(structure, average == "inner" ? soap::Average::inner : soap::Average::outer)
      .transpose();
}

void write_soap(const SoapArguments& arguments) {
  const Offer offer = survey(arguments);
  soap::Options options = soap_options(arguments, offer);
  if (arguments.basis == "polynomial") options.basis = soap::Basis::polynomial;
  const soap::Soap soap(options);
  std::vector<core::Structure> structures;
  for (const std::string& file : arguments.structures)
    io::for_each_frame(
        file, [&](io::Frame&& frame) { structures.push_back(std::move(frame.structure)); });
  std::vector<Eigen::MatrixXd> parts(structures.size());
  core::parallel_for(parts.size(), core::thread_count(arguments.threads), [&](std::size_t k) {
    parts[k] = rows_of(soap, structures[k], arguments.average);
  });
  Eigen::Index count = 0, row = 0;
  for (const auto& part : parts) count += part.rows();
  Eigen::MatrixXd all(count, Eigen::Index(soap.features()));
  for (const auto& part : parts) {
    all.middleRows(row, part.rows()) = part;
    row += part.rows();
  }
  std::ofstream out(arguments.array, std::ios::binary);
  const std::string bytes = ace::write_npy(all);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!out.flush())
    throw core::UserError(core::ExitCode::failed, fmt::format("cannot write '{}'", arguments.array),
                          "choose a folder that can be written, on a disk with space");
  fmt::print("{} x {} numbers: {}\n", all.rows(), all.cols(), arguments.array);
}

void add_soap(CLI::App& group) {
  const auto arguments = std::make_shared<SoapArguments>();
  arguments->keep_copies = true;  // a row for each
  auto* command =
      group.add_subcommand("soap", "SOAP descriptors of atoms or structures, as a NumPy array");
  command->add_option("STRUCTURES", arguments->structures, "extended XYZ files")->required();
  command
      ->add_option("--average", arguments->average,
                   "off: a row an atom; inner, outer: a row a structure")
      ->check(CLI::IsMember({"inner", "off", "outer"}))
      ->capture_default_str();
  command->add_option("--basis", arguments->basis, "radial functions: gto, polynomial")
      ->check(CLI::IsMember({"gto", "polynomial"}))
      ->capture_default_str();
  add_soap_options(*command, *arguments);
  command->add_option("--out", arguments->array, "array in NumPy's format")->capture_default_str();
  command->callback([arguments] { write_soap(*arguments); });
}

}  // namespace

void add_select(CLI::App& program, int& exit_code) {
  auto* group = program.add_subcommand("select", "the few of many structures that are worth it");
  group->require_subcommand(1);
  const auto add = [&](const char* name, const char* meaning, auto choose) {
    const auto arguments = std::make_shared<SelectArguments>();
    auto* command = group->add_subcommand(name, meaning);
    add_selection_options(*command, *arguments);
    command->callback([arguments, choose] { choose(*arguments); });
  };
  add("cur", "each with the largest leverage on what the taken ones do not span (CUR)",
      [](const SelectArguments& arguments) {
        select_spanning(arguments, select::cur_points, {"cur", "leverage"});
      });
  add("dopt", "each the one that adds most to the volume of descriptors (D-optimal)",
      [](const SelectArguments& arguments) {
        const auto choose = [](const Eigen::Ref<const Eigen::MatrixXd>& points,
                               const select::ChoiceOptions& options) {
          return select::d_optimal_points(points, options);
        };
        select_spanning(arguments, choose, {"dopt", "gain"});
      });
  add("fps", "each the furthest from all taken before (farthest-point sampling)", select_farthest);
  add_screen(*group, exit_code);
  add_soap(*group);
}

}  // namespace mlip::app
