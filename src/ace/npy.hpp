/// Matrices as NumPy's `.npy` arrays, the members of `.asi` and `.committee` files.
#pragma once

#include <Eigen/Core>
#include <filesystem>
#include <string>

#include "core/archive.hpp"

namespace mlip::ace {

/// Little-endian doubles, rows after rows.
[[nodiscard]] std::string write_npy(const Eigen::MatrixXd& matrix);

/// The same in parts: what the array begins with, then its rows, as many at a time as one likes.
[[nodiscard]] std::string npy_header(std::size_t rows, std::size_t columns);
[[nodiscard]] std::string npy_rows(const Eigen::MatrixXd& matrix);

/// Little-endian floats of 8 or 4 bytes in either order; throws core::UserError naming `file` and
/// the member where it is no matrix of finite numbers.
[[nodiscard]] Eigen::MatrixXd read_npy(const core::ArchiveMember& member,
                                       const std::filesystem::path& file);

/// The element a member is named after, as in "Al.npy"; throws core::UserError where it is none.
[[nodiscard]] std::string element_of(const core::ArchiveMember& member,
                                     const std::filesystem::path& file);

}  // namespace mlip::ace
