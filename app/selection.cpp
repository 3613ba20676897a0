#include "app/selection.hpp"

#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <limits>

#include "ace/basis.hpp"
#include "ace/files.hpp"
#include "app/frame_file.hpp"
#include "app/frames.hpp"
#include "app/model.hpp"
#include "app/selection_map.hpp"
#include "app/stages.hpp"
#include "config/quantity.hpp"
#include "core/element.hpp"
#include "core/error.hpp"
#include "core/parallel.hpp"
#include "select/descriptors.hpp"
#include "select/soap_points.hpp"

namespace mlip::app {

namespace {

constexpr std::size_t described_together = 512;

void for_each_in(const std::vector<std::string>& files,
                 const std::function<void(io::Frame&&)>& visit) {
  for (const std::string& file : files) io::for_each_frame(file, visit);
}

constexpr std::pair<const char*, soap::Compression> compressions[] = {
    {"crossover", soap::Compression::crossover},
    {"mu1nu1", soap::Compression::mu1nu1},
    {"mu2", soap::Compression::mu2},
    {"off", soap::Compression::off}};

/// Structures as vectors of one length.
struct Description {
  Eigen::Index length = 0;
  std::function<Eigen::VectorXd(const core::Structure&)> point;
  bool standardised = false;  ///< the numbers mean nothing before each is scaled to variance 1
};

Description by_soap(const SelectArguments& arguments, const Offer& offer) {
  const auto soap = std::make_shared<const soap::Soap>(soap_options(arguments, offer));
  return {Eigen::Index(soap->features()),
          [soap](const core::Structure& structure) { return select::soap_point(*soap, structure); },
          false};
}

/// All functions of the default basis, or those of a potential.
ace::Potential describing(const SelectArguments& arguments, const Offer& offer) {
  if (!arguments.potential.empty())
    return ace::read_yaml(find_potential(arguments.potential).potential);
  std::vector<std::string> symbols;
  for (const int number : offer.elements) symbols.emplace_back(core::element(number).symbol);
  ace::BasisOptions options;
  options.cutoff = arguments.soap.cutoff;
  return ace::make_basis(symbols, options);
}

Description by_ace(const SelectArguments& arguments, const Offer& offer) {
  const ace::Potential potential = describing(arguments, offer);
  std::map<int, Eigen::Index> widths;
  Eigen::Index length = 0;
  for (std::size_t s = 0; s < potential.elements.size(); ++s) {
    const auto width = static_cast<Eigen::Index>(potential.functions[s].size());
    const int number = core::atomic_number(potential.elements[s]).value();
    if (offer.elements.contains(number)) length += 2 * (widths[number] = width) + 1;
  }
  const auto model = std::make_shared<const ace::Evaluator>(potential);
  return {length,
          [model, widths](const core::Structure& structure) {
            return select::fingerprint(select::descriptors_of(structure, {}, *model), widths);
          },
          true};
}

/// Points of the structures, then of the known ones; how many are known.
std::size_t describe_all(const SelectArguments& arguments, const Description& description,
                         std::size_t structures, select::PointFile& points) {
  Stages stages;
  std::size_t done = 0;
  std::vector<core::Structure> waiting;
  const auto work_off = [&] {
    std::vector<Eigen::VectorXd> found(waiting.size());
    core::parallel_for(waiting.size(), core::thread_count(arguments.threads),
                       [&](std::size_t k) { found[k] = description.point(waiting[k]); });
    for (const auto& point : found) points.add(point);
    done += waiting.size();
    stages.show("describe", done, std::max(done, structures));
    waiting.clear();
  };
  const auto add = [&](io::Frame&& frame) {
    waiting.push_back(std::move(frame.structure));
    if (waiting.size() == described_together) work_off();
  };
  for_each_in(arguments.structures, add);
  for_each_in(arguments.known, add);
  work_off();
  stages.end();
  return done - structures;
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

}  // namespace

void add_soap_options(CLI::App& command, SelectArguments& arguments) {
  command.add_option("--cutoff", arguments.soap.cutoff, "of the descriptor, Å")
      ->check(CLI::Range(1.0, 20.0))
      ->capture_default_str();
  command.add_option("--n-max", arguments.soap.radial, "radial functions of SOAP")
      ->check(CLI::Range(1, 20))
      ->capture_default_str();
  command.add_option("--l-max", arguments.soap.angular, "largest l of SOAP")
      ->check(CLI::Range(0, 20))
      ->capture_default_str();
  command.add_option("--sigma", arguments.soap.sigma, "of the Gaussians of SOAP, Å")
      ->check(CLI::Range(0.05, 5.0))
      ->capture_default_str();
  std::vector<std::string> names;
  for (const auto& [name, compression] : compressions) names.emplace_back(name);
  command.add_option("--compression", arguments.compression, "of SOAP's pairs of species")
      ->check(CLI::IsMember(names))
      ->capture_default_str();
  command.add_option("--threads", arguments.threads, "0: one a core")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
}

void add_selection_options(CLI::App& command, SelectArguments& arguments) {
  command.add_option("STRUCTURES", arguments.structures, "extended XYZ files; they may be huge")
      ->required();
  command.add_option("--count", arguments.count, "how many are taken at most")
      ->check(CLI::PositiveNumber)
      ->required();
  command.add_option("--known", arguments.known,
                     "extended XYZ files of structures that are there already: kept away from");
  command
      .add_option("--quota", arguments.quotas,
                  "most structures of a config_type: --quota liquid 100")
      ->allow_extra_args(false);
  command
      .add_option("--descriptor", arguments.descriptor,
                  "what structures are compared by: soap, ace")
      ->check(CLI::IsMember({"ace", "soap"}))
      ->capture_default_str();
  command.add_option(
      "--potential", arguments.potential,
      ".yaml file whose functions describe atoms (--descriptor ace); else those of a "
      "default basis");
  add_soap_options(command, arguments);
  command.add_option("--out", arguments.out, "extended XYZ file")->capture_default_str();
  command.add_option("--map", arguments.map,
                     "HTML file with maps of what was taken: principal components, energy and "
                     "volume");
}

Offer survey(const SelectArguments& arguments) {
  Offer offer;
  const auto add_elements = [&](const io::Frame& frame) {
    offer.elements.insert(frame.structure.numbers.begin(), frame.structure.numbers.end());
  };
  for_each_in(arguments.structures, [&](io::Frame&& frame) {
    add_elements(frame);
    offer.groups.push_back(
        offer.types
            .emplace(text_or(frame, "config_type", "all"), static_cast<int>(offer.types.size()))
            .first->second);
  });
  for_each_in(arguments.known, add_elements);
  if (offer.groups.empty())
    throw core::UserError(core::ExitCode::bad_input, "there is no structure to choose from",
                          "give files that hold structures");
  if (arguments.count > offer.groups.size())
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("{} structures are asked for, but there are {}",
                                      arguments.count, offer.groups.size()),
                          fmt::format("ask for at most --count {}", offer.groups.size()));
  return offer;
}

soap::Options soap_options(const SelectArguments& arguments, const Offer& offer) {
  soap::Options options = arguments.soap;
  options.species.assign(offer.elements.begin(), offer.elements.end());
  for (const auto& [name, compression] : compressions)
    if (arguments.compression == name) options.compression = compression;
  return options;
}

Offered describe(const SelectArguments& arguments, bool centred) {
  Offered offered;
  offered.offer = survey(arguments);
  const Offer& offer = offered.offer;
  offered.options.quotas = quotas_of(arguments, offer);
  offered.options.groups = offer.groups;
  offered.options.count = arguments.count;
  offered.options.threads = arguments.threads;
  const bool ace = arguments.descriptor == "ace" || !arguments.potential.empty();
  const Description description = ace ? by_ace(arguments, offer) : by_soap(arguments, offer);
  offered.points = std::make_unique<select::PointFile>(
      description.length, std::filesystem::path(arguments.out).parent_path());
  offered.options.known =
      describe_all(arguments, description, offer.groups.size(), *offered.points);
  if (description.standardised) {
    select::standardise(offered.points->points());
    offered.unit = std::sqrt(static_cast<double>(description.length));
  } else if (centred) {
    select::centre(offered.points->points());
  }
  return offered;
}

void write_selection(const SelectArguments& arguments, Offered& offered,
                     const std::vector<Taken>& taken,
                     const std::pair<std::string, std::string>& method_and_worth) {
  if (taken.empty())
    throw core::UserError(core::ExitCode::failed,
                          "nothing was taken: every structure is known already",
                          "offer structures that differ from those of --known");
  const auto& [method, worth] = method_and_worth;
  FrameFile out(arguments.out);
  std::map<std::size_t, std::size_t> ranks;
  for (std::size_t rank = 0; rank < taken.size(); ++rank) ranks[taken[rank].index] = rank;
  std::vector<io::Frame> chosen(taken.size());
  std::size_t index = 0;
  for_each_in(arguments.structures, [&](io::Frame&& frame) {
    if (const auto found = ranks.find(index++); found != ranks.end())
      chosen[found->second] = std::move(frame);
  });
  for (std::size_t rank = 0; rank < taken.size(); ++rank) {
    chosen[rank].info[method + "_rank"] = static_cast<long>(rank);
    if (std::isfinite(taken[rank].worth))
      chosen[rank].info[method + "_" + worth] = taken[rank].worth;
    out.write(chosen[rank]);
  }
  out.finish();
  if (!arguments.map.empty()) write_selection_map(arguments, offered, taken, method);
  fmt::print("{} of {} structures, {} known before: {}\n", taken.size(),
             offered.offer.groups.size(), offered.options.known, arguments.out);
}

}  // namespace mlip::app
