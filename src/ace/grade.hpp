/// The extrapolation grade of one species (Lysogorskiy 2023,
/// doi:10.1103/PhysRevMaterials.7.043801).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "ace/files.hpp"

namespace mlip::ace {

class Grade {
 public:
  Grade() = default;
  /// Takes the element's matrix; throws core::UserError where it is missing or neither `functions`
  /// nor `functions × densities` wide.
  Grade(const ActiveSetInverse& set, const std::string& element, std::size_t functions,
        int densities);
  /// max_j |Σ_k b_k A⁻¹_kj| with b = B, or for the wide matrix w_p F'(ρ_p) B, p outermost.
  [[nodiscard]] double of(std::span<const double> projections,
                          std::span<const double> slopes) const;

 private:
  std::size_t functions_ = 0, width_ = 0;
  std::vector<double> inverse_;  // row-major
};

}  // namespace mlip::ace
