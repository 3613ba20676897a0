#include "ace/atomic_base.hpp"

#include <algorithm>
#include <cmath>

#include "ace/vectorise.hpp"

namespace mlip::ace {

namespace {

BaseShape shape_of(std::span<const Bond> bonds) {
  BaseShape shape;
  shape.species = static_cast<int>(bonds.size());
  for (const Bond& bond : bonds) {
    shape.radial_base = std::max(shape.radial_base, bond.nradbasemax);
    shape.radial = std::max(shape.radial, bond.nradmax);
    shape.lmax = std::max(shape.lmax, bond.lmax);
  }
  return shape;
}

/// target[lane] += c · source[lane].
MLIP_VECTORISE void add_scaled(const double* source, double c, double* target, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) target[i] += c * source[i];
}

MLIP_VECTORISE double dot_lanes(const double* a, const double* b, std::size_t count) {
  double sum[lanes] = {};
  for (std::size_t i = 0; i < count; i += lanes)
    for (std::size_t k = 0; k < lanes; ++k) sum[k] += a[i + k] * b[i + k];
  return ((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7]));
}

MLIP_VECTORISE double sum_lanes(const double* a, std::size_t count) {
  double sum[lanes] = {};
  for (std::size_t i = 0; i < count; i += lanes)
    for (std::size_t k = 0; k < lanes; ++k) sum[k] += a[i + k];
  return ((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7]));
}

}  // namespace

AtomicBase::AtomicBase(std::span<const Bond> bonds, int species_count, int central)
    : bonds_(bonds.begin() + central * species_count,
             bonds.begin() + (central + 1) * species_count),
      harmonics_(shape_of(bonds_).lmax) {
  shape_ = shape_of(bonds_);
  const auto K = static_cast<std::size_t>(shape_.radial_base);
  for (const Bond& bond : bonds_) {
    radial_.emplace_back(bond);
    auto& padded = coefficients_.emplace_back(
        static_cast<std::size_t>(shape_.radial * (shape_.lmax + 1)) * K, 0.0);
    std::size_t from = 0;
    for (int n = 0; n < bond.nradmax; ++n)
      for (int l = 0; l <= bond.lmax; ++l)
        for (int k = 0; k < bond.nradbasemax; ++k)
          padded[static_cast<std::size_t>(n * (shape_.lmax + 1) + l) * K +
                 static_cast<std::size_t>(k)] = bond.coefficients[from++];
  }
}

void AtomicBase::gather(std::span<const AtomNeighbor> neighbors, Neighborhood& hood) const {
  place(neighbors, hood);
  resize(hood);
  for (int mu = 0; mu < shape_.species; ++mu) {
    const auto s = static_cast<std::size_t>(mu);
    for (std::size_t lane = hood.first[s]; lane < hood.first[s + 1]; ++lane)
      if (hood.original[lane] >= 0)
        fill_lane(lane, mu, neighbors[static_cast<std::size_t>(hood.original[lane])].vector, hood);
    combine(mu, hood);
  }
}

void AtomicBase::place(std::span<const AtomNeighbor> neighbors, Neighborhood& hood) const {
  hood.original.clear();
  hood.first.assign(1, 0);
  for (int mu = 0; mu < shape_.species; ++mu) {
    const double rcut = bonds_[static_cast<std::size_t>(mu)].rcut;
    for (std::size_t j = 0; j < neighbors.size(); ++j)
      if (neighbors[j].species == mu && neighbors[j].vector.norm() < rcut)
        hood.original.push_back(static_cast<int>(j));
    while (hood.original.size() % lanes != 0) hood.original.push_back(-1);
    hood.first.push_back(hood.original.size());
  }
  hood.padded = hood.original.size();
}

void AtomicBase::resize(Neighborhood& hood) const {
  const std::size_t n = hood.padded;
  for (auto* each : {&hood.r, &hood.ux, &hood.uy, &hood.uz}) each->assign(n, 0);
  for (auto* each : {&hood.g, &hood.dg})
    each->assign(n * static_cast<std::size_t>(shape_.radial_base), 0);
  for (auto* each : {&hood.R, &hood.dR})
    each->assign(n * static_cast<std::size_t>(shape_.radial * (shape_.lmax + 1)), 0);
  for (auto* each : {&hood.Y, &hood.Yx, &hood.Yy, &hood.Yz})
    each->assign(n * shape_.harmonics(), 0);
  hood.scratch_g.resize(static_cast<std::size_t>(shape_.radial_base));
  hood.scratch_dg.resize(static_cast<std::size_t>(shape_.radial_base));
  hood.A.assign(shape_.size(), 0);
}

void AtomicBase::fill_lane(std::size_t lane, int mu, const core::Vec3& vector,
                           Neighborhood& hood) const {
  const double r = vector.norm(), inverse = 1 / r;
  const core::Vec3 unit = vector * inverse;
  hood.r[lane] = r;
  hood.ux[lane] = unit.x();
  hood.uy[lane] = unit.y();
  hood.uz[lane] = unit.z();
  const RadialFunctions& radial = radial_[static_cast<std::size_t>(mu)];
  const auto K = static_cast<std::size_t>(radial.size());
  radial.evaluate(r, std::span(hood.scratch_g).first(K), std::span(hood.scratch_dg).first(K));
  for (std::size_t k = 0; k < K; ++k) {
    hood.g[k * hood.padded + lane] = hood.scratch_g[k];
    hood.dg[k * hood.padded + lane] = hood.scratch_dg[k];
  }
  harmonics_.evaluate(unit, {hood.Y.data() + lane,
                             {hood.Yx.data() + lane, hood.Yy.data() + lane, hood.Yz.data() + lane},
                             hood.padded});
  for (std::size_t k = 0; k < shape_.harmonics() * hood.padded; k += hood.padded)
    for (auto* each : {&hood.Yx, &hood.Yy, &hood.Yz}) (*each)[k + lane] *= inverse;
}

void AtomicBase::combine(int mu, Neighborhood& hood) const {
  const auto s = static_cast<std::size_t>(mu);
  const std::size_t begin = hood.first[s], count = hood.first[s + 1] - begin;
  if (count == 0) return;
  const auto K = static_cast<std::size_t>(shape_.radial_base);
  const std::vector<double>& c = coefficients_[s];
  for (std::size_t i = 0; i < c.size(); ++i) {
    if (c[i] == 0) continue;
    const std::size_t to = i / K * hood.padded + begin, from = i % K * hood.padded + begin;
    add_scaled(&hood.g[from], c[i], &hood.R[to], count);
    add_scaled(&hood.dg[from], c[i], &hood.dR[to], count);
  }
}

void AtomicBase::accumulate(Neighborhood& hood) const {
  for (int mu = 0; mu < shape_.species; ++mu) {
    const auto s = static_cast<std::size_t>(mu);
    const std::size_t begin = hood.first[s], count = hood.first[s + 1] - begin;
    if (count == 0) continue;
    for (int k = 0; k < shape_.radial_base; ++k)
      hood.A[shape_.base(mu, k)] =
          sum_lanes(&hood.g[static_cast<std::size_t>(k) * hood.padded + begin], count);
    for (int n = 0; n < shape_.radial; ++n)
      for (int l = 0; l <= shape_.lmax; ++l) {
        const auto nl = static_cast<std::size_t>(n * (shape_.lmax + 1) + l);
        const double* radial = &hood.R[nl * hood.padded + begin];
        for (int h = l * l; h < (l + 1) * (l + 1); ++h)
          hood.A[shape_.at(mu, n, h)] =
              dot_lanes(radial, &hood.Y[static_cast<std::size_t>(h) * hood.padded + begin], count);
      }
  }
}

}  // namespace mlip::ace
