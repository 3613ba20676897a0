#include "surrogate/mace_polynomial.hpp"

#include "core/error.hpp"
#include "surrogate/lanes.hpp"

namespace mlip::surrogate {

namespace {

constexpr int block = 8;  // channels at a time
constexpr int vectors = block / Lanes<double>::count;

/// Eight channels.
struct Eight {
  Vector<double> parts[vectors];
};

MLIP_INLINE Eight load(const double* place) {
  Eight eight;
  for (int v = 0; v < vectors; ++v) eight.parts[v] = at(place + v * Lanes<double>::count);
  return eight;
}
MLIP_INLINE void store(const Eight& eight, double* place) {
  for (int v = 0; v < vectors; ++v) at(place + v * Lanes<double>::count) = eight.parts[v];
}
MLIP_INLINE Eight times(const Eight& a, const Eight& b) {
  Eight eight;
  for (int v = 0; v < vectors; ++v) eight.parts[v] = a.parts[v] * b.parts[v];
  return eight;
}
MLIP_INLINE void add_times(const Eight& a, const Eight& b, Eight& sum) {
  for (int v = 0; v < vectors; ++v) sum.parts[v] += a.parts[v] * b.parts[v];
}

/// What multiplies x_a x_b.
MLIP_INLINE Eight sum_of_thirds(const Polynomials::Nest& nest, const Polynomials::Second& second,
                                const double*& coefficients, const Eight* x) {
  Eight sum = load(coefficients);
  coefficients += block;
  for (int t = second.first_third; t < second.last_third; ++t, coefficients += block)
    add_times(load(coefficients), x[nest.thirds[static_cast<std::size_t>(t)]], sum);
  return sum;
}

/// The same, and what follows for the x_c from the gradient by the sum.
MLIP_INLINE Eight sum_of_thirds_back(const Polynomials::Nest& nest,
                                     const Polynomials::Second& second, const double*& coefficients,
                                     const Eight* x, const Eight& by_sum, Eight* by_x) {
  Eight sum = load(coefficients);
  coefficients += block;
  for (int t = second.first_third; t < second.last_third; ++t, coefficients += block) {
    const int third = nest.thirds[static_cast<std::size_t>(t)];
    const Eight coefficient = load(coefficients);
    add_times(coefficient, x[third], sum);
    add_times(coefficient, by_sum, by_x[third]);
  }
  return sum;
}

MLIP_INLINE void evaluate_block(const Polynomials::Nest& nest, const double* coefficients,
                                const Eight* x, Eight* results) {
  for (const auto& component : nest.components) {
    Eight sum = {};
    for (int f = component.first_first; f < component.last_first; ++f) {
      const auto& first = nest.firsts[static_cast<std::size_t>(f)];
      Eight of_first = load(coefficients);
      coefficients += block;
      for (int s = first.first_second; s < first.last_second; ++s) {
        const auto& second = nest.seconds[static_cast<std::size_t>(s)];
        add_times(sum_of_thirds(nest, second, coefficients, x), x[second.factor], of_first);
      }
      add_times(of_first, x[first.factor], sum);
    }
    results[component.component] = sum;
  }
}

MLIP_INLINE void evaluate_back_block(const Polynomials::Nest& nest, const double* coefficients,
                                     const Eight* x, const Eight* by_results, Eight* by_x) {
  for (const auto& component : nest.components) {
    const Eight by_sum = by_results[component.component];
    for (int f = component.first_first; f < component.last_first; ++f) {
      const auto& first = nest.firsts[static_cast<std::size_t>(f)];
      const Eight by_first = times(by_sum, x[first.factor]);
      Eight of_first = load(coefficients);
      coefficients += block;
      for (int s = first.first_second; s < first.last_second; ++s) {
        const auto& second = nest.seconds[static_cast<std::size_t>(s)];
        const Eight of_second = sum_of_thirds_back(nest, second, coefficients, x,
                                                   times(by_first, x[second.factor]), by_x);
        add_times(of_second, x[second.factor], of_first);
        add_times(of_second, by_first, by_x[second.factor]);
      }
      add_times(of_first, by_sum, by_x[first.factor]);
    }
  }
}

MLIP_VECTORISE void evaluate_channels(const Polynomials::Nest& nest, const double* coefficients,
                                      int channels, const Rows<const double>& x,
                                      const Rows<double>& results) {
  for (int c = 0; c < channels; c += block, coefficients += block * nest.coefficients) {
    Eight local[16], sums[16] = {};
    for (std::size_t k = 0; k < x.size() && x[k] != nullptr; ++k) local[k] = load(x[k] + c);
    evaluate_block(nest, coefficients, local, sums);
    for (std::size_t k = 0; k < results.size() && results[k] != nullptr; ++k)
      store(sums[k], results[k] + c);
  }
}

MLIP_VECTORISE void evaluate_back_channels(const Polynomials::Nest& nest,
                                           const double* coefficients, int channels,
                                           const Rows<const double>& x,
                                           const Rows<const double>& by_results,
                                           const Rows<double>& by_x) {
  for (int c = 0; c < channels; c += block, coefficients += block * nest.coefficients) {
    Eight local[16], by_local[16], by_sums[16] = {};
    for (std::size_t k = 0; k < x.size() && x[k] != nullptr; ++k) {
      local[k] = load(x[k] + c);
      by_local[k] = load(by_x[k] + c);
    }
    for (std::size_t k = 0; k < by_results.size() && by_results[k] != nullptr; ++k)
      by_sums[k] = load(by_results[k] + c);
    evaluate_back_block(nest, coefficients, local, by_sums, by_local);
    for (std::size_t k = 0; k < x.size() && x[k] != nullptr; ++k) store(by_local[k], by_x[k] + c);
  }
}

/// How many of its first entries the monomials share.
int shared(const Monomial& a, const Monomial& b) {
  int count = 0;
  while (count < 4 && a[static_cast<std::size_t>(count)] == b[static_cast<std::size_t>(count)])
    ++count;
  return count;
}

}  // namespace

Polynomials::Polynomials(std::span<const Monomial> monomials, const double* coefficients,
                         int channels)
    : channels_(channels) {
  MLIP_ASSERT(channels % block == 0);
  std::vector<int> rows;  // of a coefficient: its monomial, -1 for none
  Monomial before = {-2, -2, -2, -2};
  for (std::size_t k = 0; k < monomials.size(); ++k) {
    const Monomial& monomial = monomials[k];
    const auto [component, a, b, c] = monomial;
    const int same = shared(before, monomial);
    if (same < 1) nest_.components.push_back({component, int(nest_.firsts.size()), 0});
    if (same < 2) {
      nest_.firsts.push_back({a, int(nest_.seconds.size()), 0});
      rows.push_back(b < 0 ? int(k) : -1);
    }
    if (same < 3 && b >= 0) {
      nest_.seconds.push_back({b, int(nest_.thirds.size()), 0});
      rows.push_back(c < 0 ? int(k) : -1);
    }
    if (c >= 0) {
      nest_.thirds.push_back(c);
      rows.push_back(int(k));
    }
    nest_.components.back().last_first = int(nest_.firsts.size());
    nest_.firsts.back().last_second = int(nest_.seconds.size());
    if (b >= 0) nest_.seconds.back().last_third = int(nest_.thirds.size());
    before = monomial;
  }
  nest_.coefficients = int(rows.size());
  coefficients_.reserve(rows.size() * static_cast<std::size_t>(channels));
  for (int first = 0; first < channels; first += block)
    for (int row : rows)
      for (int c = first; c < first + block; ++c)
        coefficients_.push_back(row < 0 ? 0 : coefficients[row * channels + c]);
}

void Polynomials::evaluate(const Rows<const double>& x, const Rows<double>& results) const {
  evaluate_channels(nest_, coefficients_.data(), channels_, x, results);
}

void Polynomials::evaluate_back(const Rows<const double>& x, const Rows<const double>& by_results,
                                const Rows<double>& by_x) const {
  evaluate_back_channels(nest_, coefficients_.data(), channels_, x, by_results, by_x);
}

}  // namespace mlip::surrogate
