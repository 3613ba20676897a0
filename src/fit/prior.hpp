/// The prior of a linear fit: its shape over the functions of a basis, and its strength, chosen by
/// the evidence (MacKay 1992, doi:10.1162/neco.1992.4.3.415) or by the error on held-out folds.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "ace/potential.hpp"
#include "fit/evidence.hpp"
#include "fit/posterior.hpp"
#include "fit/triangle.hpp"

namespace mlip::fit {

/// Prior standard deviation of a coefficient, up to one factor: it falls with n and l to `power`,
/// and by `order_decay` from one order to the next.
[[nodiscard]] double prior_width(const ace::Function& function, double power, double order_decay);
/// Of all functions of a basis.
[[nodiscard]] Eigen::VectorXd prior_widths(const ace::Potential& basis, double power,
                                           double order_decay);

/// Factors by which the prior may narrow from one order to the next; the data choose among them.
inline constexpr std::array<double, 4> order_decays = {1, 3, 10, 30};

/// What is believed of the coefficients before there are labels: N(mean, τ² S Sᵀ), and the labels
/// say how large τ is.
struct Prior {
  Eigen::VectorXd mean;
  Spread spread;
  double least_noise = 0;  ///< the labels, weighted, are never believed further than this
};

/// Smooth functions around zero, one for each of order_decays.
[[nodiscard]] std::vector<Prior> smooth_priors(const ace::Potential& basis, double power);

struct Learnt {
  Information information;
  double log_evidence = 0;  ///< of all data at the strength chosen
  std::size_t prior = 0;    ///< which of the priors it was learnt with
};

/// T⁻¹ of the triangle T with TᵀT = AᵀA + λ, A p × p.
[[nodiscard]] Eigen::MatrixXd inverse_root(const Eigen::MatrixXd& matrix, double strength);

/// The rows as a problem for u, where coefficients are mean + S·u.
[[nodiscard]] Ridge ridge_of(const Triangle& rows, const Prior& prior);
/// What `ridge`, the ridge_of(rows, prior), learns at a strength.
[[nodiscard]] Learnt learnt(const Ridge& ridge, double strength, const Triangle& rows,
                            const Prior& prior);

/// Coefficients from the rows of all `folds`, with the best of the `priors`.  One fold: it has the
/// largest evidence.  More: each is predicted from the others, and the best prior has the smallest
/// sum of squared residuals; the rows are not needed again.  The strength so chosen is then taken
/// `factor` times.
[[nodiscard]] Learnt learn(std::span<const Prior> priors, std::vector<Triangle> folds,
                           double factor, int threads);

}  // namespace mlip::fit
