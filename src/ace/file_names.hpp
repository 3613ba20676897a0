/// How `.yaml` and `.yace` files name what the data structures enumerate, and the checks they
/// share.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "ace/potential.hpp"
#include "ace/yaml_node.hpp"

namespace mlip::ace {

[[nodiscard]] std::string_view file_name(RadialBasis basis);
[[nodiscard]] std::string_view file_name(InnerCutoff inner);
[[nodiscard]] std::string_view file_name(EmbeddingKind kind);

/// Throw core::UserError at the node where the name is unknown.
[[nodiscard]] RadialBasis read_radial_basis(const YamlNode& node);
[[nodiscard]] InnerCutoff read_inner_cutoff(const YamlNode& node);
[[nodiscard]] EmbeddingKind read_embedding_kind(const YamlNode& node);
/// An element's symbol.
[[nodiscard]] std::string read_element(const YamlNode& node);

inline constexpr int largest_n = 1000, largest_l = 31, largest_rank = 12, largest_densities = 64;

/// nradmax, lmax, nradbasemax of a bond by their names in the file, its cutoffs and coefficients.
struct BondKeys {
  const char *nradmax, *lmax, *nradbasemax, *basis, *rcut, *dcut, *rcut_in, *dcut_in;
};
[[nodiscard]] Bond read_bond(const YamlNode& node, const BondKeys& keys);
/// Embedding of a 1-species part: `npoti`, the FS list, core cutoffs.
[[nodiscard]] Embedding read_embedding(const YamlNode& node, const char* densities,
                                       const char* parameters, const char* core_cutoff,
                                       const char* core_width);

/// Shortest text that reads back as the same number; integers without a point.
[[nodiscard]] std::string number_text(double value);
/// [1, 2, 3]
[[nodiscard]] std::string list_text(const std::vector<double>& values);
[[nodiscard]] std::string list_text(const std::vector<int>& values);
/// [n][l][k]
[[nodiscard]] std::string nested_coefficients(const Bond& bond);

}  // namespace mlip::ace
