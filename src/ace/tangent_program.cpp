#include "ace/tangent_program.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "ace/coupling.hpp"
#include "core/vectorise.hpp"

namespace mlip::ace {

namespace {

using Component = std::array<int, 4>;  // mu, n, l, m
using Tuple = std::vector<Component>;
using Product = TangentProgram::Product;

Tuple sorted_tuple(const Function& f, const std::vector<int>& m, int sign) {
  Tuple tuple;
  for (std::size_t t = 0; t < m.size(); ++t)
    tuple.push_back({f.mus[t], f.ns[t] - 1, f.ls[t], sign * m[t]});
  std::sort(tuple.begin(), tuple.end());
  return tuple;
}

class Compiler {
 public:
  explicit Compiler(const MomentShape& shape) : shape_(shape) { program_.first.push_back(0); }

  void add(const Function& f) {
    const auto column = static_cast<std::int32_t>(program_.functions++);
    if (f.rank() == 1)
      program_.rank_one.push_back(
          {column, static_cast<std::int32_t>(shape_.moment(f.mus[0], f.ns[0] - 1))});
    else
      add_terms(f);
    program_.first.push_back(static_cast<std::uint32_t>(program_.term.size()));
  }

  /// Leaves are numbered before products, so these are shifted once all leaves are known.
  TangentProgram take() {
    const auto shift = static_cast<std::int32_t>(program_.leaves.size());
    const auto place = [&](std::int32_t& id) { id = id < 0 ? shift - 1 - id : id; };
    for (auto* list : {&program_.products, &program_.terms})
      for (Product& each : *list) {
        place(each.left);
        place(each.right);
      }
    return std::move(program_);
  }

 private:
  void add_terms(const Function& f) {
    std::map<std::int32_t, double> weights;
    for (const Coupling& coupling : couplings(f.ls, f.LS))
      weights[term_of(std::max(sorted_tuple(f, coupling.m, 1), sorted_tuple(f, coupling.m, -1)))] +=
          coupling.value;
    for (const auto& [term, weight] : weights) {
      if (std::abs(weight) < 1e-15) continue;
      program_.term.push_back(term);
      program_.weight.push_back(weight);
    }
  }

  static std::pair<Tuple, Tuple> halves(const Tuple& tuple) {
    const auto middle = tuple.begin() + static_cast<std::ptrdiff_t>((tuple.size() + 1) / 2);
    return {{tuple.begin(), middle}, {middle, tuple.end()}};
  }

  std::int32_t term_of(const Tuple& tuple) {
    const auto [place, fresh] =
        terms_.try_emplace(tuple, static_cast<std::int32_t>(program_.terms.size()));
    if (!fresh) return place->second;
    const std::int32_t id = place->second;
    const auto [left, right] = halves(tuple);
    program_.terms.push_back({0, 0});
    const std::int32_t a = value_of(left), b = value_of(right);
    program_.terms[static_cast<std::size_t>(id)] = {a, b};
    return id;
  }

  /// A leaf's number, or −1 − the product's.
  std::int32_t value_of(const Tuple& tuple) {
    if (const auto known = values_.find(tuple); known != values_.end()) return known->second;
    std::int32_t id = 0;
    if (tuple.size() == 1) {
      id = static_cast<std::int32_t>(program_.leaves.size());
      program_.leaves.push_back(leaf(tuple[0]));
    } else {
      const auto [left, right] = halves(tuple);
      const std::int32_t a = value_of(left), b = value_of(right);
      id = -1 - static_cast<std::int32_t>(program_.products.size());
      program_.products.push_back({a, b});
    }
    values_.emplace(tuple, id);
    return id;
  }

  [[nodiscard]] TangentProgram::Leaf leaf(const Component& c) const {
    const auto [mu, n, l, m] = c;
    const int size = std::abs(m);
    const auto re = static_cast<std::int32_t>(shape_.component(mu, n, harmonic_index(l, size)));
    const double sign = m < 0 && size % 2 ? -1 : 1;
    return {re, re + (m != 0), sign, m == 0 ? 0 : (m < 0 ? -sign : sign)};
  }

  MomentShape shape_;
  TangentProgram program_;
  std::map<Tuple, std::int32_t> values_, terms_;
};

typedef double Lane __attribute__((vector_size(directions * sizeof(double)), aligned(8)));

MLIP_VECTORISE void multiply(const TangentProgram& program, double* value, double* term) {
  double* out = value + 2 * program.leaves.size();
  for (const auto& [left, right] : program.products) {
    const double *a = value + 2 * left, *b = value + 2 * right;
    out[0] = a[0] * b[0] - a[1] * b[1];
    out[1] = a[0] * b[1] + a[1] * b[0];
    out += 2;
  }
  for (const auto& [left, right] : program.terms) {
    const double *a = value + 2 * left, *b = value + 2 * right;
    *term++ = a[0] * b[0] - a[1] * b[1];
  }
}

MLIP_VECTORISE void multiply_tangents(const TangentProgram& program, const double* value,
                                      double* tangent, double* term) {
  const auto* in = reinterpret_cast<const Lane*>(tangent);
  Lane* out = reinterpret_cast<Lane*>(tangent) + 2 * program.leaves.size();
  for (const auto& [left, right] : program.products) {
    const double *a = value + 2 * left, *b = value + 2 * right;
    const Lane *da = in + 2 * left, *db = in + 2 * right;
    out[0] = da[0] * b[0] - da[1] * b[1] + a[0] * db[0] - a[1] * db[1];
    out[1] = da[0] * b[1] + da[1] * b[0] + a[0] * db[1] + a[1] * db[0];
    out += 2;
  }
  Lane* result = reinterpret_cast<Lane*>(term);
  for (const auto& [left, right] : program.terms) {
    const double *a = value + 2 * left, *b = value + 2 * right;
    const Lane *da = in + 2 * left, *db = in + 2 * right;
    *result++ = da[0] * b[0] - da[1] * b[1] + a[0] * db[0] - a[1] * db[1];
  }
}

/// Adjoints of all values for dE/dτ = seed.
MLIP_VECTORISE void propagate(const TangentProgram& program, const double* seed,
                              const double* value, double* adjoint) {
  for (const auto& [left, right] : program.terms) {
    const double s = *seed++;
    const double *a = value + 2 * left, *b = value + 2 * right;
    double *da = adjoint + 2 * left, *db = adjoint + 2 * right;
    const double b0 = s * b[0], b1 = s * b[1], a0 = s * a[0], a1 = s * a[1];
    da[0] += b0;
    da[1] += b1;
    db[0] += a0;
    db[1] += a1;
  }
  for (std::size_t i = program.products.size(); i-- > 0;) {
    const auto [left, right] = program.products[i];
    const double *a = value + 2 * left, *b = value + 2 * right;
    const double* w = adjoint + 2 * (program.leaves.size() + i);
    double *da = adjoint + 2 * left, *db = adjoint + 2 * right;
    da[0] += w[0] * b[0] - w[1] * b[1];
    da[1] += w[0] * b[1] + w[1] * b[0];
    db[0] += w[0] * a[0] - w[1] * a[1];
    db[1] += w[0] * a[1] + w[1] * a[0];
  }
}

/// Pointers of one backward sweep with tangents.
struct Sweep {
  const double *value, *adjoint, *seed, *terms;
  const Lane* tangent;
  Lane* out;
};

MLIP_VECTORISE void propagate_term_tangents(const TangentProgram& program, const Sweep& sweep,
                                            const Lane* slopes, std::size_t densities) {
  const double *c = sweep.terms, *seed = sweep.seed;
  for (const auto& [left, right] : program.terms) {
    const double s = *seed++;
    Lane ds = {};
    for (std::size_t p = 0; p < densities; ++p) ds += *c++ * slopes[p];
    const double *a = sweep.value + 2 * left, *b = sweep.value + 2 * right;
    const Lane *ta = sweep.tangent + 2 * left, *tb = sweep.tangent + 2 * right;
    Lane *da = sweep.out + 2 * left, *db = sweep.out + 2 * right;
    const Lane b0 = ds * b[0] + s * tb[0], b1 = ds * b[1] + s * tb[1];
    const Lane a0 = ds * a[0] + s * ta[0], a1 = ds * a[1] + s * ta[1];
    da[0] += b0;
    da[1] += b1;
    db[0] += a0;
    db[1] += a1;
  }
}

MLIP_VECTORISE void propagate_tangents(const TangentProgram& program, const Sweep& sweep) {
  for (std::size_t i = program.products.size(); i-- > 0;) {
    const auto [left, right] = program.products[i];
    const double *a = sweep.value + 2 * left, *b = sweep.value + 2 * right;
    const Lane *ta = sweep.tangent + 2 * left, *tb = sweep.tangent + 2 * right;
    const double* w = sweep.adjoint + 2 * (program.leaves.size() + i);
    const Lane* own = sweep.out + 2 * (program.leaves.size() + i);
    const Lane w0 = own[0], w1 = own[1];
    Lane *da = sweep.out + 2 * left, *db = sweep.out + 2 * right;
    da[0] += w0 * b[0] - w1 * b[1] + w[0] * tb[0] - w[1] * tb[1];
    da[1] += w0 * b[1] + w1 * b[0] + w[0] * tb[1] + w[1] * tb[0];
    db[0] += w0 * a[0] - w1 * a[1] + w[0] * ta[0] - w[1] * ta[1];
    db[1] += w0 * a[1] + w1 * a[0] + w[0] * ta[1] + w[1] * ta[0];
  }
}

MLIP_VECTORISE void sum_terms(const TangentProgram& program, const double* term, double* dB) {
  const Lane* tangent = reinterpret_cast<const Lane*>(term);
  Lane* out = reinterpret_cast<Lane*>(dB);
  for (std::size_t f = 0; f < program.functions; ++f) {
    Lane sum = {};
    for (std::uint32_t e = program.first[f]; e < program.first[f + 1]; ++e)
      sum += program.weight[e] * tangent[program.term[e]];
    out[f] = sum;
  }
}

}  // namespace

TangentProgram compile(const std::vector<Function>& functions, const MomentShape& shape) {
  Compiler compiler(shape);
  for (const Function& function : functions) compiler.add(function);
  return compiler.take();
}

std::vector<double> term_coefficients(const TangentProgram& program, const double* coefficients,
                                      int densities) {
  const auto P = static_cast<std::size_t>(densities);
  std::vector<double> sums(program.terms.size() * P, 0);
  for (std::size_t f = 0; f < program.functions; ++f)
    for (std::uint32_t e = program.first[f]; e < program.first[f + 1]; ++e)
      for (std::size_t p = 0; p < P; ++p)
        sums[static_cast<std::size_t>(program.term[e]) * P + p] +=
            program.weight[e] * coefficients[f * P + p];
  return sums;
}

void evaluate(const TangentProgram& program, const double* A, const double* moments,
              TangentScratch& scratch, double* B) {
  scratch.value.resize(2 * program.values());
  scratch.term.resize(program.terms.size());
  double* value = scratch.value.data();
  for (const TangentProgram::Leaf& leaf : program.leaves) {
    *value++ = leaf.re_scale * A[leaf.re];
    *value++ = leaf.im_scale * A[leaf.im];
  }
  multiply(program, scratch.value.data(), scratch.term.data());
  for (std::size_t f = 0; f < program.functions; ++f) {
    double sum = 0;
    for (std::uint32_t e = program.first[f]; e < program.first[f + 1]; ++e)
      sum += program.weight[e] * scratch.term[static_cast<std::size_t>(program.term[e])];
    B[f] = sum;
  }
  for (const auto& each : program.rank_one) B[each.function] = moments[each.moment];
}

void backward(const TangentProgram& program, std::span<const double> slopes, const double* terms,
              TangentScratch& scratch, std::span<double> dA) {
  scratch.seed.resize(program.terms.size());
  for (double& seed : scratch.seed) {
    seed = 0;
    for (double slope : slopes) seed += slope * *terms++;
  }
  scratch.adjoint.assign(2 * program.values(), 0);
  propagate(program, scratch.seed.data(), scratch.value.data(), scratch.adjoint.data());
  std::ranges::fill(dA, 0.0);
  const double* adjoint = scratch.adjoint.data();
  for (const TangentProgram::Leaf& leaf : program.leaves) {
    dA[static_cast<std::size_t>(leaf.re)] += leaf.re_scale * *adjoint++;
    dA[static_cast<std::size_t>(leaf.im)] -= leaf.im_scale * *adjoint++;
  }
}

void evaluate_tangent(const TangentProgram& program, const double* dA, const double* moments,
                      TangentScratch& scratch, double* dB) {
  scratch.tangent.resize(2 * directions * program.values());
  scratch.term_tangent.resize(directions * program.terms.size());
  const Lane* in = reinterpret_cast<const Lane*>(dA);
  Lane* leaves = reinterpret_cast<Lane*>(scratch.tangent.data());
  for (const TangentProgram::Leaf& leaf : program.leaves) {
    *leaves++ = leaf.re_scale * in[leaf.re];
    *leaves++ = leaf.im_scale * in[leaf.im];
  }
  multiply_tangents(program, scratch.value.data(), scratch.tangent.data(),
                    scratch.term_tangent.data());
  sum_terms(program, scratch.term_tangent.data(), dB);
  const Lane* M = reinterpret_cast<const Lane*>(moments);
  for (const auto& each : program.rank_one)
    reinterpret_cast<Lane*>(dB)[each.function] = M[each.moment];
}

void backward_tangent(const TangentProgram& program, std::span<const double> slopes,
                      const double* terms, TangentScratch& scratch, std::span<double> ddA) {
  scratch.tangent_adjoint.assign(scratch.tangent.size(), 0);
  const Sweep sweep = {scratch.value.data(),
                       scratch.adjoint.data(),
                       scratch.seed.data(),
                       terms,
                       reinterpret_cast<const Lane*>(scratch.tangent.data()),
                       reinterpret_cast<Lane*>(scratch.tangent_adjoint.data())};
  propagate_term_tangents(program, sweep, reinterpret_cast<const Lane*>(slopes.data()),
                          slopes.size() / directions);
  propagate_tangents(program, sweep);
  std::ranges::fill(ddA, 0.0);
  Lane* out = reinterpret_cast<Lane*>(ddA.data());
  const Lane* adjoint = sweep.out;
  for (const TangentProgram::Leaf& leaf : program.leaves) {
    out[leaf.re] += leaf.re_scale * *adjoint++;
    out[leaf.im] -= leaf.im_scale * *adjoint++;
  }
}

}  // namespace mlip::ace
