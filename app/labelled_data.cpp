#include "app/labelled_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "app/frames.hpp"
#include "core/error.hpp"
#include "store/database.hpp"

namespace mlip::app {

namespace {

double weight_of(const io::Frame& frame) {
  const auto found = frame.info.find("weight");
  if (found == frame.info.end()) return 1;
  if (const auto* real = std::get_if<double>(&found->second)) return *real;
  if (const auto* whole = std::get_if<long>(&found->second)) return double(*whole);
  return 1;
}

void take_energy(io::Frame& frame, const std::string& key) {
  const auto found = frame.info.find(key);
  if (found == frame.info.end()) return;
  if (const auto* real = std::get_if<double>(&found->second)) frame.labels.energy = *real;
  if (const auto* whole = std::get_if<long>(&found->second)) frame.labels.energy = double(*whole);
}

void take_forces(io::Frame& frame, const std::string& key) {
  const auto found = frame.columns.find(key);
  if (found == frame.columns.end() || found->second.width != 3) return;
  const auto& numbers = found->second.numbers;
  frame.labels.forces.clear();
  for (std::size_t k = 0; k + 2 < numbers.size(); k += 3)
    frame.labels.forces.emplace_back(numbers[k], numbers[k + 1], numbers[k + 2]);
}

void visit_frames(const std::string& file, const DataSource& source, const VisitLabelled& visit) {
  io::for_each_frame(file, [&](io::Frame&& frame) {
    if (!source.energy_key.empty()) take_energy(frame, source.energy_key);
    if (!source.forces_key.empty()) take_forces(frame, source.forces_key);
    fit::Item item;
    item.structure = std::move(frame.structure);
    item.labels = std::move(frame.labels);
    item.weight = weight_of(frame);
    if (const auto mask = frame.columns.find("force_mask");
        mask != frame.columns.end() && mask->second.width == 1)
      item.force_mask = mask->second.numbers;
    visit(std::move(item), info_or<std::string>(frame, "config_type", "all"));
  });
}

std::string most_frequent_level(const std::vector<store::Record>& records) {
  std::map<std::string, std::size_t> counts;
  for (const auto& record : records)
    if (record.candidate.structure.size() > 1) ++counts[record.outcome.level_of_theory];
  if (counts.empty()) return "";
  return std::ranges::max_element(counts, {}, [](const auto& one) { return one.second; })->first;
}

void visit_rows(const std::string& file, bool held_out, const VisitLabelled& visit) {
  const store::Database database(file, store::Database::Mode::read_only);
  const auto records = database.with_state(store::State::labeled);
  const std::string level = most_frequent_level(records);
  for (const auto& record : records) {
    const bool alone = record.candidate.structure.size() == 1;
    if (record.holdout != held_out || (record.outcome.level_of_theory != level && !alone)) continue;
    fit::Item item;
    item.structure = record.candidate.structure;
    item.labels = record.outcome.labels;
    item.force_mask = record.candidate.force_mask;
    item.fit_energy = item.fit_stress = record.candidate.fit_energy_and_stress;
    visit(std::move(item), record.candidate.config_type);
  }
}

/// Keys and columns that might be the labels.
std::string other_names(const std::string& file) {
  std::set<std::string> names;
  for (const io::Frame& frame : io::read_extended_xyz(file)) {
    for (const auto& [name, value] : frame.info)
      if (std::holds_alternative<double>(value)) names.insert(name);
    for (const auto& [name, column] : frame.columns)
      if (column.width == 3 && column.type == 'R') names.insert(name);
  }
  return names.empty() ? "" : fmt::format("; '{}' has {}", file, fmt::join(names, ", "));
}

}  // namespace

void for_each_labelled(const DataSource& source, const VisitLabelled& visit) {
  for (const std::string& file : source.files)
    if (std::filesystem::path(file).extension() == ".db")
      visit_rows(file, source.held_out, visit);
    else
      visit_frames(file, source, visit);
}

LabelledData read_labelled(const DataSource& source) {
  LabelledData data;
  std::size_t labelled = 0;
  for_each_labelled(source, [&](fit::Item&& item, const std::string& config_type) {
    labelled += item.labels.energy || !item.labels.forces.empty() || item.labels.stress;
    data.items.push_back(std::move(item));
    data.config_types.push_back(config_type);
  });
  if (labelled > 0) return data;
  std::string found;
  for (const std::string& file : source.files)
    if (std::filesystem::path(file).extension() != ".db") found += other_names(file);
  throw core::UserError(core::ExitCode::bad_input,
                        fmt::format("no labels in {}: {} structures, none with an energy, forces "
                                    "or a stress{}",
                                    fmt::join(source.files, ", "), data.items.size(), found),
                        "extended XYZ calls them 'energy', 'stress' and 'forces:R:3'; name others "
                        "with --energy-key and --forces-key");
}

void apply_weights(const std::map<std::string, double>& weights, LabelledData& data) {
  const std::set<std::string> types(data.config_types.begin(), data.config_types.end());
  for (const auto& [type, weight] : weights) {
    if (!types.contains(type))
      throw core::UserError(core::ExitCode::bad_input,
                            fmt::format("no structure has the config_type '{}'", type),
                            fmt::format("the data have: {}", fmt::join(types, ", ")));
    for (std::size_t k = 0; k < data.items.size(); ++k)
      if (data.config_types[k] == type) data.items[k].weight *= weight;
  }
}

}  // namespace mlip::app
