#include "fit/pacemaker/data_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/file.hpp"
#include "fit/pacemaker/python.hpp"

namespace mlip::fit::pacemaker {

namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

constexpr double longest_conversion_seconds = 3600;
constexpr std::array<const char*, 3> row_keys = {"energy_corrected", "name", "w_factor"};

Json list_of(const core::Vec3& v) {
  return {v[0], v[1], v[2]};
}

Json list_of(const std::vector<core::Vec3>& vectors) {
  Json list = Json::array();
  for (const core::Vec3& v : vectors) list.push_back(list_of(v));
  return list;
}

std::vector<core::Vec3> vectors_of(const Json& list) {
  std::vector<core::Vec3> vectors;
  for (const Json& v : list) vectors.emplace_back(v.at(0), v.at(1), v.at(2));
  return vectors;
}

Json value_of(const io::Value& value) {
  return std::visit([](const auto& held) { return Json(held); }, value);
}

bool all_are(const Json& list, bool (Json::*kind)() const noexcept) {
  return std::ranges::all_of(list, [kind](const Json& item) { return (item.*kind)(); });
}

io::Value info_of(const Json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number_integer()) return value.get<long>();
  if (value.is_number()) return value.get<double>();
  if (value.is_string()) return value.get<std::string>();
  if (value.is_array() && !value.empty()) {
    if (all_are(value, &Json::is_number_integer)) return value.get<std::vector<long>>();
    if (all_are(value, &Json::is_number)) return value.get<std::vector<double>>();
    if (all_are(value, &Json::is_string)) return value.get<std::vector<std::string>>();
  }
  return "_JSON " + value.dump();
}

/// Info and columns that are not the atoms' but Pacemaker's weights.
Json row_of(const io::Frame& frame, const std::string& place) {
  Json row = Json::object();
  const std::size_t atoms = frame.structure.size();
  const auto weight = frame.info.find("energy_weight");
  const auto mask = frame.columns.find("force_mask");
  std::vector<double> masks(atoms, 1);
  if (mask != frame.columns.end()) masks = mask->second.numbers;
  if (weight != frame.info.end() || mask != frame.columns.end()) {
    if (masks.size() != atoms)
      throw core::UserError(core::ExitCode::bad_input,
                            place + ": 'force_mask' must have one number an atom");
    row["w_energy"] = weight == frame.info.end() ? Json(1.0) : value_of(weight->second);
    row["w_forces"] = masks;
  }
  if (frame.labels.energy) row["energy"] = *frame.labels.energy;
  std::vector<core::Vec3> forces = frame.labels.forces;
  for (std::size_t i = 0; i < forces.size(); ++i)
    if (masks[i] == 0 && !forces[i].allFinite()) forces[i].setZero();
  if (!forces.empty()) row["forces"] = list_of(forces);
  if (const auto& s = frame.labels.stress)
    row["stress"] = {(*s)(0, 0), (*s)(1, 1), (*s)(2, 2), (*s)(1, 2), (*s)(0, 2), (*s)(0, 1)};
  for (const char* key : row_keys)
    if (const auto found = frame.info.find(key); found != frame.info.end())
      row[key] = value_of(found->second);
  return row;
}

bool in_row(const std::string& key) {
  return key == "energy_weight" || std::ranges::find(row_keys, key) != row_keys.end();
}

void add_atoms(const io::Frame& frame, Json& json) {
  const core::Structure& s = frame.structure;
  json["numbers"] = s.numbers;
  json["positions"] = list_of(s.positions);
  for (int row = 0; row < 3; ++row)
    json["cell"].push_back(list_of(core::Vec3(s.cell.vectors.row(row))));
  json["pbc"] = s.cell.periodic;
  json["info"] = Json::object();
  for (const auto& [key, value] : frame.info)
    if (!in_row(key)) json["info"][key] = value_of(value);
  if (frame.labels.total_magnetization) json["info"]["magmom"] = *frame.labels.total_magnetization;
  json["arrays"] = Json::object();
  for (const auto& [name, column] : frame.columns) {
    if (name == "force_mask") continue;
    json["arrays"][name] = {{"type", std::string(1, column.type)}, {"width", column.width}};
    Json& values = json["arrays"][name]["values"];
    if (column.type == 'S')
      values = column.words;
    else
      values = column.numbers;
  }
  if (!frame.labels.magnetic_moments.empty())
    json["arrays"]["magmoms"] = {
        {"type", "R"}, {"width", 1}, {"values", frame.labels.magnetic_moments}};
}

/// JSON has no infinities: nlohmann's dump would write null.
void check_finite(const Json& json, const std::string& place) {
  if (json.is_structured())
    for (const Json& item : json) check_finite(item, place);
  else if (json.is_number_float() && !std::isfinite(json.get<double>()))
    throw core::UserError(core::ExitCode::bad_input,
                          place + ": a number is not finite, Pacemaker wants none of these",
                          "mask the atom's force, or leave the structure out");
}

io::Column column_of(const Json& json) {
  io::Column column;
  column.type = json.at("type").get<std::string>().at(0);
  column.width = json.at("width");
  for (const Json& value : json.at("values")) {
    if (column.type == 'S')
      column.words.push_back(value);
    else if (value.is_boolean())
      column.numbers.push_back(value.get<bool>() ? 1 : 0);
    else if (value.is_string())
      column.numbers.push_back(std::stod(value.get<std::string>()));
    else
      column.numbers.push_back(value);
  }
  return column;
}

void take_labels(Json& row, io::Frame& frame) {
  const auto take = [&](const char* key) {
    Json value;
    if (row.contains(key)) value = row[key];
    return value;
  };
  const Json energy = take("energy"), corrected = take("energy_corrected");
  if (energy.is_number()) frame.labels.energy = energy;
  if (!frame.labels.energy && corrected.is_number()) {
    frame.labels.energy = corrected;
    row.erase("energy_corrected");
  }
  if (const Json forces = take("forces"); forces.is_array())
    frame.labels.forces = vectors_of(forces);
  if (const Json s = take("stress"); s.is_array() && s.size() == 6) {
    core::Mat3 stress;
    stress << s[0], s[5], s[4], s[5], s[1], s[3], s[4], s[3], s[2];
    frame.labels.stress = stress;
  }
  if (const Json weights = take("w_forces"); weights.is_array())
    frame.columns["force_mask"] = {'R', 1, weights.get<std::vector<double>>(), {}};
  if (row.contains("w_energy")) frame.info["energy_weight"] = row["w_energy"].get<double>();
  for (const char* key : {"energy", "forces", "stress", "w_forces", "w_energy"}) row.erase(key);
}

io::Frame frame_of(Json& json) {
  io::Frame frame;
  frame.structure.numbers = json.at("numbers").get<std::vector<int>>();
  frame.structure.positions = vectors_of(json.at("positions"));
  const auto rows = vectors_of(json.at("cell"));
  for (int k = 0; k < 3; ++k) {
    frame.structure.cell.vectors.row(k) = rows.at(static_cast<std::size_t>(k));
    frame.structure.cell.periodic[k] = json.at("pbc").at(k);
  }
  take_labels(json.at("row"), frame);
  for (const auto& [key, value] : json.at("info").items()) {
    if (key == "magmom" && value.is_number())
      frame.labels.total_magnetization = value.get<double>();
    else
      frame.info[key] = info_of(value);
  }
  for (const auto& [key, value] : json.at("row").items()) frame.info[key] = info_of(value);
  for (const auto& [name, column] : json.at("arrays").items()) {
    if (name == "magmoms" && column.at("width") == 1)
      frame.labels.magnetic_moments = column_of(column).numbers;
    else
      frame.columns[name] = column_of(column);
  }
  return frame;
}

}  // namespace

void write_data_set(const fs::path& file, const std::vector<io::Frame>& frames,
                    const fs::path& python) {
  Json json = Json::array();
  for (std::size_t k = 0; k < frames.size(); ++k) {
    const std::string place = fmt::format("structure {}", k + 1);
    Json one = {{"row", row_of(frames[k], place)}};
    add_atoms(frames[k], one);
    check_finite(one, place);
    json.push_back(std::move(one));
  }
  const ScratchFolder scratch;
  const fs::path text = scratch.path() / "frames.json", whole = scratch.path() / "set";
  core::write_atomically(text, json.dump(-1, ' ', false, Json::error_handler_t::replace));
  run_script(python, {"write", text.string(), whole.string()}, longest_conversion_seconds);
  core::write_atomically(file, core::read_file(whole));
}

std::vector<io::Frame> read_data_set(const fs::path& file, const fs::path& python) {
  const ScratchFolder scratch;
  const fs::path frames = scratch.path() / "frames.json";
  run_script(python, {"read", fs::absolute(file).string(), frames.string()},
             longest_conversion_seconds);
  std::vector<io::Frame> result;
  try {
    Json json = Json::parse(core::read_file(frames));
    for (Json& each : json) result.push_back(frame_of(each));
  } catch (const Json::exception& error) {
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("'{}' holds what extended XYZ has no place for: {}",
                                      file.string(), error.what()));
  }
  return result;
}

}  // namespace mlip::fit::pacemaker
