#include "ace/atomic_base.hpp"

#include <algorithm>

#include "ace/lane_math.hpp"
#include "ace/neighbor_forces.hpp"
#include "core/vectorise.hpp"

namespace mlip::ace {

namespace {

std::vector<double> padded_coefficients(const Bond& bond, const BaseShape& shape) {
  const auto K = static_cast<std::size_t>(shape.radial_base);
  std::vector<double> padded(static_cast<std::size_t>(shape.radial * (shape.lmax + 1)) * K, 0.0);
  std::size_t from = 0;
  for (int n = 0; n < bond.nradmax; ++n)
    for (int l = 0; l <= bond.lmax; ++l)
      for (int k = 0; k < bond.nradbasemax; ++k)
        padded[static_cast<std::size_t>(n * (shape.lmax + 1) + l) * K +
               static_cast<std::size_t>(k)] = bond.coefficients[from++];
  return padded;
}

/// The sums of l = 0 are those of rank-one functions too: all k.
std::vector<int> reach_of(const std::vector<double>& coefficients, int radial_base,
                          const BaseShape& shape) {
  std::vector<int> reach(static_cast<std::size_t>(shape.lmax + 1), 0);
  reach[0] = radial_base;
  for (std::size_t i = 0; i < coefficients.size(); ++i)
    if (coefficients[i] != 0) {
      const int k = static_cast<int>(i) % shape.radial_base,
                l = static_cast<int>(i) / shape.radial_base % (shape.lmax + 1);
      reach[static_cast<std::size_t>(l)] = std::max(reach[static_cast<std::size_t>(l)], k + 1);
    }
  return reach;
}

MLIP_VECTORISE void normalise(Lane* rows, Lane& r) {
  Lane *u = rows + GroupLayout::unit, &inverse = rows[GroupLayout::inverse];
  square_root(u[0] * u[0] + u[1] * u[1] + u[2] * u[2], r);
  inverse = 1 / r;
  for (int c = 0; c < 3; ++c) u[c] *= inverse;
}

/// Groups of one neighbour species, their g_k `stride` lanes apart, Y rows `all` lanes apart.
struct Groups {
  const Lane *g, *Y;
  std::size_t count, stride, all;
};

/// products[2 i + c] = Σ_groups g_{k+i} Y_{h+c}, i < 4, c < 2.
MLIP_INLINE void sum_block(const Groups& groups, std::size_t k, std::size_t h, Lane* products) {
  Lane a = {}, b = {}, c = {}, d = {}, e = {}, f = {}, p = {}, q = {};
  const Lane *g = groups.g + k, *Y = groups.Y + h * groups.all;
  for (std::size_t i = 0; i < groups.count; ++i, g += groups.stride, ++Y) {
    const Lane y = Y[0], z = Y[groups.all];
    a += g[0] * y, b += g[0] * z;
    c += g[1] * y, d += g[1] * z;
    e += g[2] * y, f += g[2] * z;
    p += g[3] * y, q += g[3] * z;
  }
  products[0] = a, products[1] = b, products[2] = c, products[3] = d;
  products[4] = e, products[5] = f, products[6] = p, products[7] = q;
}

/// Blocks of four k and two harmonics; what lies beyond K or the last harmonic is not stored.
MLIP_VECTORISE void sum_products(const Groups& groups, const BaseShape& shape, const int* reach,
                                 double* sums) {
  const std::size_t H = shape.harmonics();
  int l = 0;
  for (std::size_t h = 0; h < H; h += 2) {
    while (static_cast<std::size_t>((l + 1) * (l + 1)) <= h) ++l;
    const bool crosses = static_cast<std::size_t>((l + 1) * (l + 1)) == h + 1 && l < shape.lmax;
    const int limit = crosses ? std::max(reach[l], reach[l + 1]) : reach[l];
    for (int k = 0; k < limit; k += 4) {
      Lane products[8], total;
      sum_block(groups, static_cast<std::size_t>(k), h, products);
      add_across(products, total);
      for (int i = 0; i < std::min(4, limit - k); ++i) {
        double* to = sums + lanes * (static_cast<std::size_t>(k + i) * H + h);
        to[0] = total[2 * i];
        if (h + 1 < H) to[lanes] = total[2 * i + 1];
      }
    }
  }
}

/// to[h] += c · from[h] over the harmonics of one l.
MLIP_INLINE void add_scaled(int l, double c, const Lane* from, Lane* to) {
  for (int h = l * l; h < (l + 1) * (l + 1); ++h) to[h] += c * from[h];
}

/// A[n] += Σ_k c S[k], or with `transposed` S[k] += Σ_n c A[n], of one neighbour species.
template <bool transposed>
MLIP_INLINE void mix(const BaseShape& shape, const double* c, const int* reach, const Lane* from,
                     Lane* to) {
  const auto H = static_cast<int>(shape.harmonics());
  for (int n = 0; n < shape.radial; ++n)
    for (int l = 0; l <= shape.lmax; ++l, c += shape.radial_base)
      for (int k = 0; k < reach[l]; ++k)
        if (c[k] != 0)
          add_scaled(l, c[k], from + (transposed ? n : k) * H, to + (transposed ? k : n) * H);
}

MLIP_VECTORISE void mix_forward(const BaseShape& shape, const double* c, const int* reach,
                                const Lane* sums, Lane* A) {
  mix<false>(shape, c, reach, sums, A);
}

MLIP_VECTORISE void mix_backward(const BaseShape& shape, const double* c, const int* reach,
                                 const Lane* dA, Lane* slopes) {
  mix<true>(shape, c, reach, dA, slopes);
}

MLIP_VECTORISE void radial_rows(std::span<const double> c, std::size_t K, const Lane* g, Lane* R) {
  for (std::size_t i = 0; i < c.size() / K; ++i) {
    Lane sum = {};
    for (std::size_t k = 0; k < K; ++k)
      if (c[i * K + k] != 0) sum += c[i * K + k] * g[k];
    R[i] = sum;
  }
}

}  // namespace

GroupLayout::GroupLayout(int radial_base, int lmax) {
  const auto K = static_cast<std::size_t>(radial_base), L = static_cast<std::size_t>(lmax + 1);
  dg = g + K;
  legendre = dg + K;
  slope = legendre + static_cast<std::size_t>(legendre_count(lmax));
  re = slope + static_cast<std::size_t>(legendre_count(lmax));
  im = re + L;
  rows = im + L;
}

AtomicBase::AtomicBase(std::span<const Bond> bonds, int species_count, int central,
                       double bin_width)
    : shape_{BondShape(bonds_of(bonds, species_count, central))},
      layout_(shape_.radial_base, shape_.lmax),
      harmonics_(shape_.lmax) {
  for (const Bond& bond : bonds_of(bonds, species_count, central)) {
    std::vector<double> coefficients = padded_coefficients(bond, shape_);
    std::vector<int> reach = reach_of(coefficients, bond.nradbasemax, shape_);
    partners_.push_back(
        {bond.rcut, RadialFunctions(bond, bin_width), std::move(coefficients), std::move(reach)});
  }
}

void AtomicBase::place(std::span<const AtomNeighbor> neighbors, Neighborhood& hood) const {
  hood.original.clear();
  hood.first.assign(1, 0);
  for (int mu = 0; mu < shape_.species; ++mu) {
    const double rcut = partners_[static_cast<std::size_t>(mu)].rcut;
    for (std::size_t j = 0; j < neighbors.size(); ++j)
      if (neighbors[j].species == mu && neighbors[j].vector.squaredNorm() < rcut * rcut)
        hood.original.push_back(static_cast<int>(j));
    while (hood.original.size() % lanes != 0) hood.original.push_back(-1);
    hood.first.push_back(hood.original.size() / lanes);
  }
  hood.rows.resize(hood.groups() * layout_.rows);
  for (std::size_t mu = 0; mu < partners_.size(); ++mu) {
    const core::Vec3 outside(0, 0, 2 * partners_[mu].rcut);
    for (std::size_t i = lanes * hood.first[mu]; i < lanes * hood.first[mu + 1]; ++i) {
      const int j = hood.original[i];
      const core::Vec3& v = j < 0 ? outside : neighbors[static_cast<std::size_t>(j)].vector;
      Lane* u = hood.rows.data() + i / lanes * layout_.rows + GroupLayout::unit;
      for (int c = 0; c < 3; ++c) u[c][i % lanes] = v[c];
    }
  }
}

void AtomicBase::fill_group(const Partner& partner, Lane* rows, Lane* Y, std::size_t stride) const {
  Lane r;
  normalise(rows, r);
  partner.functions.evaluate(r, rows + GroupLayout::g, rows + layout_.dg);
  harmonics_.evaluate(rows + GroupLayout::unit, layout_.factors(rows));
  harmonics_.values(layout_.factors(rows), Y, stride);
}

void AtomicBase::gather(std::span<const AtomNeighbor> neighbors, Neighborhood& hood, Lane* sums,
                        std::size_t lane) const {
  thread_local LaneBuffer harmonics;  // [h][group], one row more than there are
  place(neighbors, hood);
  const std::size_t all = hood.groups();
  harmonics.resize((shape_.harmonics() + 1) * all);
  for (int mu = 0; mu < shape_.species; ++mu) {
    const auto s = static_cast<std::size_t>(mu);
    const std::size_t begin = hood.first[s], count = hood.first[s + 1] - begin;
    if (count == 0) continue;
    for (std::size_t group = begin; group < begin + count; ++group)
      fill_group(partners_[s], hood.rows.data() + group * layout_.rows, harmonics.data() + group,
                 all);
    sum_products({hood.rows.data() + begin * layout_.rows + GroupLayout::g,
                  harmonics.data() + begin, count, layout_.rows, all},
                 shape_, partners_[s].reach.data(),
                 reinterpret_cast<double*>(sums + shape_.sum(mu, 0)) + lane);
  }
}

void AtomicBase::combine(const Lane* sums, Lane* A) const {
  std::fill_n(A, shape_.size(), Lane{});
  for (int mu = 0; mu < shape_.species; ++mu) {
    const Partner& partner = partners_[static_cast<std::size_t>(mu)];
    for (int k = 0; k < shape_.radial_base; ++k) A[shape_.base(mu, k)] = sums[shape_.sum(mu, k)];
    mix_forward(shape_, partner.coefficients.data(), partner.reach.data(), sums + shape_.sum(mu, 0),
                A + shape_.at(mu, 0, 0));
  }
}

void AtomicBase::separate(const Lane* dA, Lane* slopes) const {
  std::fill_n(slopes, shape_.sums(), Lane{});
  for (int mu = 0; mu < shape_.species; ++mu) {
    const Partner& partner = partners_[static_cast<std::size_t>(mu)];
    for (int k = 0; k < shape_.radial_base; ++k) slopes[shape_.sum(mu, k)] = dA[shape_.base(mu, k)];
    mix_backward(shape_, partner.coefficients.data(), partner.reach.data(),
                 dA + shape_.at(mu, 0, 0), slopes + shape_.sum(mu, 0));
  }
}

void AtomicBase::radial(int mu, const Lane* g, Lane* R) const {
  radial_rows(partners_[static_cast<std::size_t>(mu)].coefficients,
              static_cast<std::size_t>(shape_.radial_base), g, R);
}

void AtomicBase::add_gradients(const Neighborhood& hood, const Lane* slopes, std::size_t lane,
                               std::span<core::Vec3> gradients) const {
  for (int mu = 0; mu < shape_.species; ++mu) {
    const auto s = static_cast<std::size_t>(mu);
    const AtomSlopes atom = {reinterpret_cast<const double*>(slopes + shape_.sum(mu, 0)) + lane,
                             partners_[s].reach.data(), shape_.lmax};
    for (std::size_t group = hood.first[s]; group < hood.first[s + 1]; ++group) {
      Lane gradient[3];
      group_gradient(layout_, hood.rows.data() + group * layout_.rows, atom, gradient);
      const int* original = &hood.original[group * lanes];
      for (std::size_t i = 0; i < lanes; ++i)
        if (original[i] >= 0)
          gradients[static_cast<std::size_t>(original[i])] +=
              core::Vec3(gradient[0][i], gradient[1][i], gradient[2][i]);
    }
  }
}

}  // namespace mlip::ace
