#include "ace/moments.hpp"

#include <algorithm>

#include "core/vectorise.hpp"

namespace mlip::ace {

namespace {

/// What one neighbour has of the tables.
struct Entry {
  const double *g, *dg, *Y, *dY;
  std::size_t base, harmonics;
};

MLIP_VECTORISE void add_products(const Entry& entry, double* moments) {
  for (std::size_t k = 0; k < entry.base; ++k, moments += entry.harmonics)
    for (std::size_t h = 0; h < entry.harmonics; ++h) moments[h] += entry.g[k] * entry.Y[h];
}

/// row[k][h] += radial · dg_k Y_h + Σ over the harmonics' own slopes `slopes`[h] g_k.
MLIP_VECTORISE void add_row(const Entry& entry, double radial, double angular, const double* slopes,
                            double* row) {
  for (std::size_t k = 0; k < entry.base; ++k, row += entry.harmonics) {
    const double dg = radial * entry.dg[k], g = angular * entry.g[k];
    for (std::size_t h = 0; h < entry.harmonics; ++h) row[h] += dg * entry.Y[h] + g * slopes[h];
  }
}

struct Contracted {
  double radial = 0, x = 0, y = 0, z = 0;
};

/// Seeds contracted with one neighbour's functions, `value` and `slope` scratch of `harmonics`.
MLIP_VECTORISE Contracted contract(const Entry& entry, const double* seed, double* value,
                                   double* slope) {
  for (std::size_t h = 0; h < entry.harmonics; ++h) value[h] = slope[h] = 0;
  for (std::size_t k = 0; k < entry.base; ++k, seed += entry.harmonics)
    for (std::size_t h = 0; h < entry.harmonics; ++h) {
      value[h] += entry.g[k] * seed[h];
      slope[h] += entry.dg[k] * seed[h];
    }
  Contracted sum;
  const double *dx = entry.dY, *dy = dx + entry.harmonics, *dz = dy + entry.harmonics;
  for (std::size_t h = 0; h < entry.harmonics; ++h) {
    sum.radial += slope[h] * entry.Y[h];
    sum.x += value[h] * dx[h];
    sum.y += value[h] * dy[h];
    sum.z += value[h] * dz[h];
  }
  return sum;
}

Entry entry_of(const MomentShape& shape, const NeighborTable& table, std::size_t j) {
  const auto K = static_cast<std::size_t>(shape.radial_base);
  const std::size_t H = shape.harmonics();
  return {&table.g[j * K], &table.dg[j * K], &table.Y[j * H], &table.dY[3 * j * H], K, H};
}

}  // namespace

Moments::Moments(std::span<const Bond> bonds, int species_count, int central)
    : shape_{BondShape(bonds_of(bonds, species_count, central))}, harmonics_(shape_.lmax) {
  for (const Bond& bond : bonds_of(bonds, species_count, central)) radial_.emplace_back(bond);
}

void Moments::tabulate(std::span<const AtomNeighbor> neighbors, NeighborTable& table) const {
  const auto K = static_cast<std::size_t>(shape_.radial_base);
  const std::size_t H = shape_.harmonics(), n = neighbors.size();
  table.neighbors.assign(neighbors.begin(), neighbors.end());
  table.g.assign(n * K, 0);
  table.dg.assign(n * K, 0);
  table.Y.resize(n * H);
  table.dY.resize(3 * n * H);
  for (std::size_t j = 0; j < n; ++j) {
    const RadialFunctions& radial = radial_[static_cast<std::size_t>(neighbors[j].species)];
    const double r = neighbors[j].vector.norm();
    const auto size = static_cast<std::size_t>(radial.size());
    radial.evaluate(r, {&table.g[j * K], size}, {&table.dg[j * K], size});
  }
  for (std::size_t first = 0; first < n; first += lanes)
    tabulate_harmonics(first, std::min(lanes, n - first), table);
}

void Moments::tabulate_harmonics(std::size_t first, std::size_t count, NeighborTable& table) const {
  const auto legendre = static_cast<std::size_t>(legendre_count(shape_.lmax));
  const auto powers = static_cast<std::size_t>(shape_.lmax + 1);
  const std::size_t H = shape_.harmonics();
  table.factors.resize(2 * (legendre + powers));
  table.rows.resize(4 * H);
  Lane* const place = table.factors.data();
  const HarmonicFactors factors{place, place + legendre, place + 2 * legendre,
                                place + 2 * legendre + powers};
  Lane u[3] = {}, inverse = {};
  for (std::size_t i = 0; i < lanes; ++i) {  // lanes left over repeat the last neighbour
    const core::Vec3& vector = table.neighbors[first + std::min(i, count - 1)].vector;
    inverse[i] = 1 / vector.norm();
    for (int c = 0; c < 3; ++c) u[c][i] = vector[c] * inverse[i];
  }
  harmonics_.evaluate(u, factors);
  harmonics_.differentiate(u, inverse, factors, table.rows.data());
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t h = 0; h < H; ++h) {
      const Lane* row = table.rows.data() + 4 * h;
      table.Y[(first + i) * H + h] = row[0][i];
      for (std::size_t c = 0; c < 3; ++c) table.dY[(3 * (first + i) + c) * H + h] = row[c + 1][i];
    }
}

void Moments::sum(const NeighborTable& table, double* moments) const {
  std::fill_n(moments, shape_.moments(), 0.0);
  for (std::size_t j = 0; j < table.neighbors.size(); ++j)
    add_products(entry_of(shape_, table, j),
                 moments + shape_.moment(table.neighbors[j].species, 0));
}

void Moments::add_derivatives(const NeighborTable& table, std::size_t j, double sign,
                              double* rows) const {
  const Entry entry = entry_of(shape_, table, j);
  const core::Vec3 unit = table.neighbors[j].vector.normalized();
  rows += shape_.moment(table.neighbors[j].species, 0);
  for (int axis = 0; axis < 3; ++axis, rows += shape_.moments())
    add_row(entry, sign * unit[axis], sign,
            entry.dY + static_cast<std::size_t>(axis) * entry.harmonics, rows);
}

core::Vec3 Moments::gradient(const NeighborTable& table, std::size_t j, const double* seed) const {
  constexpr std::size_t largest = 1024;  // harmonics up to l = 31
  double value[largest], slope[largest];
  const AtomNeighbor& neighbor = table.neighbors[j];
  const Contracted sum =
      contract(entry_of(shape_, table, j), seed + shape_.moment(neighbor.species, 0), value, slope);
  return sum.radial * neighbor.vector.normalized() + core::Vec3(sum.x, sum.y, sum.z);
}

void Moments::add_directional(const NeighborTable& table, std::size_t j,
                              const core::Vec3& direction, double* moments) const {
  constexpr std::size_t largest = 1024;
  double slopes[largest];
  const Entry entry = entry_of(shape_, table, j);
  for (std::size_t h = 0; h < entry.harmonics; ++h)
    slopes[h] = direction.x() * entry.dY[h] + direction.y() * entry.dY[entry.harmonics + h] +
                direction.z() * entry.dY[2 * entry.harmonics + h];
  add_row(entry, direction.dot(table.neighbors[j].vector.normalized()), 1, slopes,
          moments + shape_.moment(table.neighbors[j].species, 0));
}

}  // namespace mlip::ace
