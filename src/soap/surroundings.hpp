/// Who is around the atoms of a box, images included: what the scan of near atoms runs through.
#pragma once

#include <span>
#include <vector>

#include "core/structure.hpp"

namespace mlip::soap {

/// Atoms sorted by channel (a kind of atom); coordinates are padded with far ones to whole lanes a
/// channel.
struct Crowd {
  std::vector<double> x, y, z;
  std::vector<int> atom;           ///< in the structure; −1 where padded
  std::vector<std::size_t> first;  ///< of each channel, and the end
};

/// Vectors from a centre to the atoms within reach, sorted by channel and padded likewise.
struct Near {
  std::vector<double> x, y, z;
  std::vector<int> atom;
  std::vector<std::size_t> first;
};

class Surroundings {
 public:
  /// `channel` of each atom, in [0, channels).  Preconditions as of core::NeighborList.
  Surroundings(const core::Structure& structure, std::span<const int> channel, std::size_t channels,
               double reach);

  /// Boxes that have atoms; every atom is in one.
  [[nodiscard]] std::size_t boxes() const { return centres_.size(); }
  [[nodiscard]] std::span<const int> centres(std::size_t box) const { return centres_[box]; }

  /// All atoms and images that may be within reach of a centre of the box.
  void gather(std::size_t box, Crowd& crowd) const;
  /// Those within reach of an atom of the box, itself included.
  void find_near(int centre, const Crowd& crowd, Near& near) const;

 private:
  struct Image {
    core::Vec3 position;
    int atom;
    int channel;
  };
  void fold(const core::Structure& structure);
  void choose_bins();
  void make_images(const core::Structure& structure, std::span<const int> channel);
  [[nodiscard]] core::IVec3 bin(const core::Vec3& position) const;
  [[nodiscard]] std::size_t index(const core::IVec3& bin) const;

  double reach_;
  std::size_t channels_;
  Eigen::Matrix<double, Eigen::Dynamic, 3, 0, 3, 3> periodic_;  ///< vectors of the periodic axes
  Eigen::Matrix<double, 3, Eigen::Dynamic, 0, 3, 3> dual_;      ///< fractional = position · dual
  std::vector<core::Vec3> folded_;
  core::Vec3 low_, high_, width_;
  core::IVec3 counts_;  ///< bins that hold atoms; one layer more on each side holds images only
  std::vector<Image> images_;       ///< sorted by bin
  std::vector<std::size_t> start_;  ///< of each bin
  std::vector<std::vector<int>> centres_;
  std::vector<core::IVec3> box_bins_;
};

}  // namespace mlip::soap
