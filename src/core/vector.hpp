/// Vectors and matrices of three dimensions, in the units of the project (Å, eV, eV/Å).
#pragma once

#include <Eigen/Core>

namespace mlip::core {

using Vec3 = Eigen::Vector3d;
using IVec3 = Eigen::Vector3i;
/// Row-major so that a cell's rows, its lattice vectors, are contiguous.
using Mat3 = Eigen::Matrix<double, 3, 3, Eigen::RowMajor>;

/// Row and column of the components xx yy zz yz xz xy.
inline constexpr int voigt[6][2] = {{0, 0}, {1, 1}, {2, 2}, {1, 2}, {0, 2}, {0, 1}};

}  // namespace mlip::core
