#include "ace/lane_math.hpp"

#include <doctest/doctest.h>

using namespace mlip;

namespace {

/// Eight values from `low` to `high`.
void between(double low, double high, ace::Lane& x) {
  for (int i = 0; i < 8; ++i) x[i] = low + (high - low) * i / 7;
}

}  // namespace

TEST_CASE("sine and cosine are those of the C library") {
  const double edges[] = {0, 1e-9, 0.02, 0.5, 1.5, core::pi / 2, 1.7, 3, core::pi};
  for (int k = 0; k + 1 < 9; ++k) {
    ace::Lane x, sine, cosine;
    between(edges[k], edges[k + 1], x);
    ace::sine_cosine(x, sine, cosine);
    for (int i = 0; i < 8; ++i) {
      CHECK(std::abs(sine[i] - std::sin(x[i])) < 3e-16);
      CHECK(std::abs(cosine[i] - std::cos(x[i])) < 3e-16);
      if (x[i] < 1) CHECK(std::abs(sine[i] - std::sin(x[i])) <= 3e-16 * x[i]);
    }
  }
}

TEST_CASE("the exponential is that of the C library") {
  for (double low : {-700.0, -20.0, -3.0, -1e-3, 0.0, 5.0}) {
    ace::Lane x, result;
    between(low, low + 1.7, x);
    ace::exponential(x, result);
    for (int i = 0; i < 8; ++i)
      CHECK(std::abs(result[i] - std::exp(x[i])) < 1e-15 * std::exp(x[i]));
  }
}

TEST_CASE("lanes are added across and transposed") {
  ace::Lane rows[8], sums;
  for (int i = 0; i < 8; ++i)
    for (int j = 0; j < 8; ++j) rows[i][j] = 100 * i + j;
  ace::add_across(rows, sums);
  for (int i = 0; i < 8; ++i) CHECK(sums[i] == 800 * i + 28);
  ace::transpose(rows);
  for (int i = 0; i < 8; ++i)
    for (int j = 0; j < 8; ++j) CHECK(rows[i][j] == 100 * j + i);
}
