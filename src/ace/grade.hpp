/// The extrapolation grade of one species (Lysogorskiy 2023,
/// doi:10.1103/PhysRevMaterials.7.043801).
#pragma once

#include <string>
#include <vector>

#include "ace/files.hpp"
#include "ace/lanes.hpp"

namespace mlip::ace {

class Grade {
 public:
  Grade() = default;
  /// Takes the element's matrix; throws core::UserError where it is missing or neither `functions`
  /// nor `functions × densities` wide.
  Grade(const ActiveSetInverse& set, const std::string& element, std::size_t functions,
        int densities);
  /// max_j |Σ_k b_k A⁻¹_kj| with b = B, or for the wide matrix w_p F'(ρ_p) B, p outermost; eight
  /// atoms.  `projections`: B; `slopes`: w_p F'(ρ_p); `scratch` of the thread.
  void of(const Lane* projections, const Lane* slopes, LaneBuffer& scratch, Lane& gamma) const;

 private:
  std::size_t functions_ = 0, width_ = 0;
  std::vector<double> inverse_;  // [eight columns][row][column], the last columns zero-padded
};

}  // namespace mlip::ace
