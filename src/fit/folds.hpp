/// Held-out errors of nested bases from the rows of the largest one.
#pragma once

#include <vector>

#include "fit/advisor.hpp"
#include "fit/assembly.hpp"
#include "fit/complexity.hpp"
#include "fit/prior.hpp"

namespace mlip::fit {

/// What a solution is made with besides its functions.
struct Recipe {
  double energy_weight = 30, smoothness_power = 2, order_decay = 1;
};

class Folds {
 public:
  /// The triangles' columns are in the order of `ranking`.
  Folds(const ace::Potential& basis, const Ranking& ranking, std::vector<KindRows> folds,
        const Options& options);

  /// `recipe` with the shape of the prior that has the largest evidence, each at the strength where
  /// it is largest; of all rows with the first `count` functions.
  [[nodiscard]] Recipe likeliest(Recipe recipe, Eigen::Index count) const;
  /// The strength of the prior where the evidence is largest.
  [[nodiscard]] double strength(const Recipe& recipe, Eigen::Index count) const;
  /// Predicts each fold from the others, the strength of the prior chosen by their evidence.
  [[nodiscard]] HeldOut try_out(const Recipe& recipe, Eigen::Index count) const;
  /// From all folds; in the order of the ranking.
  [[nodiscard]] Learnt solve(const Recipe& recipe, Eigen::Index count) const;

 private:
  [[nodiscard]] Ridge ridge(const Recipe& recipe, Eigen::Index count) const;
  [[nodiscard]] Prior prior(const Recipe& recipe, Eigen::Index count) const;
  [[nodiscard]] Triangle weighted(const KindRows& rows, const Recipe& recipe,
                                  Eigen::Index count) const;

  std::vector<ace::Function> functions_;  ///< in the order of the ranking
  std::vector<KindRows> folds_, others_;  ///< others_[f] holds all but folds_[f]; forces and stress
  KindRows all_;
  Options options_;
};

}  // namespace mlip::fit
