#include "surrogate/mace_file.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/element.hpp"

namespace mlip::surrogate {

namespace {

constexpr ModelKind mace_kind = {"MLIP-MACE 1\n", "MACE",
                                 "convert it again with: mlip-auto surrogate convert"};

void read_mace_header(const nlohmann::json& json, MaceFile& model) {
  json.at("name").get_to(model.name);
  json.at("version").get_to(model.version);
  json.at("cutoff").get_to(model.cutoff);
  json.at("channels").get_to(model.channels);
  json.at("silu_scale").get_to(model.silu_scale);
  json.at("scale").get_to(model.scale);
  json.at("shift").get_to(model.shift);
  json.at("numbers").get_to(model.numbers);
  json.at("power").get_to(model.power);
  if (const auto& values = json.at("agnesi"); !values.is_null())
    model.agnesi = Agnesi{values.at(0), values.at(1), values.at(2)};
  if (json.contains("repulsion")) {
    const auto& values = json.at("repulsion");
    model.repulsion = Repulsion{values.at("power"), values.at("exponent"), values.at("prefactor"),
                                values.at("coefficients").get<std::array<double, 4>>()};
  }
  for (const auto& layer : json.at("layers"))
    model.layers.push_back({layer.at("in"), layer.at("middle"), layer.at("out"),
                            layer.at("paths").get<std::vector<std::array<int, 3>>>(),
                            layer.at("radial_layers")});
}

/// The matrix products work on 16 channels at a time.
void check_mace(const MaceFile& model) {
  constexpr int most = 4;  // angular momenta
  if (model.channels <= 0 || model.channels % 16 != 0)
    model.fail("has a number of channels that is no multiple of 16");
  for (const MaceLayerShape& layer : model.layers) {
    for (int count : {layer.in, layer.middle, layer.out})
      if (count < 1 || count > most) model.fail("has layers of an unknown shape");
    for (const auto& [l1, l2, l3] : layer.paths)
      if (l1 < 0 || l2 < 0 || l3 < 0 || l1 >= layer.in || l2 >= most || l3 >= layer.middle)
        model.fail("has a path between features that are not there");
  }
  for (int number : model.numbers)
    if (number < 1 || number > core::largest_atomic_number) model.fail("names no elements");
  if (model.layers.empty() || !(model.cutoff > 0)) model.fail("has no layers");
}

}  // namespace

MaceFile read_mace(const std::filesystem::path& file) {
  MaceFile model{
      read_model_file<double>(file, mace_kind), {}, {}, 0, 0, 1, 1, 0, {}, 0, {}, {}, {}};
  try {
    read_mace_header(nlohmann::json::parse(model.header), model);
  } catch (const nlohmann::json::exception& error) {
    model.fail(fmt::format("has a header of an unknown form: {}", error.what()));
  }
  check_mace(model);
  return model;
}

}  // namespace mlip::surrogate
