#include "fit/radial_penalty.hpp"

#include <algorithm>
#include <cmath>

#include "ace/radial.hpp"

namespace mlip::fit {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using Coefficients = Eigen::Map<const MatrixXd>;  ///< k × (n, l)
/// c_l, n × k, of all n.
using OfDegree =
    Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>, 0,
               Eigen::OuterStride<>>;

constexpr int sampled = 100;
constexpr double first_distance = 1e-10, margin = 1e-5;  // Å, the latter below the cutoff
constexpr double least_value = 1e-10;                    // of |R| where a parabola would be a wall

/// The radial basis of a pair as it is without cutoffs other than its own.
class Basis {
 public:
  explicit Basis(const ace::Bond& bond) : functions_(uncut(bond)), rcut_(bond.rcut) {}

  /// g_k, g_k' and g_k'' in the rows; zeros from the cutoff on.
  [[nodiscard]] MatrixXd at(double r) const {
    MatrixXd result = MatrixXd::Zero(3, functions_.size());
    if (r >= rcut_) return result;
    VectorXd g(functions_.size()), slope(functions_.size());
    evaluate(r, g, slope);
    result.row(0) = g;
    result.row(1) = slope;
    result.row(2) = curvature(r);
    return result;
  }

 private:
  static ace::Bond uncut(ace::Bond bond) {
    bond.rcut_in = bond.dcut_in = bond.dcut = 0;
    bond.inner = ace::InnerCutoff::distance;
    return bond;
  }

  void evaluate(double r, VectorXd& g, VectorXd& slope) const {
    functions_.evaluate(r, {g.data(), std::size_t(g.size())},
                        {slope.data(), std::size_t(slope.size())});
  }

  /// Of the polynomial through the slopes at seven distances inside the cutoff, r one of them.
  [[nodiscard]] VectorXd curvature(double r) const {
    const double h = 5e-4 * rcut_;
    const int inside = static_cast<int>(std::min(6.0, std::ceil((rcut_ - r) / h) - 1));
    const int before = static_cast<int>(std::min(6.0, std::ceil(r / h) - 1));
    const int first = -std::clamp(3, 6 - inside, before);
    VectorXd g(functions_.size()), slope(functions_.size()), sum = VectorXd::Zero(g.size());
    for (int k = first; k < first + 7; ++k) {
      evaluate(r + k * h, g, slope);
      sum += slope * weight(first, k) / h;
    }
    return sum;
  }

  /// Slope at 0 of the Lagrange polynomial of node k among first … first + 6.
  static double weight(int first, int k) {
    double sum = 0, product = 1;
    for (int m = first; m < first + 7; ++m) {
      if (m == k) continue;
      if (k == 0) sum -= 1.0 / m;
      if (k != 0 && m != 0) product *= -m;
      if (k != 0) product /= k - m;
    }
    return k == 0 ? sum : product;
  }

  ace::RadialFunctions functions_;
  double rcut_;
};

MatrixXd smooth_rows(const ace::Bond& bond, double longest, const std::array<double, 3>& weights) {
  const Basis basis(bond);
  const double step = (longest - margin - first_distance) / (sampled - 1);
  MatrixXd rows(3 * sampled, bond.nradbasemax);
  for (int i = 0; i < sampled; ++i) {
    const double r = first_distance + i * step;
    rows.middleRows(3 * i, 3) = r * r * step / (bond.rcut * bond.rcut) * basis.at(r);
    for (int d = 0; d < 3; ++d) rows.row(3 * i + d) *= weights[static_cast<std::size_t>(d)];
  }
  return rows;
}

bool has_products(const ace::Potential& potential) {
  return std::ranges::any_of(potential.functions, [](const auto& functions) {
    return std::ranges::any_of(functions, [](const auto& one) { return one.rank() > 1; });
  });
}

MatrixXd beyond_unit(const MatrixXd& square) {
  return square - MatrixXd::Identity(square.rows(), square.cols());
}

}  // namespace

RadialPenalty::RadialPenalty(const ace::Potential& potential, const RadialWeights& weights) {
  const int species = static_cast<int>(potential.species());
  const bool smooth = std::ranges::any_of(weights.smoothness, [](double w) { return w != 0; });
  const double orthogonality = has_products(potential) ? weights.orthogonality : 0;
  Index first = 0;
  for (int i = 0; i < species; ++i)
    for (int j = i; j < species; ++j) {
      const ace::Bond& bond = potential.bond(i, j);
      Pair pair{first, bond.nradmax, bond.lmax + 1, bond.nradbasemax, {}};
      first += pair.n * pair.l * pair.k;
      const double ordered = i == j ? 1 : 2;
      if (smooth)
        pair.smooth = ordered / (species * species) *
                      smooth_rows(bond, potential.cutoff(), weights.smoothness);
      const double share = ordered * orthogonality / static_cast<double>(pair.l);
      pair.wide = share / static_cast<double>(pair.n * pair.n);
      pair.tall = share / static_cast<double>(pair.k * pair.k);
      if ((smooth || orthogonality != 0) && pair.n > 0 && pair.k > 0)
        pairs_.push_back(std::move(pair));
    }
}

double RadialPenalty::value(const VectorXd& radial) const {
  double sum = 0;
  for (const Pair& pair : pairs_) {
    const double* const start = radial.data() + pair.first;
    if (pair.smooth.size() > 0)
      sum += (pair.smooth * Coefficients(start, pair.k, pair.n * pair.l)).cwiseAbs().sum();
    for (Index l = 0; l < pair.l && pair.wide != 0; ++l) {
      const MatrixXd c =
          OfDegree(start + l * pair.k, pair.n, pair.k, Eigen::OuterStride<>(pair.l * pair.k));
      sum += pair.wide * beyond_unit(c * c.transpose()).squaredNorm() +
             pair.tall * beyond_unit(c.transpose() * c).squaredNorm();
    }
  }
  return sum;
}

void RadialPenalty::add_parabola(const VectorXd& radial, VectorXd& curvature,
                                 VectorXd& slope) const {
  for (const Pair& pair : pairs_) {
    const double* const start = radial.data() + pair.first;
    const Index size = pair.n * pair.l * pair.k;
    if (pair.smooth.size() > 0) {
      const MatrixXd values = pair.smooth * Coefficients(start, pair.k, pair.n * pair.l);
      const MatrixXd signs = 0.5 * values.cwiseSign();
      slope.segment(pair.first, size) += (pair.smooth.transpose() * signs).reshaped();
      // Near its zeros a function counts as what it is elsewhere, or no step would pass a kink.
      const Eigen::RowVectorXd usual = values.cwiseAbs().colwise().mean().cwiseMax(least_value);
      const MatrixXd size_of = pair.smooth.cwiseAbs();
      const VectorXd total = size_of.transpose() * size_of.rowwise().sum();
      curvature.segment(pair.first, size) += (0.5 * total * usual.cwiseInverse()).reshaped();
    }
    for (Index l = 0; l < pair.l && pair.wide != 0; ++l) {
      const MatrixXd c =
          OfDegree(start + l * pair.k, pair.n, pair.k, Eigen::OuterStride<>(pair.l * pair.k));
      const MatrixXd half = 2 * (pair.wide * beyond_unit(c * c.transpose()) * c +
                                 pair.tall * c * beyond_unit(c.transpose() * c));
      const VectorXd rows = c.rowwise().squaredNorm();
      const Eigen::RowVectorXd columns = c.colwise().squaredNorm();
      for (Index n = 0; n < pair.n; ++n)
        for (Index k = 0; k < pair.k; ++k) {
          const Index at = pair.first + (n * pair.l + l) * pair.k + k;
          const double square = c(n, k) * c(n, k);
          slope[at] += half(n, k);
          curvature[at] += 2 * (pair.wide * (columns[k] + square) + pair.tall * (rows[n] + square));
        }
    }
  }
}

}  // namespace mlip::fit
