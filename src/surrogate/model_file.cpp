#include "surrogate/model_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string_view>

#include "core/archive.hpp"
#include "core/error.hpp"
#include "core/file.hpp"

namespace mlip::surrogate {

namespace {

static_assert(std::endian::native == std::endian::little, "tensors are read as they lie");

/// The content without its first line and its checksum.
template <class T>
std::string_view verified(std::string_view content, const ModelFile<T>& model) {
  const std::string_view magic = model.kind.magic;
  if (!content.starts_with(magic)) model.fail("is no model file of mlip-auto");
  std::uint32_t stored = 0;
  if (content.size() < magic.size() + sizeof stored) model.fail("is cut short");
  std::memcpy(&stored, content.data() + content.size() - sizeof stored, sizeof stored);
  content.remove_suffix(sizeof stored);
  if (core::checksum(content) != stored)
    model.fail("is damaged or cut short: its checksum differs");
  return content.substr(magic.size());
}

template <class T>
void read_tensors(const nlohmann::json& json, std::string_view content, ModelFile<T>& model) {
  for (const auto& entry : json) {
    Tensor<T> tensor;
    entry.at(1).get_to(tensor.shape);
    std::size_t size = 1;
    for (int extent : tensor.shape) size *= static_cast<std::size_t>(extent);
    if (size > content.size() / sizeof(T)) model.fail("has fewer weights than it says");
    tensor.values.resize(size);
    if (size > 0) std::memcpy(tensor.values.data(), content.data(), size * sizeof(T));
    content.remove_prefix(size * sizeof(T));
    model.tensors.emplace(entry.at(0).get<std::string>(), std::move(tensor));
  }
}

}  // namespace

template <class T>
void ModelFile<T>::fail(const std::string& what) const {
  throw core::UserError(core::ExitCode::bad_input,
                        fmt::format("the {} model '{}' {}", kind.name, path.string(), what),
                        kind.remedy);
}

template <class T>
const Tensor<T>& ModelFile<T>::at(const std::string& tensor) const {
  const auto found = tensors.find(tensor);
  if (found == tensors.end()) fail(fmt::format("has no tensor '{}'", tensor));
  return found->second;
}

template <class T>
const std::vector<T>& ModelFile<T>::values(const std::string& tensor,
                                           const std::vector<int>& shape) const {
  const Tensor<T>& found = at(tensor);
  if (found.shape != shape)
    fail(fmt::format("has a tensor '{}' of shape {}, not {}", tensor, found.shape, shape));
  return found.values;
}

template <class T>
ModelFile<T> read_model_file(const std::filesystem::path& file, const ModelKind& kind) {
  const std::string bytes = core::read_file(file);
  ModelFile<T> model{file, kind, {}, {}};
  std::string_view content = verified(std::string_view(bytes), model);
  model.header = content.substr(0, content.find('\n'));
  content.remove_prefix(std::min(model.header.size() + 1, content.size()));
  try {
    read_tensors(nlohmann::json::parse(model.header).at("tensors"), content, model);
  } catch (const nlohmann::json::exception& error) {
    model.fail(fmt::format("has a header of an unknown form: {}", error.what()));
  }
  return model;
}

template struct ModelFile<float>;
template struct ModelFile<double>;
template ModelFile<float> read_model_file(const std::filesystem::path&, const ModelKind&);
template ModelFile<double> read_model_file(const std::filesystem::path&, const ModelKind&);

}  // namespace mlip::surrogate
