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

/// How many there will be.
std::size_t count_rows(const SoapArguments& arguments, const Offer& offer) {
  if (arguments.average != "off") return offer.numbers.size();
  std::size_t atoms = 0;
  for_each_offered(arguments, offer,
                   [&](std::size_t, const io::Frame& frame) { atoms += frame.structure.size(); });
  return atoms;
}

/// A few structures at a time: neither they nor the array has to fit into memory.
void write_soap(const SoapArguments& arguments) {
  constexpr std::size_t described_together = 512;
  const Offer offer = survey(arguments);
  soap::Options options = soap_options(arguments, offer);
  if (arguments.basis == "polynomial") options.basis = soap::Basis::polynomial;
  const soap::Soap soap(options);
  const std::size_t rows = count_rows(arguments, offer);
  std::ofstream out(arguments.array, std::ios::binary);
  out << ace::npy_header(rows, soap.features());
  std::vector<core::Structure> waiting;
  const auto work_off = [&] {
    std::vector<std::string> parts(waiting.size());
    core::parallel_for(parts.size(), core::thread_count(arguments.threads), [&](std::size_t k) {
      parts[k] = ace::npy_rows(rows_of(soap, waiting[k], arguments.average));
    });
    for (const std::string& part : parts) out << part;
    waiting.clear();
  };
  for_each_offered(arguments, offer, [&](std::size_t, io::Frame&& frame) {
    waiting.push_back(std::move(frame.structure));
    if (waiting.size() == described_together) work_off();
  });
  work_off();
  if (!out.flush())
    throw core::UserError(core::ExitCode::failed, fmt::format("cannot write '{}'", arguments.array),
                          "choose a folder that can be written, on a disk with space");
  fmt::print("{} x {} numbers: {}\n", rows, soap.features(), arguments.array);
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
