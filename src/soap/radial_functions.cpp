#include "soap/radial_functions.hpp"

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <cmath>
#include <numbers>

#include "core/error.hpp"

namespace mlip::soap {

namespace {

/// The functions nearly depend on one another: what a double would lose is kept.
using Real = long double;
using Matrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>;
using Vector = Eigen::Matrix<Real, Eigen::Dynamic, 1>;
constexpr Real pi = std::numbers::pi_v<Real>;

/// S^(−1/2), Löwdin's orthonormalisation (doi:10.1063/1.1747632).
Matrix orthonormalising(const Matrix& overlap) {
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(overlap);
  const Vector& values = solver.eigenvalues();
  if (values.minCoeff() <= 1e-17L * values.maxCoeff())
    throw core::UserError(core::ExitCode::bad_input,
                          fmt::format("{} radial functions cannot be told apart", overlap.rows()),
                          "ask for fewer radial functions or a longer cutoff");
  return solver.operatorInverseSqrt();
}

/// Gaussian-type orbitals, whose integrals have a closed form.
class Orbitals {
 public:
  explicit Orbitals(const Options& options) {
    const Real eta = 1 / (2 * Real(options.sigma) * options.sigma);
    for (int l = 0; l <= options.angular; ++l) {
      const Vector alpha = exponents(options, l);
      const Real power = l + 1.5L;
      const Matrix overlap = Matrix::NullaryExpr(alpha.size(), alpha.size(), [&](auto i, auto j) {
        return std::tgamma(power) / 2 * std::pow(alpha[i] + alpha[j], -power);
      });
      Matrix weights = pi / 2 * orthonormalising(overlap);
      for (Eigen::Index k = 0; k < alpha.size(); ++k)
        weights.col(k) *= std::pow(eta, Real(l)) * std::pow(alpha[k] + eta, -power);
      weights_.push_back(weights);
      decays_.emplace_back(alpha.array() * eta / (alpha.array() + eta));
    }
  }

  void operator()(double r, std::span<double> f) const {
    std::size_t at = 0;
    Real power = 1;
    for (std::size_t l = 0; l < weights_.size(); ++l, power *= r) {
      const Vector sums = weights_[l] * (-decays_[l].array() * Real(r) * r).exp().matrix();
      for (const Real sum : sums) f[at++] = double(sum * power);
    }
  }

 private:
  /// The n-th orbital falls to 10⁻³ at its place between 1 Å and the cutoff.
  static Vector exponents(const Options& options, int l) {
    return Vector::NullaryExpr(options.radial, [&](Eigen::Index n) {
      const Real step = options.radial == 1 ? 0 : (Real(options.cutoff) - 1) / (options.radial - 1);
      const Real at = 1 + step * n;
      return -std::log(1e-3L / std::pow(at, Real(l))) / (at * at);
    });
  }

  std::vector<Matrix> weights_;  ///< an l: (n, orbital)
  std::vector<Vector> decays_;   ///< an l: 1/Å²
};

/// Nodes in (0, end) and weights of the Gauss-Legendre quadrature.
void quadrature(Real end, std::span<Real> nodes, std::span<Real> weights) {
  const auto count = nodes.size();
  for (std::size_t i = 0; i < count; ++i) {
    Real x = std::cos(pi * (Real(i) + 0.75L) / (Real(count) + 0.5L)), slope = 0;
    for (int iteration = 0; iteration < 20; ++iteration) {
      Real before = 0, p = 1;
      for (std::size_t k = 1; k <= count; ++k) {
        const Real next = (Real(2 * k - 1) * x * p - Real(k - 1) * before) / Real(k);
        before = p, p = next;
      }
      slope = Real(count) * (x * p - before) / (x * x - 1);
      x -= p / slope;
    }
    nodes[i] = end * (1 - x) / 2;
    weights[i] = end / ((1 - x * x) * slope * slope);
  }
}

/// e^(−x) i_l(x), modified spherical Bessel functions of the first kind, l = 0, 1, ...; x ≥ 0.
void scaled_bessel(double x, std::span<double> i) {
  const auto most = i.size() - 1;
  i[0] = x > 1e-8 ? -std::expm1(-2 * x) / (2 * x) : 1 - x;
  if (x > double(most * most)) {  // upwards: the other solution has not begun to grow
    if (most > 0) i[1] = (1 + std::exp(-2 * x) - 2 * i[0]) / (2 * x);
    for (std::size_t l = 2; l <= most; ++l) i[l] = i[l - 2] - double(2 * l - 1) / x * i[l - 1];
    return;
  }
  // Downwards from far above (Miller), as ratios i_l / i_(l−1).
  const double squared = double(most * most) + 80 * x;
  double ratio = 0;
  for (auto l = most + 30 + static_cast<std::size_t>(std::sqrt(squared)); l > 0; --l) {
    ratio = x / (double(2 * l + 1) + x * ratio);
    if (l <= most) i[l] = ratio;
  }
  for (std::size_t l = 1; l <= most; ++l) i[l] *= i[l - 1];
}

/// Polynomials that vanish at the cutoff.
class Polynomials {
 public:
  explicit Polynomials(const Options& options)
      : eta_(1 / (2 * options.sigma * options.sigma)), bessel_(std::size_t(options.angular) + 1) {
    const Real cutoff = options.cutoff;
    const Matrix overlap = Matrix::NullaryExpr(options.radial, options.radial, [&](auto i, auto j) {
      const Real power = Real(i + j) + 9;
      return 2 * std::pow(cutoff, power) / ((power - 2) * (power - 1) * power);
    });
    const Matrix mixing = orthonormalising(overlap);
    Real nodes[points], weights[points];
    quadrature(cutoff, nodes, weights);
    values_.resize(options.radial, points);
    for (int w = 0; w < points; ++w) {
      const Vector g = mixing * Vector::NullaryExpr(options.radial, [&](auto n) {
                         return std::pow(cutoff - nodes[w], Real(n) + 3);
                       });
      values_.col(w) = (g * (std::sqrt(4 * pi) * weights[w] * nodes[w] * nodes[w])).cast<double>();
      nodes_[w] = double(nodes[w]);
    }
  }

  void operator()(double r, std::span<double> f) const {
    auto bessel = bessel_;
    const Eigen::Index n = values_.rows();
    Eigen::Map<Eigen::MatrixXd> sums(f.data(), n, Eigen::Index(bessel.size()));
    sums.setZero();
    for (int w = 0; w < points; ++w) {
      scaled_bessel(2 * eta_ * nodes_[w] * r, bessel);
      const double apart = nodes_[w] - r;
      const Eigen::Map<const Eigen::RowVectorXd> i(bessel.data(), Eigen::Index(bessel.size()));
      sums.noalias() += values_.col(w) * (std::exp(-eta_ * apart * apart) * i);
    }
  }

 private:
  static constexpr int points = 100;
  double eta_;
  std::vector<double> bessel_;
  double nodes_[points];
  Eigen::MatrixXd values_;  ///< g_n s² times weight, a column a node
};

}  // namespace

RadialFunctions radial_functions(const Options& options) {
  if (options.basis == Basis::gto) return Orbitals(options);
  return Polynomials(options);
}

}  // namespace mlip::soap
