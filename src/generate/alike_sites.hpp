/// Sites whose neighbours in one shell are of the same kinds.
#pragma once

#include <cstdint>
#include <vector>

#include "generate/pair_counts.hpp"
#include "generate/split_mix.hpp"

namespace mlip::generate {

/// A swap of two such sites leaves the shell's pairs as they are, unless they are neighbours: the
/// swaps that are left to a decoration that is nearly right.  Sites are told apart by a hash of
/// their neighbours; some unlike ones pass for alike.
class AlikeSites {
 public:
  AlikeSites(const SqsProblem& problem, int shell, const SqsProblem::Decoration& decoration,
             SplitMix& engine);

  /// One of those like `site`, on its sublattice, itself among them, by a random number.
  [[nodiscard]] std::size_t draw(std::size_t site, std::uint32_t random) const {
    const std::vector<std::uint32_t>& group = groups_[group_of(site, key_[site])];
    return group[(std::uint64_t(random) * group.size()) >> 32];
  }
  void take(const Swap& swap);

 private:
  [[nodiscard]] std::size_t group_of(std::size_t site, std::uint32_t key) const {
    return first_group_[site] + (key >> shift_);
  }
  void replace_neighbour(std::size_t site, std::uint32_t change);
  void set_key(std::size_t site, std::uint32_t key);

  const SqsProblem& problem_;
  int shell_, shift_;
  std::vector<std::uint32_t> word_;                 ///< of each kind
  std::vector<std::size_t> first_group_;            ///< of each site's sublattice
  std::vector<std::uint32_t> key_;                  ///< of each site
  std::vector<std::vector<std::uint32_t>> groups_;  ///< by the key's first bits
  std::vector<std::uint32_t> place_;                ///< of each site in its group
};

}  // namespace mlip::generate
