/// Who is near whom: O(N) for any cell, any cutoff (larger than the cell too), periodic per axis.
#pragma once

#include <span>
#include <vector>

#include "core/structure.hpp"

namespace mlip::core {

struct Neighbor {
  int index;        ///< j
  IVec3 shift;      ///< integer cell shift S
  Vec3 vector;      ///< r_j + S·H − r_i, Å
  double distance;  ///< |vector|, Å, < cutoff
};

/// Full list: j appears at i and i at j; images of i itself are its neighbours.
class NeighborList {
 public:
  /// Precondition: periodic axes have linearly independent vectors; cutoff > 0.
  NeighborList(const Structure& structure, double cutoff);
  [[nodiscard]] std::span<const Neighbor> of(std::size_t i) const {
    return {neighbors_.data() + first_[i], first_[i + 1] - first_[i]};
  }
  [[nodiscard]] std::size_t size() const { return neighbors_.size(); }

 private:
  std::vector<std::size_t> first_;
  std::vector<Neighbor> neighbors_;
};

}  // namespace mlip::core
