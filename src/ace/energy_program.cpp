#include "ace/energy_program.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "ace/vectorise.hpp"

namespace mlip::ace {

namespace {

using Leaves = std::vector<std::int32_t>;

/// Complex leaf of (mu, n, l, m): species and n outermost, then l² + l + m.
std::int32_t leaf(const BaseShape& shape, int mu, int n, int l, int m) {
  return static_cast<std::int32_t>(static_cast<std::size_t>(mu * shape.radial + n) *
                                   shape.harmonics()) +
         l * l + l + m;
}

class Compiler {
 public:
  Compiler(int densities, const BaseShape& shape) : shape_(shape) {
    program_.densities = densities;
    program_.leaves = static_cast<std::size_t>(shape.species * shape.radial) * shape.harmonics();
  }

  void add(const CTildeFunction& f) {
    const std::size_t rank = f.mus.size(), p = static_cast<std::size_t>(program_.densities);
    for (std::size_t tuple = 0; tuple * p < f.coefficients.size(); ++tuple) {
      const double* c = &f.coefficients[tuple * p];
      if (std::all_of(c, c + p, [](double x) { return x == 0; })) continue;
      if (rank == 1)
        accumulate(linear_[shape_.base(f.mus[0], f.ns[0] - 1)], c);
      else
        accumulate(terms_[canonical(f, &f.ms[tuple * rank])], c);
    }
  }

  EnergyProgram take() {
    for (const auto& [component, c] : linear_) {
      program_.linear.push_back({static_cast<std::int32_t>(component)});
      program_.linear_coefficients.insert(program_.linear_coefficients.end(), c.begin(), c.end());
    }
    for (const auto& [factors, c] : terms_) {
      const auto [left, right] = halves(factors);
      const std::int32_t a = value_of(left), b = value_of(right);
      program_.terms.push_back({a, b});
      program_.term_coefficients.insert(program_.term_coefficients.end(), c.begin(), c.end());
    }
    return std::move(program_);
  }

 private:
  void accumulate(std::vector<double>& sum, const double* c) const {
    sum.resize(static_cast<std::size_t>(program_.densities));
    for (std::size_t p = 0; p < sum.size(); ++p) sum[p] += c[p];
  }

  [[nodiscard]] Leaves canonical(const CTildeFunction& f, const int* m) const {
    Leaves plus, minus;
    for (std::size_t t = 0; t < f.mus.size(); ++t) {
      plus.push_back(leaf(shape_, f.mus[t], f.ns[t] - 1, f.ls[t], m[t]));
      minus.push_back(leaf(shape_, f.mus[t], f.ns[t] - 1, f.ls[t], -m[t]));
    }
    std::sort(plus.begin(), plus.end());
    std::sort(minus.begin(), minus.end());
    int sum = 0;
    for (std::size_t t = 0; t < f.mus.size(); ++t) sum += m[t];
    return sum == 0 ? std::max(plus, minus) : plus;
  }

  static std::pair<Leaves, Leaves> halves(const Leaves& factors) {
    const auto middle = factors.begin() + static_cast<std::ptrdiff_t>((factors.size() + 1) / 2);
    return {{factors.begin(), middle}, {middle, factors.end()}};
  }

  std::int32_t value_of(const Leaves& factors) {
    if (factors.size() == 1) return factors[0];
    if (const auto known = known_.find(factors); known != known_.end()) return known->second;
    const auto [left, right] = halves(factors);
    const EnergyProgram::Product product = {value_of(left), value_of(right)};
    program_.products.push_back(product);
    const auto id = static_cast<std::int32_t>(program_.leaves + program_.products.size() - 1);
    known_.emplace(factors, id);
    return id;
  }

  BaseShape shape_;
  EnergyProgram program_;
  std::map<std::size_t, std::vector<double>> linear_;
  std::map<Leaves, std::vector<double>> terms_;
  std::map<Leaves, std::int32_t> known_;
};

/// Calls visit(leaf of m, leaf of −m, harmonic of m, sign, component) for every (channel, l, m ≥
/// 0).
template <class Visit>
void each_leaf(const BaseShape& shape, const Visit& visit) {
  for (int mu = 0; mu < shape.species; ++mu)
    for (int n = 0; n < shape.radial; ++n) {
      const std::size_t first = shape.at(mu, n, 0);
      const auto base = static_cast<std::size_t>(leaf(shape, mu, n, 0, 0));
      for (int l = 0; l <= shape.lmax; ++l)
        for (int m = 0; m <= l; ++m) {
          const auto center = base + static_cast<std::size_t>(l * l + l);
          visit(center + static_cast<std::size_t>(m), center - static_cast<std::size_t>(m), m,
                first + static_cast<std::size_t>(harmonic_index(l, m)));
        }
    }
}

void spread(const BaseShape& shape, const double* A, double* values) {
  each_leaf(shape, [&](std::size_t plus, std::size_t minus, int m, std::size_t component) {
    const double re = A[component], im = m == 0 ? 0 : A[component + 1];
    const double sign = m % 2 ? -1 : 1;
    values[2 * minus] = sign * re;
    values[2 * minus + 1] = -sign * im;
    values[2 * plus] = re;
    values[2 * plus + 1] = im;
  });
}

void fold(const BaseShape& shape, const double* adjoints, double* dA) {
  each_leaf(shape, [&](std::size_t plus, std::size_t minus, int m, std::size_t component) {
    if (m == 0) {
      dA[component] = adjoints[2 * plus];
      return;
    }
    const double sign = m % 2 ? -1 : 1;
    dA[component] = adjoints[2 * plus] + sign * adjoints[2 * minus];
    dA[component + 1] = -adjoints[2 * plus + 1] + sign * adjoints[2 * minus + 1];
  });
}

void multiply(const EnergyProgram& program, double* values) {
  double* out = values + 2 * program.leaves;
  for (const auto& [left, right] : program.products) {
    const double *a = values + 2 * left, *b = values + 2 * right;
    out[0] = a[0] * b[0] - a[1] * b[1];
    out[1] = a[0] * b[1] + a[1] * b[0];
    out += 2;
  }
}

void backpropagate(const EnergyProgram& program, const double* values, double* adjoints) {
  for (std::size_t i = program.products.size(); i-- > 0;) {
    const auto [left, right] = program.products[i];
    const double *a = values + 2 * left, *b = values + 2 * right;
    const double w[2] = {adjoints[2 * (program.leaves + i)],
                         adjoints[2 * (program.leaves + i) + 1]};
    double *da = adjoints + 2 * left, *db = adjoints + 2 * right;
    da[0] += w[0] * b[0] - w[1] * b[1];
    da[1] += w[0] * b[1] + w[1] * b[0];
    db[0] += w[0] * a[0] - w[1] * a[1];
    db[1] += w[0] * a[1] + w[1] * a[0];
  }
}

void seed_terms(const EnergyProgram& program, const double* seed, const double* values,
                double* adjoints) {
  const double* c = program.term_coefficients.data();
  for (const auto& [left, right] : program.terms) {
    double s = 0;
    for (int p = 0; p < program.densities; ++p) s += seed[p] * c[p];
    c += program.densities;
    const double *a = values + 2 * left, *b = values + 2 * right;
    double *da = adjoints + 2 * left, *db = adjoints + 2 * right;
    const double b0 = s * b[0], b1 = s * b[1], a0 = s * a[0], a1 = s * a[1];
    da[0] += b0;
    da[1] += b1;
    db[0] += a0;
    db[1] += a1;
  }
}

}  // namespace

EnergyProgram compile(std::span<const CTildeFunction> functions, int densities,
                      const BaseShape& shape) {
  Compiler compiler(densities, shape);
  for (const CTildeFunction& function : functions) compiler.add(function);
  return compiler.take();
}

void forward(const EnergyProgram& program, const BaseShape& shape, const double* A,
             EnergyScratch& scratch, double* rho) {
  scratch.values.resize(2 * (program.leaves + program.products.size()));
  double* values = scratch.values.data();
  spread(shape, A, values);
  multiply(program, values);
  const auto densities = static_cast<std::size_t>(program.densities);
  std::fill_n(rho, densities, 0.0);
  for (std::size_t i = 0; i < program.linear.size(); ++i)
    for (std::size_t p = 0; p < densities; ++p)
      rho[p] += program.linear_coefficients[i * densities + p] * A[program.linear[i].component];
  const double* c = program.term_coefficients.data();
  for (const auto& [left, right] : program.terms) {
    const double *a = values + 2 * left, *b = values + 2 * right;
    const double re = a[0] * b[0] - a[1] * b[1];
    for (std::size_t p = 0; p < densities; ++p) rho[p] += c[p] * re;
    c += densities;
  }
}

void backward(const EnergyProgram& program, const BaseShape& shape, const double* seed,
              EnergyScratch& scratch, double* dA) {
  scratch.adjoints.assign(scratch.values.size(), 0.0);
  seed_terms(program, seed, scratch.values.data(), scratch.adjoints.data());
  backpropagate(program, scratch.values.data(), scratch.adjoints.data());
  std::fill_n(dA, shape.size(), 0.0);
  fold(shape, scratch.adjoints.data(), dA);
  const auto densities = static_cast<std::size_t>(program.densities);
  for (std::size_t i = 0; i < program.linear.size(); ++i)
    for (std::size_t p = 0; p < densities; ++p)
      dA[program.linear[i].component] += program.linear_coefficients[i * densities + p] * seed[p];
}

}  // namespace mlip::ace
