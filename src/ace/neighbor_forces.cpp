#include "ace/neighbor_forces.hpp"

#include "ace/vectorise.hpp"

namespace mlip::ace {

namespace {

struct LaneGradient {
  double radial[lanes], x[lanes], y[lanes], z[lanes];
};

struct Group {
  const Neighborhood& hood;
  std::size_t first;
  [[nodiscard]] const double* at(const std::vector<double>& table, std::size_t row) const {
    return table.data() + row * hood.padded + first;
  }
};

/// Radial part: `radial` collects Σ dA dR Y, x, y, z collect Σ dA R ∂Y.
MLIP_VECTORISE void harmonic_terms(const BaseShape& shape, const Group& group, const double* dA,
                                   LaneGradient& out) {
  const Neighborhood& hood = group.hood;
  for (int l = 0; l <= shape.lmax; ++l)
    for (int h = l * l; h < (l + 1) * (l + 1); ++h) {
      double value[lanes] = {}, slope[lanes] = {};
      for (int n = 0; n < shape.radial; ++n) {
        const double c =
            dA[static_cast<std::size_t>(n) * shape.harmonics() + static_cast<std::size_t>(h)];
        const auto nl = static_cast<std::size_t>(n * (shape.lmax + 1) + l);
        const double *R = group.at(hood.R, nl), *dR = group.at(hood.dR, nl);
        for (std::size_t i = 0; i < lanes; ++i) value[i] += c * R[i];
        for (std::size_t i = 0; i < lanes; ++i) slope[i] += c * dR[i];
      }
      const auto row = static_cast<std::size_t>(h);
      const double *Y = group.at(hood.Y, row), *Yx = group.at(hood.Yx, row);
      const double *Yy = group.at(hood.Yy, row), *Yz = group.at(hood.Yz, row);
      for (std::size_t i = 0; i < lanes; ++i) {
        out.radial[i] += slope[i] * Y[i];
        out.x[i] += value[i] * Yx[i];
        out.y[i] += value[i] * Yy[i];
        out.z[i] += value[i] * Yz[i];
      }
    }
}

void base_terms(const BaseShape& shape, const Group& group, const double* dA, LaneGradient& out) {
  for (int k = 0; k < shape.radial_base; ++k) {
    const double* dg = group.at(group.hood.dg, static_cast<std::size_t>(k));
    for (std::size_t i = 0; i < lanes; ++i) out.radial[i] += dA[k] * dg[i];
  }
}

}  // namespace

void add_neighbor_gradients(const BaseShape& shape, const Neighborhood& hood, const double* dA,
                            std::span<core::Vec3> gradients) {
  for (int mu = 0; mu < shape.species; ++mu) {
    const auto s = static_cast<std::size_t>(mu);
    for (std::size_t first = hood.first[s]; first < hood.first[s + 1]; first += lanes) {
      const Group group = {hood, first};
      LaneGradient out = {};
      base_terms(shape, group, dA + shape.base(mu, 0), out);
      harmonic_terms(shape, group, dA + shape.at(mu, 0, 0), out);
      for (std::size_t i = 0; i < lanes; ++i) {
        if (hood.original[first + i] < 0) continue;
        gradients[static_cast<std::size_t>(hood.original[first + i])] +=
            core::Vec3(out.radial[i] * hood.ux[first + i] + out.x[i],
                       out.radial[i] * hood.uy[first + i] + out.y[i],
                       out.radial[i] * hood.uz[first + i] + out.z[i]);
      }
    }
  }
}

}  // namespace mlip::ace
