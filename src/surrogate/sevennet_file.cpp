#include "surrogate/sevennet_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string_view>

#include "core/archive.hpp"
#include "core/element.hpp"
#include "core/error.hpp"
#include "core/file.hpp"

namespace mlip::surrogate {

namespace {

static_assert(std::endian::native == std::endian::little, "tensors are read as they lie");

constexpr std::string_view magic = "MLIP-SEVENNET 1\n";

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& what) {
  throw core::UserError(core::ExitCode::bad_input,
                        fmt::format("the SevenNet model '{}' {}", file.string(), what),
                        "fetch it again with: mlip-auto doctor --fix");
}

/// The content without its checksum.
std::string_view verified(std::string_view content, const std::filesystem::path& file) {
  if (!content.starts_with(magic)) fail(file, "is no model file of mlip-auto");
  std::uint32_t stored = 0;
  if (content.size() < magic.size() + sizeof stored) fail(file, "is cut short");
  std::memcpy(&stored, content.data() + content.size() - sizeof stored, sizeof stored);
  content.remove_suffix(sizeof stored);
  if (core::checksum(content) != stored)
    fail(file, "is damaged or cut short: its checksum differs");
  return content;
}

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

void read_tensors(const nlohmann::json& json, std::string_view content, SevenNetFile& model) {
  for (const auto& entry : json) {
    Tensor tensor;
    entry.at(1).get_to(tensor.shape);
    std::size_t size = 1;
    for (int extent : tensor.shape) size *= static_cast<std::size_t>(extent);
    if (size > content.size() / sizeof(float)) fail(model.path, "has fewer weights than it says");
    tensor.values.resize(size);
    std::memcpy(tensor.values.data(), content.data(), size * sizeof(float));
    content.remove_prefix(size * sizeof(float));
    model.tensors.emplace(entry.at(0).get<std::string>(), std::move(tensor));
  }
}

/// The matrix products work on 16 channels at a time.
void check(const SevenNetFile& model) {
  const auto wrong = [](const std::vector<int>& channels) {
    for (int count : channels)
      if (count <= 0 || count % 16 != 0) return true;
    return channels.empty() || channels.size() > largest_l + 1;
  };
  for (const LayerShape& layer : model.layers) {
    if (wrong(layer.in) || wrong(layer.out)) fail(model.path, "has layers of an unknown shape");
    for (const auto& [l1, l2, l3] : layer.paths)
      if (l1 < 0 || l2 < 0 || l3 < 0 || std::size_t(l1) >= layer.in.size() || l2 > largest_l ||
          std::size_t(l3) >= layer.out.size())
        fail(model.path, "has a path between features that are not there");
  }
  for (int number : model.species)
    if (number < 1 || number > core::largest_atomic_number) fail(model.path, "names no elements");
  if (model.layers.empty() || !(model.cutoff > 0)) fail(model.path, "has no layers");
}

}  // namespace

const std::vector<float>& SevenNetFile::values(const std::string& tensor,
                                               const std::vector<int>& shape) const {
  const auto found = tensors.find(tensor);
  if (found == tensors.end()) fail(path, fmt::format("has no tensor '{}'", tensor));
  if (found->second.shape != shape)
    fail(path,
         fmt::format("has a tensor '{}' of shape {}, not {}", tensor, found->second.shape, shape));
  return found->second.values;
}

SevenNetFile read_sevennet(const std::filesystem::path& file) {
  const std::string bytes = core::read_file(file);
  std::string_view content = verified(bytes, file);
  content.remove_prefix(magic.size());
  const auto header = content.substr(0, content.find('\n'));
  content.remove_prefix(std::min(header.size() + 1, content.size()));
  SevenNetFile model;
  model.path = file;
  try {
    const auto json = nlohmann::json::parse(header);
    read_shape(json, model);
    read_tensors(json.at("tensors"), content, model);
  } catch (const nlohmann::json::exception& error) {
    fail(file, fmt::format("has a header of an unknown form: {}", error.what()));
  }
  check(model);
  return model;
}

}  // namespace mlip::surrogate
