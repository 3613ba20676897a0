#include "surrogate/harmonics.hpp"

#include <cmath>

namespace mlip::surrogate {

namespace {

const double s3 = std::sqrt(3.0), s5 = std::sqrt(5.0), s15 = std::sqrt(15.0), s7 = std::sqrt(7.0);
const double c30 = s7 * std::sqrt(5.0 / 8), c31 = s7 * s15, c32 = s7 * std::sqrt(3.0 / 8);

}  // namespace

Harmonics harmonics(const core::Vec3& unit, int lmax) {
  const double x = unit.x(), y = unit.y(), z = unit.z(), xx = x * x, yy = y * y, zz = z * z;
  Harmonics result = {1};
  if (lmax >= 1) {
    result[1] = s3 * x;
    result[2] = s3 * y;
    result[3] = s3 * z;
  }
  if (lmax >= 2) {
    result[4] = s15 * x * z;
    result[5] = s15 * x * y;
    result[6] = s5 * (yy - (xx + zz) / 2);
    result[7] = s15 * y * z;
    result[8] = s15 / 2 * (zz - xx);
  }
  if (lmax >= 3) {
    result[9] = c30 * x * (3 * zz - xx);
    result[10] = c31 * x * y * z;
    result[11] = c32 * x * (4 * yy - xx - zz);
    result[12] = s7 / 2 * y * (2 * yy - 3 * xx - 3 * zz);
    result[13] = c32 * z * (4 * yy - xx - zz);
    result[14] = c31 / 2 * y * (zz - xx);
    result[15] = c30 * z * (zz - 3 * xx);
  }
  return result;
}

core::Vec3 harmonics_along(const core::Vec3& unit, int lmax, const Harmonics& g) {
  const double x = unit.x(), y = unit.y(), z = unit.z(), xx = x * x, yy = y * y, zz = z * z;
  core::Vec3 sum = core::Vec3::Zero();
  if (lmax >= 1) sum += s3 * core::Vec3(g[1], g[2], g[3]);
  if (lmax >= 2) {
    sum += s15 * (g[4] * core::Vec3(z, 0, x) + g[5] * core::Vec3(y, x, 0));
    sum += g[6] * s5 * core::Vec3(-x, 2 * y, -z);
    sum += s15 * (g[7] * core::Vec3(0, z, y) + g[8] * core::Vec3(-x, 0, z));
  }
  if (lmax >= 3) {
    sum += g[9] * c30 * core::Vec3(3 * zz - 3 * xx, 0, 6 * x * z);
    sum += g[10] * c31 * core::Vec3(y * z, x * z, x * y);
    sum += g[11] * c32 * core::Vec3(4 * yy - 3 * xx - zz, 8 * x * y, -2 * x * z);
    sum += g[12] * s7 / 2 * core::Vec3(-6 * x * y, 6 * yy - 3 * xx - 3 * zz, -6 * y * z);
    sum += g[13] * c32 * core::Vec3(-2 * x * z, 8 * y * z, 4 * yy - xx - 3 * zz);
    sum += g[14] * c31 / 2 * core::Vec3(-2 * x * y, zz - xx, 2 * y * z);
    sum += g[15] * c30 * core::Vec3(-6 * x * z, 0, 3 * zz - 3 * xx);
  }
  return sum - sum.dot(unit) * unit;
}

}  // namespace mlip::surrogate
