/// Pairs of kinds in a decoration, counted anew swap by swap.
#pragma once

#include <cstdint>
#include <vector>

#include "generate/sqs_problem.hpp"

namespace mlip::generate {

/// Two sites of a sublattice and their kinds, which differ.
struct Swap {
  std::size_t a, b, k, l;
};

/// The pairs' part of an objective.  What a swap would make of it costs one pass over the kinds and
/// shells around its two sites.  Sums have one order on every processor.
class PairCounts {
 public:
  PairCounts(const SqsProblem& problem, const SqsProblem::Decoration& decoration);

  /// Σ scale |wanted − N| over shells and pairs of kinds k < l.
  [[nodiscard]] float cost() const { return cost_; }
  /// Where it is more than `limit`, perhaps only what shows that it is.
  [[nodiscard]] float cost_after(const Swap& swap, float limit) const;
  void take(const Swap& swap);

 private:
  [[nodiscard]] std::size_t pair(std::size_t k, std::size_t l) const { return k * kinds_ + l; }
  /// In a row: shell by shell, the heaviest come first.
  [[nodiscard]] std::size_t place(std::size_t kind, std::size_t shell) const {
    return shell * kinds_ + kind;
  }
  void set_scales();
  void collect_bonds();
  [[nodiscard]] int more_pairs(const Swap& swap, std::size_t shell) const;
  void move_pairs(const Swap& swap);
  void replace_neighbour(std::size_t site, std::size_t old_kind, std::size_t new_kind);
  void add_costs();

  const SqsProblem& problem_;
  std::size_t kinds_, shells_;
  std::size_t row_;    ///< numbers a row has: kinds × shells and zeros, a multiple of 16
  std::size_t sites_;  ///< that are in a sublattice
  std::vector<std::int16_t> near_;        ///< row of each site: neighbours of each kind and shell
  std::vector<std::uint16_t> bond_;       ///< of two sites: which of bonds_
  std::vector<std::int16_t> bonds_;       ///< by shell: images of a site around another
  std::vector<float> counts_, excess_;    ///< row of each kind: N, N − wanted
  std::vector<float> scale_, others_;     ///< of each pair: by shell; row of k's with other kinds
  std::vector<float> pair_cost_, costs_;  ///< of each pair; of each kind with all others
  float cost_ = 0;
};

}  // namespace mlip::generate
