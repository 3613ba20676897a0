#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <set>

#include "ace/basis.hpp"
#include "ace/files.hpp"
#include "app/commands.hpp"
#include "app/frame_file.hpp"
#include "app/model.hpp"
#include "app/stages.hpp"
#include "config/quantity.hpp"
#include "core/element.hpp"
#include "core/error.hpp"
#include "select/descriptors.hpp"
#include "select/farthest_points.hpp"
#include "select/point_file.hpp"

namespace mlip::app {

namespace {

struct SelectArguments {
  std::vector<std::string> structures, known;
  std::vector<std::pair<std::string, std::string>> quotas;
  std::string out = "selected.extxyz", potential;
  double cutoff = 5;
  select::FarthestOptions options;
};

void for_each_in(const std::vector<std::string>& files,
                 const std::function<void(io::Frame&&)>& visit) {
  for (const std::string& file : files) io::for_each_frame(file, visit);
}

std::string type_of(const io::Frame& frame) {
  const auto found = frame.info.find("config_type");
  const auto* type = found == frame.info.end() ? nullptr : std::get_if<std::string>(&found->second);
  return type == nullptr ? "all" : *type;
}

/// What there is to choose from, told by a first reading.
struct Offer {
  std::set<int> elements;
  std::vector<int> groups;  ///< of each structure: its config_type
  std::map<std::string, int> types;
};

Offer survey(const SelectArguments& arguments) {
  Offer offer;
  const auto add_elements = [&](const io::Frame& frame) {
    offer.elements.insert(frame.structure.numbers.begin(), frame.structure.numbers.end());
  };
  for_each_in(arguments.structures, [&](io::Frame&& frame) {
    add_elements(frame);
    offer.groups.push_back(
        offer.types.emplace(type_of(frame), static_cast<int>(offer.types.size())).first->second);
  });
  for_each_in(arguments.known, add_elements);
  if (offer.groups.empty())
    throw core::UserError(core::ExitCode::bad_input, "there is no structure to choose from",
                          "give files that hold structures");
  return offer;
}

/// All functions of the default basis, or those of a potential.
ace::Potential describing(const SelectArguments& arguments, const Offer& offer) {
  if (!arguments.potential.empty())
    return ace::read_yaml(find_potential(arguments.potential).potential);
  std::vector<std::string> symbols;
  for (const int number : offer.elements) symbols.emplace_back(core::element(number).symbol);
  ace::BasisOptions options;
  options.cutoff = arguments.cutoff;
  return ace::make_basis(symbols, options);
}

/// Fingerprints of the structures, then of the known ones.
void describe_all(const SelectArguments& arguments, const ace::Potential& potential,
                  const std::map<int, Eigen::Index>& widths, select::PointFile& points,
                  std::size_t structures, std::size_t& known) {
  const ace::Evaluator model(potential);
  Stages stages;
  std::size_t done = 0;
  const auto add = [&](io::Frame&& frame) {
    points.add(select::fingerprint(select::descriptors_of(frame.structure, {}, model), widths));
    stages.show("describe", ++done, std::max(done, structures));
  };
  for_each_in(arguments.structures, add);
  for_each_in(arguments.known, add);
  known = done - structures;
  stages.end();
}

std::vector<std::size_t> quotas_of(const SelectArguments& arguments, const Offer& offer) {
  std::vector<std::size_t> quotas(offer.types.size(), std::numeric_limits<std::size_t>::max());
  for (const auto& [type, most] : arguments.quotas) {
    const auto found = offer.types.find(type);
    if (found == offer.types.end())
      throw core::UserError(core::ExitCode::bad_input,
                            fmt::format("no structure is of config_type '{}'", type),
                            "name one that the files have");
    const auto number = config::parse_number(most);
    if (!number || !(number.value() >= 1))
      throw core::UserError(
          core::ExitCode::bad_input,
          fmt::format("--quota {} of '{}' is no number of structures", type, most),
          "write a type and a whole number: --quota liquid 100");
    quotas[static_cast<std::size_t>(found->second)] = static_cast<std::size_t>(number.value());
  }
  return quotas;
}

/// The chosen in the order they were chosen.
void write_chosen(const SelectArguments& arguments, const std::vector<select::FarthestPick>& picks,
                  FrameFile& out) {
  std::map<std::size_t, std::size_t> ranks;
  for (std::size_t rank = 0; rank < picks.size(); ++rank) ranks[picks[rank].index] = rank;
  std::vector<io::Frame> chosen(picks.size());
  std::size_t index = 0;
  for_each_in(arguments.structures, [&](io::Frame&& frame) {
    if (const auto found = ranks.find(index++); found != ranks.end())
      chosen[found->second] = std::move(frame);
  });
  for (std::size_t rank = 0; rank < picks.size(); ++rank) {
    chosen[rank].info["fps_rank"] = static_cast<long>(rank);
    if (std::isfinite(picks[rank].distance))
      chosen[rank].info["fps_distance"] = picks[rank].distance;
    out.write(chosen[rank]);
  }
  out.finish();
}

void select_farthest(const SelectArguments& arguments) {
  const Offer offer = survey(arguments);
  FrameFile out(arguments.out);
  const ace::Potential potential = describing(arguments, offer);
  std::map<int, Eigen::Index> widths;
  Eigen::Index rows = 0;
  for (std::size_t s = 0; s < potential.elements.size(); ++s) {
    const auto width = static_cast<Eigen::Index>(potential.functions[s].size());
    const int number = core::atomic_number(potential.elements[s]).value();
    if (offer.elements.contains(number)) rows += 2 * (widths[number] = width) + 1;
  }
  select::PointFile points(rows, std::filesystem::path(arguments.out).parent_path());
  select::FarthestOptions options = arguments.options;
  describe_all(arguments, potential, widths, points, offer.groups.size(), options.known);
  select::standardise(points.points());
  options.groups = offer.groups;
  options.quotas = quotas_of(arguments, offer);
  const double unit = std::sqrt(static_cast<double>(rows));
  options.least = 1e-6 * unit;  // copies of what was taken
  auto picks = select::farthest_points(points.points(), options);
  for (auto& pick : picks) pick.distance /= unit;
  write_chosen(arguments, picks, out);
  fmt::print("{} of {} structures, {} known before: {}\n", picks.size(), offer.groups.size(),
             options.known, arguments.out);
}

}  // namespace

void add_select(CLI::App& program, int&) {
  auto* group = program.add_subcommand("select", "the few of many structures that are worth it");
  group->require_subcommand(1);
  const auto arguments = std::make_shared<SelectArguments>();
  auto* command = group->add_subcommand(
      "fps", "each the furthest from all taken before, by ACE descriptors of its atoms");
  command->add_option("STRUCTURES", arguments->structures, "extended XYZ files; they may be huge")
      ->required();
  command->add_option("--count", arguments->options.count, "how many are taken at most")
      ->check(CLI::PositiveNumber)
      ->required();
  command->add_option("--known", arguments->known,
                      "extended XYZ files of structures that are there already: kept away from");
  command
      ->add_option("--quota", arguments->quotas,
                   "most structures of a config_type: --quota liquid 100")
      ->allow_extra_args(false);
  command->add_option("--potential", arguments->potential,
                      ".yaml file whose functions describe atoms; else those of a default basis");
  command->add_option("--cutoff", arguments->cutoff, "of the default basis, Å")
      ->check(CLI::Range(1.0, 20.0))
      ->capture_default_str();
  command->add_option("--threads", arguments->options.threads, "0: one a core")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_option("--out", arguments->out, "extended XYZ file")->capture_default_str();
  command->callback([arguments] { select_farthest(*arguments); });
}

}  // namespace mlip::app
