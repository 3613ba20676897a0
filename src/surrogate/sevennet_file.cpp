#include "surrogate/sevennet_file.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/element.hpp"

namespace mlip::surrogate {

namespace {

constexpr ModelKind sevennet_kind = {"MLIP-SEVENNET 1\n", "SevenNet",
                                     "fetch it again with: mlip-auto doctor --fix"};

void read_shape(const nlohmann::json& json, SevenNetFile& model) {
  json.at("name").get_to(model.name);
  json.at("version").get_to(model.version);
  json.at("energies").get_to(model.energies);
  json.at("source").get_to(model.source);
  json.at("cutoff").get_to(model.cutoff);
  json.at("silu_scale").get_to(model.silu_scale);
  json.at("species").get_to(model.species);
  const auto& envelope = json.at("envelope");
  model.envelope.polynomial = envelope.at("kind") == "polynomial";
  if (model.envelope.polynomial)
    envelope.at("power").get_to(model.envelope.power);
  else
    envelope.at("on").get_to(model.envelope.on);
  for (const auto& layer : json.at("layers"))
    model.layers.push_back({layer.at("in").get<std::vector<int>>(),
                            layer.at("out").get<std::vector<int>>(),
                            layer.at("paths").get<std::vector<std::array<int, 3>>>()});
}

/// The matrix products work on 16 channels at a time.
void check(const SevenNetFile& model) {
  const auto wrong = [](const std::vector<int>& channels) {
    for (int count : channels)
      if (count <= 0 || count % 16 != 0) return true;
    return channels.empty() || channels.size() > largest_l + 1;
  };
  for (const LayerShape& layer : model.layers) {
    if (wrong(layer.in) || wrong(layer.out)) model.fail("has layers of an unknown shape");
    for (const auto& [l1, l2, l3] : layer.paths)
      if (l1 < 0 || l2 < 0 || l3 < 0 || std::size_t(l1) >= layer.in.size() || l2 > largest_l ||
          std::size_t(l3) >= layer.out.size())
        model.fail("has a path between features that are not there");
  }
  for (int number : model.species)
    if (number < 1 || number > core::largest_atomic_number) model.fail("names no elements");
  if (model.layers.empty() || !(model.cutoff > 0)) model.fail("has no layers");
}

}  // namespace

SevenNetFile read_sevennet(const std::filesystem::path& file) {
  SevenNetFile model{read_model_file<float>(file, sevennet_kind), {}, {}, {}, {}, 0, {}, 1, {}, {}};
  try {
    read_shape(nlohmann::json::parse(model.header), model);
  } catch (const nlohmann::json::exception& error) {
    model.fail(fmt::format("has a header of an unknown form: {}", error.what()));
  }
  check(model);
  return model;
}

}  // namespace mlip::surrogate
