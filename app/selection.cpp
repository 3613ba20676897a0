#include "app/selection.hpp"

#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <limits>
#include <optional>

#include "ace/basis.hpp"
#include "ace/files.hpp"
#include "app/candidate_file.hpp"
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
#include "soap/weighting.hpp"
#include "store/originals.hpp"

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

constexpr std::pair<const char*, soap::WeightFunction> weight_functions[] = {
    {"exp", soap::WeightFunction::exp},
    {"none", soap::WeightFunction::none},
    {"poly", soap::WeightFunction::poly},
    {"pow", soap::WeightFunction::pow}};
constexpr double longest_cutoff = 20;  // Å

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
  options.cutoff = arguments.cutoff.value_or(arguments.soap.cutoff);
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

/// Points of what is offered, then of the known ones; how many are known.
std::size_t describe_all(const SelectArguments& arguments, const Offer& offer,
                         const Description& description, select::PointFile& points) {
  Stages stages;
  const std::size_t structures = offer.numbers.size();
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
  for_each_offered(arguments, offer,
                   [&](std::size_t, io::Frame&& frame) { add(std::move(frame)); });
  for_each_in(arguments.known, add);
  work_off();
  stages.end();
  return done - structures;
}

[[noreturn]] void refuse_known() {
  throw core::UserError(core::ExitCode::failed,
                        "nothing was taken: every structure is known already",
                        "offer structures that differ from those of --known");
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

namespace {

template <class Value, std::size_t count>
std::vector<std::string> names_of(const std::pair<const char*, Value> (&table)[count]) {
  std::vector<std::string> names;
  for (const auto& [name, value] : table) names.emplace_back(name);
  return names;
}

void add_weighting_options(CLI::App& command, SelectArguments& arguments) {
  auto& weighting = arguments.soap.weighting;
  command
      .add_option("--weighting", arguments.weighting,
                  "of atoms in SOAP by their distance r: none, poly, pow, exp")
      ->check(CLI::IsMember(names_of(weight_functions)))
      ->capture_default_str();
  command.add_option("--weight-r0", weighting.r0, "r0 of the weights, Å")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  const auto add = [&](const char* name, double& value, const char* meaning) {
    command.add_option(name, value, meaning)->check(CLI::NonNegativeNumber)->capture_default_str();
  };
  add("--weight-c", weighting.c, "c of the weights");
  add("--weight-d", weighting.d, "d of the weights");
  add("--weight-m", weighting.m, "m of the weights");
  command
      .add_option("--weight-centre", weighting.centre,
                  "of the atom in the centre, in place of its weight at r = 0")
      ->check(CLI::NonNegativeNumber);
}

/// Where nobody says it, the weights do.
double cutoff_of(const SelectArguments& arguments, const soap::Options& options) {
  if (arguments.cutoff) return *arguments.cutoff;
  const double cutoff = soap::natural_cutoff(options.weighting).value_or(options.cutoff);
  if (cutoff > longest_cutoff)
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("the weights of atoms end at {:.4g} Å only", cutoff),
                          "give a --cutoff, or other numbers of the weights");
  return cutoff;
}

}  // namespace

void add_soap_options(CLI::App& command, SelectArguments& arguments) {
  command
      .add_option("--cutoff", arguments.cutoff,
                  fmt::format("of the descriptor, Å; else {}, or where the weights end",
                              arguments.soap.cutoff))
      ->check(CLI::Range(1.0, longest_cutoff));
  command.add_option("--n-max", arguments.soap.radial, "radial functions of SOAP")
      ->check(CLI::Range(1, 20))
      ->capture_default_str();
  command.add_option("--l-max", arguments.soap.angular, "largest l of SOAP")
      ->check(CLI::Range(0, 20))
      ->capture_default_str();
  command.add_option("--sigma", arguments.soap.sigma, "of the Gaussians of SOAP, Å")
      ->check(CLI::Range(0.05, 5.0))
      ->capture_default_str();
  command.add_option("--compression", arguments.compression, "of SOAP's pairs of species")
      ->check(CLI::IsMember(names_of(compressions)))
      ->capture_default_str();
  add_weighting_options(command, arguments);
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
  command.add_flag("--keep-copies", arguments.keep_copies, keep_copies_meaning);
  command.add_option("--map", arguments.map,
                     "HTML file with maps of what was taken: principal components, energy and "
                     "volume");
}

Offer survey(const SelectArguments& arguments) {
  Offer offer;
  std::optional<store::Originals> originals;
  if (!arguments.keep_copies) originals.emplace(std::filesystem::path(arguments.out).parent_path());
  const auto is_new = [&](const io::Frame& frame) {
    offer.elements.insert(frame.structure.numbers.begin(), frame.structure.numbers.end());
    return !originals || !originals->original_of(frame.structure);
  };
  for_each_in(arguments.known, [&](io::Frame&& frame) { (void)is_new(frame); });
  std::size_t all = 0;
  for_each_in(arguments.structures, [&](io::Frame&& frame) {
    const auto [type, fresh] = offer.types.emplace(
        info_or<std::string>(frame, "config_type", "all"), static_cast<int>(offer.types.size()));
    const std::size_t number = all++;
    if (!is_new(frame)) return;
    offer.numbers.push_back(number);
    offer.groups.push_back(type->second);
  });
  if (all == 0)
    throw core::UserError(core::ExitCode::bad_input, "there is no structure to choose from",
                          "give files that hold structures");
  if (arguments.count > all)
    throw core::UserError(
        core::ExitCode::bad_input,
        fmt::format("{} structures are asked for, but there are {}", arguments.count, all),
        fmt::format("ask for at most --count {}", all));
  if (offer.numbers.empty()) refuse_known();
  if (offer.numbers.size() < all)
    fmt::print("{} copies of {}earlier structures are left out\n", all - offer.numbers.size(),
               arguments.known.empty() ? "" : "known or ");
  return offer;
}

void for_each_offered(const SelectArguments& arguments, const Offer& offer,
                      const std::function<void(std::size_t, io::Frame&&)>& visit) {
  std::size_t number = 0, index = 0;
  for_each_in(arguments.structures, [&](io::Frame&& frame) {
    if (index < offer.numbers.size() && offer.numbers[index] == number++)
      visit(index++, std::move(frame));
  });
}

soap::Options soap_options(const SelectArguments& arguments, const Offer& offer) {
  soap::Options options = arguments.soap;
  options.species.assign(offer.elements.begin(), offer.elements.end());
  for (const auto& [name, compression] : compressions)
    if (arguments.compression == name) options.compression = compression;
  for (const auto& [name, function] : weight_functions)
    if (arguments.weighting == name) options.weighting.function = function;
  options.cutoff = cutoff_of(arguments, options);
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
  offered.options.known = describe_all(arguments, offer, description, *offered.points);
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
  if (taken.empty()) refuse_known();
  const auto& [method, worth] = method_and_worth;
  FrameFile out(arguments.out);
  std::map<std::size_t, std::size_t> ranks;
  for (std::size_t rank = 0; rank < taken.size(); ++rank) ranks[taken[rank].index] = rank;
  std::vector<io::Frame> chosen(taken.size());
  for_each_offered(arguments, offered.offer, [&](std::size_t index, io::Frame&& frame) {
    if (const auto found = ranks.find(index); found != ranks.end())
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
