/// Held-out errors of nested bases from the rows of the largest one.
#pragma once

#include <array>
#include <vector>

#include "fit/advisor.hpp"
#include "fit/assembly.hpp"
#include "fit/complexity.hpp"
#include "fit/normal_ridge.hpp"
#include "fit/prior.hpp"

namespace mlip::fit {

/// Priors less smooth have the larger evidence at times, and go astray where no data are.
inline constexpr std::array<double, 3> smoothness_powers = {2, 3, 4};

/// What a solution is made with besides its functions.
struct Recipe {
  double energy_weight = 30, smoothness_power = 2, order_decay = 1;
  double caution = 1;  ///< strength of the prior against the likeliest
};

class Folds {
 public:
  /// The triangles' columns are in the order of `ranking`.
  Folds(const ace::Potential& basis, const Ranking& ranking, std::vector<KindRows> folds,
        const Options& options);

  /// `recipe` with the shape of the prior that has the largest evidence, each at the strength where
  /// it is largest; of all rows with the first `count` functions.
  [[nodiscard]] Recipe likeliest(Recipe recipe, Eigen::Index count) const;
  /// Where the evidence is largest, times the recipe's caution.
  [[nodiscard]] double strength(const Recipe& recipe, Eigen::Index count) const;
  /// Predicts each fold from the others, at the strength() of all.
  [[nodiscard]] HeldOut try_out(const Recipe& recipe, Eigen::Index count) const;
  /// From all folds; in the order of the ranking.
  [[nodiscard]] Learnt solve(const Recipe& recipe, Eigen::Index count, double strength) const;

 private:
  /// [X | y]ᵀ[X | y] of the rows of each kind, upper triangles.
  struct KindSquares {
    Eigen::MatrixXd energy, forces, stress;
    std::size_t rows = 0;
  };
  struct Peak {
    double strength = 0, log_evidence = 0;
  };

  [[nodiscard]] Eigen::VectorXd widths(const Recipe& recipe, Eigen::Index count) const;
  /// Of all rows but those of a fold; of all where there is no such fold.
  [[nodiscard]] NormalRidge normal_without(std::size_t fold, const Recipe& recipe,
                                           const Eigen::VectorXd& widths) const;
  [[nodiscard]] Triangle rows_without(std::size_t fold, const Recipe& recipe,
                                      Eigen::Index count) const;
  [[nodiscard]] Peak peak(const Recipe& recipe, Eigen::Index count) const;
  /// Coefficients that know nothing of a fold.
  [[nodiscard]] Eigen::VectorXd learnt_without(std::size_t fold, const Recipe& recipe,
                                               const Eigen::VectorXd& widths,
                                               double strength) const;

  std::vector<ace::Function> functions_;  ///< in the order of the ranking
  std::vector<KindRows> folds_;
  std::vector<KindSquares> squares_;  ///< of each fold
  KindSquares all_;
  Options options_;
};

}  // namespace mlip::fit
