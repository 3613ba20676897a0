#include "generate/strain.hpp"

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <string>

#include "core/error.hpp"
#include "core/seed.hpp"

namespace mlip::generate {

namespace {

using core::Mat3;
using core::Structure;

constexpr const char* axis_names = "xyz";

core::Candidate deformed(const Structure& structure, const Mat3& strain, const char* config_type,
                         const std::string& what) {
  core::Candidate candidate;
  candidate.structure = core::strained(structure, strain);
  candidate.config_type = config_type;
  candidate.origin = fmt::format("{}, {} atoms, {}", structure.formula(), structure.size(), what);
  return candidate;
}

/// From −largest to largest without 0.
std::vector<double> amounts(double largest, int steps) {
  std::vector<double> values;
  if (largest <= 0) return values;
  const int half = steps / 2;
  for (int i = -half; i <= half; ++i)
    if (i != 0) values.push_back(largest * i / half);
  return values;
}

/// The symmetric part of I + noise in the polar sense: no rotation, positive volume.
Mat3 stretch(double largest, std::mt19937_64& engine) {
  Mat3 gradient = Mat3::Identity();
  do {
    gradient = Mat3::NullaryExpr([&] { return largest * (2 * core::uniform(engine) - 1); }) +
               Mat3::Identity();
  } while (gradient.determinant() <= 0);
  const Eigen::SelfAdjointEigenSolver<Eigen::Matrix3d> square(gradient.transpose() * gradient);
  return square.operatorSqrt();
}

}  // namespace

std::vector<core::Candidate> strain_grid(const Structure& structure, const StrainOptions& options) {
  MLIP_ASSERT(options.steps >= 2 && structure.cell.all_periodic());
  std::vector<core::Candidate> grid;
  for (const double e : amounts(options.volumetric, options.steps))
    grid.push_back(deformed(structure, e * Mat3::Identity(), "volume",
                            fmt::format("linear strain {:+.4f}", e)));
  for (int axis = 0; axis < 3; ++axis)
    for (const double e : amounts(options.uniaxial, options.steps)) {
      Mat3 strain = Mat3::Zero();
      strain(axis, axis) = e;
      grid.push_back(deformed(structure, strain, "uniaxial",
                              fmt::format("strain {:+.4f} along {}", e, axis_names[axis])));
    }
  for (int axis = 0; axis < 3; ++axis)
    for (const double e : amounts(options.shear, options.steps)) {
      const int i = (axis + 1) % 3, j = (axis + 2) % 3;
      Mat3 strain = Mat3::Zero();
      strain(i, j) = strain(j, i) = e / 2;
      grid.push_back(
          deformed(structure, strain, "shear",
                   fmt::format("shear {:+.4f} of {} and {}", e, axis_names[i], axis_names[j])));
    }
  if (options.finite <= 0) return grid;
  for (int item = 0; item < options.deformations; ++item) {
    auto engine =
        core::random_engine(options.seed, "generate deformation", static_cast<std::uint64_t>(item));
    const Mat3 strain = stretch(options.finite, engine) - Mat3::Identity();
    grid.push_back(deformed(structure, strain, "deformation",
                            fmt::format("random deformation {}, volume × {:.4f}", item,
                                        (strain + Mat3::Identity()).determinant())));
  }
  return grid;
}

}  // namespace mlip::generate
