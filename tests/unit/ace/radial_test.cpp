#include "ace/radial.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "ace/core_repulsion.hpp"
#include "ace/embedding.hpp"

using namespace mlip;

namespace {

constexpr double h = 1e-5;

template <class Curve>
double slope_error(const Curve& curve, double x) {
  const double numeric = (curve(x + h).value - curve(x - h).value) / (2 * h);
  return std::abs(numeric - curve(x).derivative) / std::max(1.0, std::abs(numeric));
}

ace::Bond make_bond(ace::RadialBasis basis, ace::InnerCutoff inner) {
  ace::Bond bond;
  bond.nradbasemax = 6;
  bond.basis = basis;
  bond.inner = inner;
  bond.parameters = {2.5};
  bond.rcut = 5;
  bond.dcut = 0.4;
  bond.rcut_in = 2;
  bond.dcut_in = 0.5;
  return bond;
}

constexpr ace::RadialBasis bases[] = {ace::RadialBasis::cheb_exp_cos, ace::RadialBasis::cheb_pow,
                                      ace::RadialBasis::cheb_linear, ace::RadialBasis::sbessel};
constexpr ace::InnerCutoff inners[] = {ace::InnerCutoff::distance, ace::InnerCutoff::density,
                                       ace::InnerCutoff::zbl};

}  // namespace

TEST_CASE("every radial function has the slope of its finite differences") {
  for (ace::RadialBasis basis : bases)
    for (ace::InnerCutoff inner : inners) {
      const ace::RadialFunctions functions(make_bond(basis, inner));
      for (int k = 0; k < functions.size(); ++k)
        for (double r : {0.03, 0.4, 1.2, 1.55, 1.75, 1.95, 2.3, 3.7, 4.55, 4.8, 4.99}) {
          const auto curve = [&](double x) {
            std::vector<double> g(6), dg(6);
            functions.evaluate(x, g, dg);
            return ace::Slope{g[static_cast<std::size_t>(k)], dg[static_cast<std::size_t>(k)]};
          };
          CHECK(slope_error(curve, r) < 1e-7);
        }
    }
}

TEST_CASE("radial functions vanish outside") {
  for (ace::RadialBasis basis : bases) {
    const ace::RadialFunctions functions(make_bond(basis, ace::InnerCutoff::distance));
    std::vector<double> g(6, 1), dg(6, 1);
    for (double r : {5.0, 7.0, 1.5, 0.5}) {
      functions.evaluate(r, g, dg);
      for (int k = 0; k < 6; ++k) CHECK(std::abs(g[k]) + std::abs(dg[k]) == 0);
    }
    functions.evaluate(5 - 1e-7, g, dg);
    if (basis != ace::RadialBasis::cheb_linear)
      for (double each : g) CHECK(std::abs(each) < 1e-9);
  }
}

TEST_CASE("in zbl mode without an inner width nothing is felt within 1 Å") {
  ace::Bond bond = make_bond(ace::RadialBasis::sbessel, ace::InnerCutoff::zbl);
  bond.dcut_in = 0;
  const ace::RadialFunctions functions(bond);
  std::vector<double> g(6), dg(6);
  functions.evaluate(0.99, g, dg);
  CHECK(g[0] == 0);
  functions.evaluate(1.01, g, dg);
  CHECK(g[0] != 0);
}

TEST_CASE("the simplified Bessel functions are orthonormal in r²") {
  ace::Bond bond = make_bond(ace::RadialBasis::sbessel, ace::InnerCutoff::density);
  bond.rcut_in = bond.dcut_in = 0;
  const ace::RadialFunctions functions(bond);
  constexpr int points = 4000;
  double overlap[6][6] = {};
  for (int i = 0; i < points; ++i) {
    const double r = (i + 0.5) * bond.rcut / points;
    std::vector<double> g(6), dg(6);
    functions.evaluate(r, g, dg);
    for (int a = 0; a < 6; ++a)
      for (int b = 0; b < 6; ++b) overlap[a][b] += g[a] * g[b] * r * r * bond.rcut / points;
  }
  for (int a = 0; a < 6; ++a)
    for (int b = 0; b < 6; ++b) CHECK(std::abs(overlap[a][b] - (a == b)) < 1e-5);
}

TEST_CASE("the step is one, then zero, twice smooth between") {
  CHECK(ace::smooth_step(1.5, 2, 0.5).value == 1);
  CHECK(ace::smooth_step(2, 2, 0.5).value == 0);
  CHECK(ace::smooth_step(1.75, 2, 0.5).value == doctest::Approx(0.5));
  for (double r : {1.51, 1.6, 1.75, 1.9, 1.99})
    CHECK(slope_error([](double x) { return ace::smooth_step(x, 2, 0.5); }, r) < 1e-8);
  CHECK(std::abs(ace::smooth_step(1.5 + 1e-6, 2, 0.5).derivative) < 1e-9);
}

TEST_CASE("core repulsion has the slope of its finite differences and ends at the cutoff") {
  for (ace::InnerCutoff inner : inners) {
    ace::Bond bond = make_bond(ace::RadialBasis::sbessel, inner);
    bond.core_prefactor = 30;
    bond.core_exponent = 0.3;
    const ace::CoreRepulsion core(bond, 13, 29);
    for (double r : {0.5, 1.0, 1.45, 1.6, 1.9, 2.5, 4.0, 4.7, 4.95})
      CHECK(slope_error([&](double x) { return core.evaluate(x); }, r) < 1e-6);
    CHECK(core.evaluate(5).value == 0);
    CHECK(core.evaluate(0.8).value > 0);
    CHECK(core.active());
  }
  ace::Bond none = make_bond(ace::RadialBasis::sbessel, ace::InnerCutoff::zbl);
  CHECK_FALSE(ace::CoreRepulsion(none, 13, 29).active());
  CHECK(ace::CoreRepulsion(none, 13, 29).evaluate(1).value == 0);
  ace::Bond steep = make_bond(ace::RadialBasis::sbessel, ace::InnerCutoff::density);
  steep.core_prefactor = 1;
  steep.core_exponent = 10;
  CHECK(ace::CoreRepulsion(steep, 13, 29).evaluate(3).value == 0);
}

TEST_CASE("embedding functions have the slope of their finite differences") {
  using enum ace::EmbeddingKind;
  for (double m : {0.5, 0.6, 1.0})
    for (double rho : {-3.0, -0.4, -0.01, 0.02, 0.7, 5.0}) {
      const auto scaled = [&](double x) {
        return ace::embed(finnis_sinclair_shifted_scaled, x, m);
      };
      const auto plain = [&](double x) { return ace::embed(finnis_sinclair, x, m); };
      CHECK(slope_error(scaled, rho) < 1e-7);
      CHECK(slope_error(plain, rho) < 1e-6);
      CHECK(scaled(-rho).value == doctest::Approx(-scaled(rho).value));
    }
  CHECK(ace::embed(finnis_sinclair_shifted_scaled, 0, 0.5).value ==
        doctest::Approx(0).epsilon(1e-15));
  CHECK(ace::embed(finnis_sinclair_shifted_scaled, 0, 0.5).derivative == doctest::Approx(1.25));
  CHECK(ace::embed(finnis_sinclair, 5e-11, 0.5).value == doctest::Approx(5e-8));
  CHECK(ace::embed(finnis_sinclair, 4, 0.5).value == doctest::Approx(2));
  const double tiny = 5e-7, step = 1e-11;
  const double numeric = (ace::embed(finnis_sinclair, tiny + step, 0.5).value -
                          ace::embed(finnis_sinclair, tiny - step, 0.5).value) /
                         (2 * step);
  CHECK(ace::embed(finnis_sinclair, tiny, 0.5).derivative ==
        doctest::Approx(numeric).epsilon(1e-4));
}
