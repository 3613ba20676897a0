#include "surrogate/mace_polynomial.hpp"

#include <doctest/doctest.h>

#include "core/seed.hpp"

using namespace mlip;
using namespace mlip::surrogate;

namespace {

constexpr int channels = 16;

/// Rows of a block of numbers.
template <class T>
Rows<T> rows_in(Buffer<double>& values) {
  Rows<T> rows = {};
  for (std::size_t k = 0; k * channels < values.size(); ++k) rows[k] = values.data() + k * channels;
  return rows;
}

Buffer<double> random_rows(int count, const char* what) {
  auto engine = core::random_engine(5, what);
  Buffer<double> values(static_cast<std::size_t>(count * channels));
  for (double& value : values) value = core::normal(engine);
  return values;
}

/// A second factor without a monomial of its own, a third one twice, components without some.
const std::vector<Monomial> monomials = {{0, 0, -1, -1}, {0, 0, 0, -1}, {0, 0, 0, 3},
                                         {0, 1, 2, 2},   {0, 1, 2, 3},  {0, 3, -1, -1},
                                         {1, 1, 3, -1},  {3, 2, 2, 2}};

}  // namespace

TEST_CASE("polynomials are the sums of their monomials, and their gradients finite differences") {
  const auto coefficients = random_rows(int(monomials.size()), "coefficients");
  const Polynomials polynomials(monomials, coefficients.data(), channels);
  auto x = random_rows(4, "x"), results = random_rows(4, "results");
  polynomials.evaluate(rows_in<const double>(x), rows_in<double>(results));
  Buffer<double> expected(results.size(), 0);
  for (std::size_t k = 0; k < monomials.size(); ++k)
    for (std::size_t c = 0; c < channels; ++c) {
      double product = coefficients[k * channels + c];
      for (std::size_t f = 1; f < 4; ++f)
        if (monomials[k][f] >= 0) product *= x[std::size_t(monomials[k][f]) * channels + c];
      expected[std::size_t(monomials[k][0]) * channels + c] += product;
    }
  for (std::size_t k = 0; k < results.size(); ++k)
    CHECK(results[k] == doctest::Approx(expected[k]).epsilon(1e-12));

  auto by_results = random_rows(4, "gradient"), by_x = random_rows(4, "before");
  const auto before = by_x;
  polynomials.evaluate_back(rows_in<const double>(x), rows_in<const double>(by_results),
                            rows_in<double>(by_x));
  constexpr double step = 1e-5;
  for (std::size_t k = 0; k < x.size(); ++k) {
    double slope = 0;
    for (double sign : {-1.0, 1.0}) {
      auto moved = x;
      moved[k] += sign * step;
      polynomials.evaluate(rows_in<const double>(moved), rows_in<double>(results));
      for (std::size_t n = 0; n < results.size(); ++n)
        slope += sign * results[n] * by_results[n] / (2 * step);
    }
    CHECK(std::abs(by_x[k] - before[k] - slope) < 1e-7);
  }
}
