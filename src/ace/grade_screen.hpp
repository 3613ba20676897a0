/// Which columns of A⁻¹ can be the one that gives an atom's grade: a product in single precision
/// and a bound on its error that holds whatever the numbers are.
///
/// Projections of all atoms lie near few directions, so that their products with an inverse active
/// set cancel to a part in 10⁵ and less.  Therefore the eight functions that tell most of the
/// others (pivots I) are multiplied in double precision and only what they do not tell of the rest
/// J in single precision: b A⁻¹ = b_I (A⁻¹_I + W A⁻¹_J) + (b_J − b_I W) A⁻¹_J, true of any W.
#pragma once

#include <Eigen/Core>
#include <array>
#include <cstdint>
#include <vector>

#include "ace/lanes.hpp"

namespace mlip::ace {

struct GradeScreen {
  static constexpr std::size_t pivots = 8;

  std::vector<std::uint32_t> order;  ///< functions, the pivots first; empty: nothing is screened
  std::vector<double> weights;  ///< [function, in that order] bounds |b| (|A⁻¹| + |W| |A⁻¹|)
  std::vector<double> told;     ///< W [rest][pivot]
  std::vector<double> shrink;   ///< [rest] powers of two, of b as it goes to single precision
  LaneBuffer head;              ///< A⁻¹_I + W A⁻¹_J: doubles [sixteen columns][pivot][column]
  LaneBuffer tail;              ///< A⁻¹_J / shrink: floats [sixteen columns][rest][column]
  double longest = 0;           ///< norm of the longest column of the tail
};

/// Screens nothing where `inverse`, A⁻¹, is small or not finite and invertible.
[[nodiscard]] GradeScreen make_grade_screen(const Eigen::MatrixXd& inverse);

/// Of one thread.
struct GradeCandidates {
  std::array<std::vector<std::uint32_t>, lanes> columns;  ///< of each atom, ascending
  LaneBuffer rests, products;
};

/// Finds for eight atoms every column j where |Σ_k b_k A⁻¹_kj|, in double precision and added in
/// any order, is the largest.  False: some atom has more than `most` of them or no bound (b is not
/// finite).
[[nodiscard]] bool find_candidates(const GradeScreen& screen, const Lane* b, std::size_t most,
                                   GradeCandidates& found);

}  // namespace mlip::ace
