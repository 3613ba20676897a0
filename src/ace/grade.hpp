/// The extrapolation grade of one species (Lysogorskiy 2023,
/// doi:10.1103/PhysRevMaterials.7.043801).
#pragma once

#include <string>
#include <vector>

#include "ace/files.hpp"
#include "ace/grade_screen.hpp"
#include "ace/lanes.hpp"

namespace mlip::ace {

class Grade {
 public:
  /// Of one thread.
  struct Scratch {
    LaneBuffer wide;
    GradeCandidates candidates;
  };

  Grade() = default;
  /// Takes the element's matrix; throws core::UserError where it is missing or neither `functions`
  /// nor `functions × densities` wide.
  Grade(const ActiveSetInverse& set, const std::string& element, std::size_t functions,
        int densities);
  /// max_j |Σ_k b_k A⁻¹_kj| with b = B, or for the wide matrix w_p F'(ρ_p) B, p outermost; eight
  /// atoms.  `projections`: B; `slopes`: w_p F'(ρ_p).  Bit by bit that of all sums over k ascending
  /// in double precision, though it adds up only those that can be the largest.
  void of(const Lane* projections, const Lane* slopes, Scratch& scratch, Lane& gamma) const;

 private:
  [[nodiscard]] const double* column(std::size_t j) const;

  std::size_t functions_ = 0, width_ = 0, stride_ = 0;
  LaneBuffer inverse_;  ///< [column][row], rows and columns zero-padded to eights
  GradeScreen screen_;
};

}  // namespace mlip::ace
