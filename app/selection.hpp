/// What the commands of `select` share: structures as points, what is known and may be taken.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "io/extended_xyz.hpp"
#include "select/openings.hpp"
#include "select/point_file.hpp"
#include "soap/options.hpp"

namespace mlip::app {

struct SelectArguments {
  std::vector<std::string> structures, known;
  std::vector<std::pair<std::string, std::string>> quotas;
  std::size_t count = 0;
  std::string descriptor = "soap", potential, out = "selected.extxyz", map;
  std::string compression = "off";
  std::string weighting = "none";
  std::optional<double> cutoff;  ///< Å
  soap::Options soap;            ///< without species, compression and cutoff
  int threads = 0;
  bool keep_copies = false;
};

/// The options of what a SOAP descriptor is made of.
void add_soap_options(CLI::App& command, SelectArguments& arguments);
/// Files, counts, quotas, descriptors.
void add_selection_options(CLI::App& command, SelectArguments& arguments);

/// What there is to choose from, told by a first reading.
struct Offer {
  std::set<int> elements;            ///< of the known ones too
  std::vector<std::size_t> numbers;  ///< of each structure in the files, copies left out
  std::vector<int> groups;           ///< of each structure: its config_type
  std::map<std::string, int> types;  ///< the number of each config_type
};

/// Copies of known structures and of earlier ones are not offered; how many is told.  Throws
/// core::UserError where there is nothing, or less than is asked for.
[[nodiscard]] Offer survey(const SelectArguments& arguments);

/// What is offered, in order, with its index.
void for_each_offered(const SelectArguments& arguments, const Offer& offer,
                      const std::function<void(std::size_t, io::Frame&&)>& visit);

/// The descriptor that was asked for, of all elements that occur.
[[nodiscard]] soap::Options soap_options(const SelectArguments& arguments, const Offer& offer);

/// Structures, then known ones, as points.
struct Offered {
  Offer offer;
  std::unique_ptr<select::PointFile> points;
  double unit = 1;  ///< by which distances are divided
  /// With known, groups and quotas.
  select::ChoiceOptions options;
};
/// `centred` points have their mean at zero.
[[nodiscard]] Offered describe(const SelectArguments& arguments, bool centred);

/// A structure that was taken, with the number that tells why.
struct Taken {
  std::size_t index;
  double worth;  ///< infinite where there is none
};

/// Writes what was taken, in this order, with the keys METHOD_rank and METHOD_`worth`, and the map
/// where one is asked for.  Throws core::UserError where nothing was taken.
void write_selection(const SelectArguments& arguments, Offered& offered,
                     const std::vector<Taken>& taken,
                     const std::pair<std::string, std::string>& method_and_worth);

}  // namespace mlip::app
