/// Numbers of a row as the little-endian arrays of ASE's columns, and quantities ASE derives from
/// them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/structure.hpp"

namespace mlip::store {

[[nodiscard]] std::string pack(const std::vector<int>& values);     ///< int32
[[nodiscard]] std::string pack(const std::vector<double>& values);  ///< float64
[[nodiscard]] std::string pack(const std::vector<core::Vec3>& vectors);
[[nodiscard]] std::string pack(const core::Mat3& matrix);
/// Voigt order xx yy zz yz xz xy.
[[nodiscard]] std::string pack_voigt(const core::Mat3& stress);

/// These throw std::out_of_range where the bytes are no whole number of values.
[[nodiscard]] std::vector<int> unpack_integers(std::string_view bytes);
[[nodiscard]] std::vector<double> unpack_numbers(std::string_view bytes);
[[nodiscard]] std::vector<core::Vec3> unpack_vectors(std::string_view bytes);
[[nodiscard]] core::Mat3 unpack_matrix(std::string_view bytes);
/// Six numbers in Voigt order, or nine.
[[nodiscard]] core::Mat3 unpack_stress(std::string_view bytes);

[[nodiscard]] int periodic_bits(const core::Cell& cell);
[[nodiscard]] double total_mass(const core::Structure& structure);          ///< u
[[nodiscard]] double largest_force(const std::vector<core::Vec3>& forces);  ///< eV/Å

}  // namespace mlip::store
