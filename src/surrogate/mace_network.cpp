#include "surrogate/mace_network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "surrogate/mace_radial.hpp"

namespace mlip::surrogate {

namespace {

std::vector<int> equal_channels(int momenta, int channels) {
  return std::vector<int>(static_cast<std::size_t>(momenta), channels);
}

/// Rows of each l that an atom has.
template <class T, class Atoms>
Rows<T> rows_of(Atoms& atoms, std::size_t atom) {
  const auto of_l = atoms.of(atom);
  Rows<T> rows = {};
  std::size_t row = 0;
  for (std::size_t l = 0; l < atoms.channels.size(); ++l)
    for (int m = 0; m < components(int(l)); ++m) rows[row++] = of_l[l] + m * atoms.channels[l];
  return rows;
}

double dot(const double* a, const double* b, std::size_t count) {
  double sum = 0;
  for (std::size_t k = 0; k < count; ++k) sum += a[k] * b[k];
  return sum;
}

/// Number of the pair (a, b) or (b, a) of elements.
int pair_kind(int a, int b, int elements) {
  const int low = std::min(a, b);
  return low * elements - low * (low - 1) / 2 + std::max(a, b) - low;
}

/// The maps `name`.l of an element, [1 or element, in, out] each.
LinearMaps<double> element_maps(const MaceFile& model, const std::string& name,
                                const std::vector<int>& in, int element) {
  LinearMaps<double> maps;
  const int elements = static_cast<int>(model.numbers.size()), channels = model.channels;
  for (std::size_t l = 0; l < in.size(); ++l) {
    const std::string tensor = fmt::format("{}.{}", name, l);
    const int count = model.at(tensor).shape.front() == 1 ? 1 : elements;
    const auto& values = model.values(tensor, {count, in[l], channels});
    maps.append(values.data() + (count == 1 ? 0 : element) * in[l] * channels, in[l], channels);
  }
  return maps;
}

LinearMaps<double> plain_maps(const MaceFile& model, const std::string& name, int momenta) {
  LinearMaps<double> maps;
  for (int l = 0; l < momenta; ++l)
    maps.append(
        model.values(fmt::format("{}.{}", name, l), {model.channels, model.channels}).data(),
        model.channels, model.channels);
  return maps;
}

std::vector<Polynomials> polynomials_of(const MaceFile& model, int layer) {
  const std::string name = fmt::format("{}.monomials", layer);
  const int count = model.at(name).shape.front();
  const auto& entries = model.values(name, {count, 4});
  const auto& shape = model.layers[static_cast<std::size_t>(layer)];
  const std::array<int, 4> ends = {shape.out * shape.out, shape.middle * shape.middle,
                                   shape.middle * shape.middle, shape.middle * shape.middle};
  std::vector<Monomial> monomials(static_cast<std::size_t>(count));
  for (std::size_t k = 0; k < entries.size(); ++k) {
    Monomial& monomial = monomials[k / 4];
    const std::size_t place = k % 4;
    monomial[place] = static_cast<int>(entries[k]);
    if (monomial[place] < (place < 2 ? 0 : -1) || monomial[place] >= ends[place] ||
        (place == 3 && monomial[3] >= 0 && monomial[2] < 0))
      model.fail("has monomials of an unknown form");
  }
  if (!std::ranges::is_sorted(monomials)) model.fail("has monomials that do not ascend");
  const int elements = static_cast<int>(model.numbers.size());
  const auto& coefficients =
      model.values(fmt::format("{}.coefficients", layer), {elements, count, model.channels});
  std::vector<Polynomials> polynomials;
  for (int element = 0; element < elements; ++element)
    polynomials.emplace_back(monomials, coefficients.data() + element * count * model.channels,
                             model.channels);
  return polynomials;
}

std::vector<RadialTable<double>> tables_of(const MaceFile& model, int layer) {
  std::vector<RadialTable<double>> tables;
  const int kinds = model.agnesi ? static_cast<int>(model.numbers.size()) : 1;
  for (int a = 0; a < kinds; ++a)
    for (int b = a; b < kinds; ++b) {
      const MaceRadial functions(model, layer, a, b);
      tables.emplace_back(functions, functions.outputs(), model.cutoff);
    }
  return tables;
}

}  // namespace

void MaceNetwork::Maps::add(const Atoms& x, Atoms& y, std::span<const Range> ranges) const {
  if (of_element.size() == 1) return of_element.front().add(x, y);
  for (const Range& range : ranges)
    if (!of_element.empty()) of_element[range.element].add(x, y, range.first, range.last);
}

void MaceNetwork::Maps::add_back(const Atoms& y, Atoms& x, std::span<const Range> ranges) const {
  if (of_element.size() == 1) return of_element.front().add_back(y, x);
  for (const Range& range : ranges)
    if (!of_element.empty()) of_element[range.element].add_back(y, x, range.first, range.last);
}

MaceNetwork::MaceNetwork(const MaceFile& model)
    : channels_(model.channels),
      silu_scale_(model.silu_scale),
      scale_(model.scale),
      shift_(model.shift),
      numbers_(model.numbers),
      repulsion_(model.repulsion),
      kinds_(model.agnesi.has_value()) {
  const int elements = static_cast<int>(numbers_.size());
  energies_ = model.values("energies", {elements});
  radii_ = model.values("radii", {elements});
  sources_ = model.values("0.sources", {elements, channels_});
  for (int t = 0; t < static_cast<int>(model.layers.size()); ++t)
    layers_.push_back(make_layer(model, t));
  const auto& last = model.at("readout").values;
  const int width = static_cast<int>(last.size());
  readout_ = Eigen::Map<const Eigen::VectorXd>(last.data(), width);
  hidden_ =
      Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
          model.values("hidden", {channels_, width}).data(), channels_, width);
}

MaceNetwork::Layer MaceNetwork::make_layer(const MaceFile& model, int index) {
  const MaceLayerShape& shape = model.layers[static_cast<std::size_t>(index)];
  Layer layer;
  layer.in = equal_channels(shape.in, channels_);
  layer.middle = equal_channels(shape.middle, channels_);
  layer.out = equal_channels(shape.out, channels_);
  for (const auto& path : shape.paths)
    if (!couplings_.has(path))
      couplings_.add(path,
                     model.values(fmt::format("coupling.{}", fmt::join(path, ".")),
                                  {components(path[0]), components(path[1]), components(path[2])}));
  layer.convolution = Convolution<double>(shape.paths, layer.in, shape.middle - 1, couplings_,
                                          model.has(fmt::format("{}.density", index)));
  layer.convolution.radial = tables_of(model, index);
  if (layer.convolution.radial.front().outputs() < layer.convolution.outputs())
    model.fail("has too few radial functions");
  const std::string mix = fmt::format("{}.mix", index), self = fmt::format("{}.self", index);
  const int own = model.at(mix + ".0").shape.front();
  for (int element = 0; element < own; ++element)
    layer.mix.of_element.push_back(element_maps(model, mix, layer.convolution.middle(), element));
  layer.contraction = polynomials_of(model, index);
  layer.mix_out = plain_maps(model, fmt::format("{}.mix_out", index), shape.out);
  const int elements = static_cast<int>(numbers_.size());
  if (index > 0) {
    layer.mix_in = plain_maps(model, fmt::format("{}.mix_in", index), shape.in);
    const auto common = equal_channels(std::min(shape.in, shape.out), channels_);
    for (int element = 0; element < elements; ++element)
      layer.self.of_element.push_back(element_maps(model, self, common, element));
  } else if (model.has(self)) {
    layer.self_constant = model.values(self, {elements, channels_});
  }
  if (index + 1 < static_cast<int>(model.layers.size()))
    layer.readout = model.values(fmt::format("{}.readout", index), {channels_});
  return layer;
}

Geometry<double> MaceNetwork::geometry_of(std::span<const int> types,
                                          std::span<const Pair> pairs) const {
  Geometry<double> geometry = couplings_.geometry_of(pairs);
  for (const Pair& pair : pairs)
    geometry.kinds.push_back(kinds_ ? pair_kind(types[static_cast<std::size_t>(pair.i)],
                                                types[static_cast<std::size_t>(pair.j)],
                                                static_cast<int>(numbers_.size()))
                                    : 0);
  return geometry;
}

MaceNetwork::Atoms MaceNetwork::forward(const Layer& layer, std::span<const Range> ranges,
                                        const Geometry<double>& geometry, const Atoms& features,
                                        std::vector<Trace>& traces) const {
  const std::size_t atoms = features.atoms();
  Atoms sources = features;
  if (!layer.mix_in.forward.empty()) {
    sources = Atoms(atoms, layer.in);
    layer.mix_in.add(features, sources);
  }
  const Messages<double> messages = layer.convolution.send(geometry, sources);
  Atoms contracted(atoms, layer.middle), products(atoms, layer.out), result(atoms, layer.out);
  layer.mix.add(messages.features, contracted, ranges);
  std::vector<double> norms;
  for (double density : messages.density) norms.push_back(1 / (1 + density));
  for (const Range& range : ranges)
    for (std::size_t i = range.first; i < range.last; ++i) {
      const auto rows = rows_of<double>(contracted, i);
      for (std::size_t k = 0; !norms.empty() && k < rows.size() && rows[k] != nullptr; ++k)
        for (int c = 0; c < channels_; ++c) rows[k][c] *= norms[i];
      layer.contraction[range.element].evaluate(rows_of<const double>(std::as_const(contracted), i),
                                                rows_of<double>(products, i));
      const double* constant = layer.self_constant.data() + range.element * std::size_t(channels_);
      for (int c = 0; !layer.self_constant.empty() && c < channels_; ++c)
        result.of(i)[0][c] += constant[c];
    }
  layer.mix_out.add(products, result);
  layer.self.add(features, result, ranges);
  traces.push_back({geometry, std::move(sources), std::move(contracted), std::move(norms)});
  return result;
}

/// Gradients by what came into the layer; adds those by the pairs.
MaceNetwork::Atoms MaceNetwork::backward(const Layer& layer, std::span<const Range> ranges,
                                         const Trace& trace, const Atoms& by_features,
                                         PairGradients<double>& gradients) const {
  const std::size_t atoms = by_features.atoms();
  Atoms by_products(atoms, layer.out), by_contracted(atoms, layer.middle), by_in(atoms, layer.in);
  layer.mix_out.add_back(by_features, by_products);
  Messages<double> by_messages{Atoms(atoms, layer.convolution.middle()), {}};
  for (const Range& range : ranges)
    for (std::size_t i = range.first; i < range.last; ++i) {
      const auto rows = rows_of<const double>(trace.contracted, i);
      const auto by_rows = rows_of<double>(by_contracted, i);
      layer.contraction[range.element].evaluate_back(
          rows, rows_of<const double>(std::as_const(by_products), i), by_rows);
      if (trace.norms.empty()) continue;
      double along = 0;
      for (std::size_t k = 0; k < rows.size() && rows[k] != nullptr; ++k) {
        along += dot(rows[k], by_rows[k], std::size_t(channels_));
        for (int c = 0; c < channels_; ++c) by_rows[k][c] *= trace.norms[i];
      }
      by_messages.density.push_back(-trace.norms[i] * along);
    }
  layer.mix.add_back(by_contracted, by_messages.features, ranges);
  const Atoms by_sources =
      layer.convolution.send_back(trace.geometry, trace.sources, by_messages, gradients);
  layer.mix_in.add_back(by_sources, by_in);
  layer.self.add_back(by_features, by_in, ranges);
  return by_in;
}

double MaceNetwork::read_out_last(const double* scalars, double* by_scalars) const {
  const Eigen::VectorXd x =
      hidden_.transpose() * Eigen::Map<const Eigen::VectorXd>(scalars, channels_);
  const Eigen::ArrayXd sigmoid = 1 / (1 + (-x.array()).exp());
  const Eigen::VectorXd slope =
      silu_scale_ * sigmoid * (1 + x.array() * (1 - sigmoid)) * readout_.array();
  Eigen::Map<Eigen::VectorXd>(by_scalars, channels_) = scale_ * (hidden_ * slope);
  return silu_scale_ * (x.array() * sigmoid * readout_.array()).sum();
}

void MaceNetwork::repel(std::span<const int> types, std::span<const Pair> pairs,
                        Result& result) const {
  if (!repulsion_) return;
  for (std::size_t p = 0; p < pairs.size(); ++p) {
    const auto i = static_cast<std::size_t>(pairs[p].i), j = static_cast<std::size_t>(pairs[p].j);
    const auto a = static_cast<std::size_t>(types[i]), b = static_cast<std::size_t>(types[j]);
    const double distance = pairs[p].vector.norm();
    const Jet energy =
        repulsion_at(*repulsion_, {numbers_[a], numbers_[b]}, radii_[a] + radii_[b], distance);
    result.energies[i] += scale_ * energy.value / 2;
    result.energies[j] += scale_ * energy.value / 2;
    result.pair_gradients[p] += scale_ * energy.slope / distance * pairs[p].vector;
  }
}

MaceNetwork::Result MaceNetwork::compute(std::span<const int> types,
                                         std::span<const Pair> pairs) const {
  const std::size_t atoms = types.size();
  const auto channels = static_cast<std::size_t>(channels_);
  std::vector<Range> ranges;
  Atoms features(atoms, layers_.front().in);
  Result result;
  for (std::size_t i = 0; i < atoms; ++i) {
    const auto type = static_cast<std::size_t>(types[i]);
    if (ranges.empty() || ranges.back().element != type) ranges.push_back({type, i, i});
    ranges.back().last = i + 1;
    std::copy_n(sources_.data() + type * channels, channels, features.of(i)[0]);
    result.energies.push_back(energies_[type] + shift_);
  }
  const Geometry<double> geometry = geometry_of(types, pairs);
  std::vector<Trace> traces;
  for (const Layer& layer : layers_) {
    features = forward(layer, ranges, geometry, features, traces);
    for (std::size_t i = 0; !layer.readout.empty() && i < atoms; ++i)
      result.energies[i] += scale_ * dot(layer.readout.data(), features.of(i)[0], channels);
  }
  Atoms by_features(atoms, layers_.back().out);
  for (std::size_t i = 0; i < atoms; ++i) {
    result.energies[i] += scale_ * read_out_last(features.of(i)[0], by_features.of(i)[0]);
    result.features.emplace_back(Eigen::Map<const Eigen::VectorXd>(features.of(i)[0], channels_));
  }
  PairGradients<double> gradients(geometry);
  for (std::size_t t = layers_.size(); t-- > 0;) {
    by_features = backward(layers_[t], ranges, traces[t], by_features, gradients);
    for (std::size_t k = 0; t > 0 && k < by_features.values[0].size(); ++k)
      by_features.values[0][k] += scale_ * layers_[t - 1].readout[k % channels];
  }
  for (std::size_t p = 0; p < pairs.size(); ++p)
    result.pair_gradients.push_back(couplings_.vector_gradient(geometry, gradients, p));
  repel(types, pairs, result);
  return result;
}

}  // namespace mlip::surrogate
