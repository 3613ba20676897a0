#include "ace/energy_program.hpp"

#include <algorithm>

#include "core/vectorise.hpp"

namespace mlip::ace {

namespace {

/// A leaf and the one of −m, in the order of the program's leaves, and its real component.
struct LeafPair {
  std::size_t plus, minus, component;
  int m;
};

/// Calls visit(LeafPair) for every (channel, l, m ≥ 0).
template <class Visit>
MLIP_INLINE void each_leaf(const BaseShape& shape, const Visit& visit) {
  for (int mu = 0; mu < shape.species; ++mu)
    for (int n = 0; n < shape.radial; ++n) {
      const std::size_t first = shape.at(mu, n, 0);
      const std::size_t base = static_cast<std::size_t>(mu * shape.radial + n) * shape.harmonics();
      for (int l = 0; l <= shape.lmax; ++l)
        for (int m = 0; m <= l; ++m) {
          const auto center = base + static_cast<std::size_t>(l * l + l);
          visit(LeafPair{center + static_cast<std::size_t>(m), center - static_cast<std::size_t>(m),
                         first + static_cast<std::size_t>(harmonic_index(l, m)), m});
        }
    }
}

MLIP_VECTORISE void spread(const BaseShape& shape, const Lane* A, Lane* values) {
  each_leaf(
      shape, [&](const LeafPair& leaf) __attribute__((always_inline)) {
        const double sign = leaf.m % 2 ? -1 : 1;
        const Lane re = A[leaf.component], im = leaf.m == 0 ? Lane{} : A[leaf.component + 1];
        values[2 * leaf.minus] = sign * re;
        values[2 * leaf.minus + 1] = -sign * im;
        values[2 * leaf.plus] = re;
        values[2 * leaf.plus + 1] = im;
      });
}

MLIP_VECTORISE void fold(const BaseShape& shape, const Lane* adjoints, Lane* dA) {
  each_leaf(
      shape, [&](const LeafPair& leaf) __attribute__((always_inline)) {
        const Lane *plus = adjoints + 2 * leaf.plus, *minus = adjoints + 2 * leaf.minus;
        if (leaf.m == 0) {
          dA[leaf.component] = plus[0];
          return;
        }
        const double sign = leaf.m % 2 ? -1 : 1;
        dA[leaf.component] = plus[0] + sign * minus[0];
        dA[leaf.component + 1] = sign * minus[1] - plus[1];
      });
}

MLIP_VECTORISE void multiply(const EnergyProgram& program, Lane* values) {
  Lane* out = values + 2 * program.leaves;
  for (const auto& [left, right] : program.products) {
    const Lane *a = values + 2 * left, *b = values + 2 * right;
    out[0] = a[0] * b[0] - a[1] * b[1];
    out[1] = a[0] * b[1] + a[1] * b[0];
    out += 2;
  }
}

MLIP_VECTORISE void backpropagate(const EnergyProgram& program, const Lane* values,
                                  Lane* adjoints) {
  for (std::size_t i = program.products.size(); i-- > 0;) {
    const auto [left, right] = program.products[i];
    const Lane *a = values + 2 * left, *b = values + 2 * right;
    const Lane w0 = adjoints[2 * (program.leaves + i)], w1 = adjoints[2 * (program.leaves + i) + 1];
    Lane *da = adjoints + 2 * left, *db = adjoints + 2 * right;
    da[0] += w0 * b[0] - w1 * b[1];
    da[1] += w0 * b[1] + w1 * b[0];
    db[0] += w0 * a[0] - w1 * a[1];
    db[1] += w0 * a[1] + w1 * a[0];
  }
}

/// One or two densities and where their numbers begin.
struct DensityBlock {
  const double* coefficients;
  std::size_t first, densities;
};

template <int width>
MLIP_INLINE void sum_terms(const EnergyProgram& program, const DensityBlock& block,
                           const Lane* values, Lane* sums, Lane* rho) {
  const double* c = block.coefficients;
  const std::int32_t* right = program.rights.data();
  std::uint32_t t = 0;
  Lane* sum = sums + 2 * block.first;
  for (const auto& [left, end] : program.groups) {
    Lane re[width] = {}, im[width] = {};
    for (; t < end; ++t, c += width) {
      const Lane* b = values + 2 * right[t];
      for (int p = 0; p < width; ++p) re[p] += c[p] * b[0];
      for (int p = 0; p < width; ++p) im[p] += c[p] * b[1];
    }
    const Lane* a = values + 2 * left;
    for (int p = 0; p < width; ++p) {
      sum[2 * p] = re[p];
      sum[2 * p + 1] = im[p];
      rho[p] += a[0] * re[p] - a[1] * im[p];
    }
    sum += 2 * block.densities;
  }
}

template <int width>
MLIP_INLINE void seed_terms(const EnergyProgram& program, const DensityBlock& block,
                            const Lane* seed, const EnergyScratch& scratch, Lane* adjoints) {
  const double* c = block.coefficients;
  const Lane *values = scratch.values.data(), *sum = scratch.sums.data() + 2 * block.first;
  const std::int32_t* right = program.rights.data();
  std::uint32_t t = 0;
  for (const auto& [left, end] : program.groups) {
    const Lane* a = values + 2 * left;
    Lane *da = adjoints + 2 * left, re[width], im[width];
    for (int p = 0; p < width; ++p) {
      re[p] = seed[p] * a[0];
      im[p] = seed[p] * a[1];
      da[0] += seed[p] * sum[2 * p];
      da[1] += seed[p] * sum[2 * p + 1];
    }
    sum += 2 * block.densities;
    for (; t < end; ++t, c += width) {
      Lane* db = adjoints + 2 * right[t];
      Lane x = db[0], y = db[1];
      for (int p = 0; p < width; ++p) x += c[p] * re[p];
      for (int p = 0; p < width; ++p) y += c[p] * im[p];
      db[0] = x;
      db[1] = y;
    }
  }
}

MLIP_VECTORISE void sum_densities(const EnergyProgram& program, const Lane* values, Lane* sums,
                                  Lane* rho) {
  const auto P = static_cast<std::size_t>(program.densities);
  for (std::size_t p = 0; p < P; p += 2) {
    const DensityBlock block = {program.coefficients.data() + p * program.rights.size(), p, P};
    if (p + 1 < P)
      sum_terms<2>(program, block, values, sums, rho + p);
    else
      sum_terms<1>(program, block, values, sums, rho + p);
  }
}

MLIP_VECTORISE void seed_densities(const EnergyProgram& program, const Lane* seed,
                                   const EnergyScratch& scratch, Lane* adjoints) {
  const auto P = static_cast<std::size_t>(program.densities);
  for (std::size_t p = 0; p < P; p += 2) {
    const DensityBlock block = {program.coefficients.data() + p * program.rights.size(), p, P};
    if (p + 1 < P)
      seed_terms<2>(program, block, seed + p, scratch, adjoints);
    else
      seed_terms<1>(program, block, seed + p, scratch, adjoints);
  }
}

MLIP_VECTORISE void sum_projections(const EnergyProgram& program, const Lane* A, const Lane* values,
                                    Lane* terms, Lane* B) {
  const std::int32_t* right = program.rights.data();
  std::uint32_t t = 0;
  for (const auto& [left, end] : program.groups) {
    const Lane a0 = values[2 * left], a1 = values[2 * left + 1];
    for (; t < end; ++t) {
      const Lane* b = values + 2 * right[t];
      terms[t] = a0 * b[0] - a1 * b[1];
    }
  }
  const EnergyProgram::WeightedTerm* each = program.projection_terms.data();
  for (const auto& [component, end] : program.projections) {
    Lane sum = component < 0 ? Lane{} : A[component];
    for (const auto* last = program.projection_terms.data() + end; each < last; ++each)
      sum += each->weight * terms[each->term];
    *B++ = sum;
  }
}

}  // namespace

void forward(const EnergyProgram& program, const BaseShape& shape, const Lane* A,
             EnergyScratch& scratch, Lane* rho) {
  const auto P = static_cast<std::size_t>(program.densities);
  scratch.values.resize(2 * (program.leaves + program.products.size()));
  scratch.sums.resize(2 * P * program.groups.size());
  spread(shape, A, scratch.values.data());
  multiply(program, scratch.values.data());
  std::fill_n(rho, P, Lane{});
  for (std::size_t i = 0; i < program.linear.size(); ++i)
    for (std::size_t p = 0; p < P; ++p)
      rho[p] += program.linear_coefficients[i * P + p] * A[program.linear[i]];
  sum_densities(program, scratch.values.data(), scratch.sums.data(), rho);
}

void backward(const EnergyProgram& program, const BaseShape& shape, const Lane* seed,
              EnergyScratch& scratch, Lane* dA) {
  scratch.adjoints.zero(2 * (program.leaves + program.products.size()));
  seed_densities(program, seed, scratch, scratch.adjoints.data());
  backpropagate(program, scratch.values.data(), scratch.adjoints.data());
  std::fill_n(dA, shape.size(), Lane{});
  fold(shape, scratch.adjoints.data(), dA);
  const auto P = static_cast<std::size_t>(program.densities);
  for (std::size_t i = 0; i < program.linear.size(); ++i)
    for (std::size_t p = 0; p < P; ++p)
      dA[program.linear[i]] += program.linear_coefficients[i * P + p] * seed[p];
}

void project(const EnergyProgram& program, const Lane* A, EnergyScratch& scratch, Lane* B) {
  scratch.terms.resize(program.rights.size());
  sum_projections(program, A, scratch.values.data(), scratch.terms.data(), B);
}

}  // namespace mlip::ace
