#include "ace/file_names.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "core/element.hpp"

namespace mlip::ace {

namespace {

template <class Kind>
using Names = std::span<const std::pair<std::string_view, Kind>>;

constexpr std::array<std::pair<std::string_view, RadialBasis>, 5> radial_names = {
    {{"ChebExpCos", RadialBasis::cheb_exp_cos},
     {"ChebLinear", RadialBasis::cheb_linear},
     {"ChebPow", RadialBasis::cheb_pow},
     {"SBessel", RadialBasis::sbessel},
     {"TEST_SBessel", RadialBasis::sbessel}}};
constexpr std::array<std::pair<std::string_view, InnerCutoff>, 3> inner_names = {
    {{"density", InnerCutoff::density},
     {"distance", InnerCutoff::distance},
     {"zbl", InnerCutoff::zbl}}};
constexpr std::array<std::pair<std::string_view, EmbeddingKind>, 2> embedding_names = {
    {{"FinnisSinclair", EmbeddingKind::finnis_sinclair},
     {"FinnisSinclairShiftedScaled", EmbeddingKind::finnis_sinclair_shifted_scaled}}};

template <class Kind>
std::string_view name_of(Kind kind, Names<Kind> names) {
  for (const auto& [name, value] : names)
    if (value == kind) return name;
  return {};
}

template <class Kind>
Kind read_name(const YamlNode& node, Names<Kind> names) {
  const std::string text = node.text();
  std::string known;
  for (const auto& [name, value] : names) {
    if (name == text) return value;
    known += fmt::format("{}'{}'", known.empty() ? "" : ", ", name);
  }
  node.fail(fmt::format("is '{}', which is unknown", text), "use one of " + known);
}

template <class Number, class Text>
std::string bracketed(const std::vector<Number>& values, const Text& text) {
  std::string out = "[";
  for (const Number& value : values) out += (out.size() > 1 ? ", " : "") + text(value);
  return out + "]";
}

}  // namespace

std::string_view file_name(RadialBasis basis) {
  return name_of<RadialBasis>(basis, radial_names);
}
std::string_view file_name(InnerCutoff inner) {
  return name_of<InnerCutoff>(inner, inner_names);
}
std::string_view file_name(EmbeddingKind kind) {
  return name_of<EmbeddingKind>(kind, embedding_names);
}

RadialBasis read_radial_basis(const YamlNode& node) {
  return read_name<RadialBasis>(node, radial_names);
}
InnerCutoff read_inner_cutoff(const YamlNode& node) {
  return read_name<InnerCutoff>(node, inner_names);
}
EmbeddingKind read_embedding_kind(const YamlNode& node) {
  return read_name<EmbeddingKind>(node, embedding_names);
}

std::string read_element(const YamlNode& node) {
  std::string symbol = node.text();
  if (!core::atomic_number(symbol))
    node.fail(fmt::format("names '{}', no element", symbol),
              fmt::format("did you mean '{}'?", core::nearest_symbol(symbol)));
  return symbol;
}

Bond read_bond(const YamlNode& node, const BondKeys& keys) {
  Bond bond;
  bond.nradmax = node.at(keys.nradmax).integer(0, largest_n);
  bond.lmax = node.at(keys.lmax).integer(0, largest_l);
  bond.nradbasemax = node.at(keys.nradbasemax).integer(0, largest_n);
  bond.basis = read_radial_basis(node.at(keys.basis));
  bond.parameters = node.at("radparameters").numbers();
  if (bond.parameters.empty())
    node.at("radparameters").fail("is empty", "give at least one number");
  bond.coefficients = node.at("radcoefficients").numbers();
  const auto expected = static_cast<std::size_t>(bond.nradmax) *
                        static_cast<std::size_t>(bond.lmax + 1) *
                        static_cast<std::size_t>(bond.nradbasemax);
  if (bond.coefficients.size() != expected)
    node.at("radcoefficients")
        .fail(fmt::format("has {} numbers", bond.coefficients.size()),
              fmt::format("give {} × {} × {}", bond.nradmax, bond.lmax + 1, bond.nradbasemax));
  bond.rcut = node.at(keys.rcut).number();
  if (!(bond.rcut > 0) || bond.rcut > 1000)
    node.at(keys.rcut).fail(fmt::format("is {} Å", bond.rcut), "use a positive distance");
  bond.dcut = node.at(keys.dcut).number();
  bond.rcut_in = node.number_or(keys.rcut_in, 0);
  bond.dcut_in = node.number_or(keys.dcut_in, 0);
  bond.inner = node.has("inner_cutoff_type") ? read_inner_cutoff(node.at("inner_cutoff_type"))
                                             : InnerCutoff::density;
  return bond;
}

Embedding read_embedding(const YamlNode& node, const char* densities, const char* parameters,
                         const char* core_cutoff, const char* core_width) {
  Embedding embedding;
  const int count = node.at(densities).integer(1, largest_densities);
  embedding.kind = read_embedding_kind(node.at("npoti"));
  embedding.parameters = node.at(parameters).numbers();
  if (embedding.parameters.size() != 2 * static_cast<std::size_t>(count))
    node.at(parameters)
        .fail(fmt::format("has {} numbers", embedding.parameters.size()),
              fmt::format("give a weight and an exponent for {} densities", count));
  embedding.rho_core_cutoff = node.number_or(core_cutoff, embedding.rho_core_cutoff);
  embedding.drho_core_cutoff = node.number_or(core_width, embedding.drho_core_cutoff);
  return embedding;
}

std::string number_text(double value) {
  return fmt::format("{}", value == 0 ? 0.0 : value);
}

std::string list_text(const std::vector<double>& values) {
  return bracketed(values, number_text);
}

std::string list_text(const std::vector<int>& values) {
  return bracketed(values, [](int value) { return std::to_string(value); });
}

std::string nested_coefficients(const Bond& bond) {
  std::string out = "[";
  std::size_t from = 0;
  for (int n = 0; n < bond.nradmax; ++n) {
    out += n > 0 ? ", [" : "[";
    for (int l = 0; l <= bond.lmax; ++l, from += static_cast<std::size_t>(bond.nradbasemax)) {
      const auto first = bond.coefficients.begin() + static_cast<std::ptrdiff_t>(from);
      out += (l > 0 ? ", " : "") + list_text(std::vector<double>(first, first + bond.nradbasemax));
    }
    out += "]";
  }
  return out + "]";
}

}  // namespace mlip::ace
