#include <algorithm>
#include <cmath>
#include <map>

#include "ace/coupling.hpp"
#include "ace/energy_program.hpp"

namespace mlip::ace {

namespace {

using Leaves = std::vector<std::int32_t>;

/// Complex leaf of (mu, n, l, m): species and n outermost, then l² + l + m.
std::int32_t leaf(const BaseShape& shape, int mu, int n, int l, int m) {
  return static_cast<std::int32_t>(static_cast<std::size_t>(mu * shape.radial + n) *
                                   shape.harmonics()) +
         l * l + l + m;
}

struct Term {
  std::int32_t left, right;
  std::vector<double> coefficients;  // [density]
  std::size_t original;
};

class Compiler {
 public:
  Compiler(int densities, const BaseShape& shape) : shape_(shape) {
    program_.densities = densities;
    program_.leaves = static_cast<std::size_t>(shape.species * shape.radial) * shape.harmonics();
  }

  void add(const CTildeFunction& f) {
    const std::size_t rank = f.mus.size(), p = densities();
    for (std::size_t tuple = 0; tuple * p < f.coefficients.size(); ++tuple) {
      const double* c = &f.coefficients[tuple * p];
      if (std::all_of(c, c + p, [](double x) { return x == 0; })) continue;
      std::vector<double>& sum = rank == 1 ? linear_[shape_.base(f.mus[0], f.ns[0] - 1)]
                                           : term(canonical(f, &f.ms[tuple * rank])).coefficients;
      sum.resize(p);
      for (std::size_t i = 0; i < p; ++i) sum[i] += c[i];
    }
  }

  void project(const Function& f) {
    std::int32_t component = -1;
    if (f.rank() == 1)
      component = static_cast<std::int32_t>(shape_.base(f.mus[0], f.ns[0] - 1));
    else
      project_product(f);
    program_.projections.push_back(
        {component, static_cast<std::uint32_t>(program_.projection_terms.size())});
  }

  EnergyProgram take() {
    for (const auto& [component, c] : linear_) {
      program_.linear.push_back(static_cast<std::int32_t>(component));
      program_.linear_coefficients.insert(program_.linear_coefficients.end(), c.begin(), c.end());
    }
    share_factors();
    std::ranges::sort(terms_, [](const Term& a, const Term& b) {
      return std::pair(a.left, a.right) < std::pair(b.left, b.right);
    });
    number_projections();
    write_terms();
    return std::move(program_);
  }

 private:
  [[nodiscard]] std::size_t densities() const {
    return static_cast<std::size_t>(program_.densities);
  }

  /// The term of a product of leaves, made where it is new.
  Term& term(const Leaves& factors) {
    const auto [place, fresh] = known_terms_.try_emplace(factors, terms_.size());
    if (fresh) {
      const auto [left, right] = halves(factors);
      const std::int32_t a = value_of(left), b = value_of(right);
      terms_.push_back({a, b, std::vector<double>(densities(), 0.0), terms_.size()});
    }
    return terms_[place->second];
  }

  void project_product(const Function& f) {
    std::map<std::size_t, double> weights;
    for (const Coupling& coupling : couplings(f.ls, f.LS))
      weights[term(canonical(f, coupling.m.data())).original] += coupling.value;
    for (const auto& [original, weight] : weights)
      if (std::abs(weight) >= 1e-15)
        program_.projection_terms.push_back({static_cast<std::uint32_t>(original), weight});
  }

  /// A product and its complex conjugate have the same real part.
  template <class AnyFunction>
  [[nodiscard]] Leaves canonical(const AnyFunction& f, const int* m) const {
    Leaves plus, minus;
    int sum = 0;
    for (std::size_t t = 0; t < f.mus.size(); ++t) {
      plus.push_back(leaf(shape_, f.mus[t], f.ns[t] - 1, f.ls[t], m[t]));
      minus.push_back(leaf(shape_, f.mus[t], f.ns[t] - 1, f.ls[t], -m[t]));
      sum += m[t];
    }
    std::ranges::sort(plus);
    std::ranges::sort(minus);
    return sum == 0 ? std::max(plus, minus) : plus;
  }

  static std::pair<Leaves, Leaves> halves(const Leaves& factors) {
    const auto middle = factors.begin() + static_cast<std::ptrdiff_t>((factors.size() + 1) / 2);
    return {{factors.begin(), middle}, {middle, factors.end()}};
  }

  std::int32_t value_of(const Leaves& factors) {
    if (factors.size() == 1) return factors[0];
    if (const auto known = known_values_.find(factors); known != known_values_.end())
      return known->second;
    const auto [left, right] = halves(factors);
    const EnergyProgram::Product product = {value_of(left), value_of(right)};
    program_.products.push_back(product);
    const auto id = static_cast<std::int32_t>(program_.leaves + program_.products.size() - 1);
    known_values_.emplace(factors, id);
    return id;
  }

  /// The factor that more terms have is the left one: groups are long and few.
  void share_factors() {
    std::vector<int> uses(program_.leaves + program_.products.size(), 0);
    const auto count = [&](std::int32_t value) -> int& {
      return uses[static_cast<std::size_t>(value)];
    };
    for (const Term& each : terms_) ++count(each.left), ++count(each.right);
    for (Term& each : terms_)
      if (count(each.right) > count(each.left)) std::swap(each.left, each.right);
  }

  void number_projections() {
    std::vector<std::uint32_t> place(terms_.size());
    for (std::size_t i = 0; i < terms_.size(); ++i)
      place[terms_[i].original] = static_cast<std::uint32_t>(i);
    for (auto& each : program_.projection_terms) each.term = place[each.term];
  }

  void write_terms() {
    for (const Term& each : terms_) {
      if (program_.groups.empty() || program_.groups.back().left != each.left)
        program_.groups.push_back({each.left, 0});
      program_.rights.push_back(each.right);
      program_.groups.back().end = static_cast<std::uint32_t>(program_.rights.size());
    }
    for (std::size_t p = 0; p < densities(); p += 2)
      for (const Term& each : terms_)
        for (std::size_t i = p; i < std::min(p + 2, densities()); ++i)
          program_.coefficients.push_back(each.coefficients[i]);
  }

  BaseShape shape_;
  EnergyProgram program_;
  std::map<std::size_t, std::vector<double>> linear_;
  std::vector<Term> terms_;
  std::map<Leaves, std::size_t> known_terms_;
  std::map<Leaves, std::int32_t> known_values_;
};

}  // namespace

EnergyProgram compile(std::span<const CTildeFunction> functions,
                      std::span<const Function> projected, int densities, const BaseShape& shape) {
  Compiler compiler(densities, shape);
  for (const CTildeFunction& function : functions) compiler.add(function);
  for (const Function& function : projected) compiler.project(function);
  return compiler.take();
}

}  // namespace mlip::ace
