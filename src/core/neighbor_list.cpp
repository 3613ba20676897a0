#include "core/neighbor_list.hpp"

#include <Eigen/Geometry>
#include <Eigen/LU>
#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.hpp"

namespace mlip::core {

namespace {

/// Cell vectors where those of axes that do not repeat are unit vectors normal to the others.
Mat3 completed(const Cell& cell) {
  Mat3 vectors = cell.vectors;
  std::array<bool, 3> known = cell.periodic;
  for (int axis = 0; axis < 3; ++axis) {
    if (known[axis]) continue;
    const int next = (axis + 1) % 3, last = (axis + 2) % 3;
    Vec3 normal = Vec3::Unit(axis);
    if (known[next] && known[last])
      normal = Vec3(vectors.row(next)).cross(Vec3(vectors.row(last))).normalized();
    else if (known[next] || known[last])
      normal = Vec3(vectors.row(known[next] ? next : last)).unitOrthogonal();
    vectors.row(axis) = normal;
    known[axis] = true;
  }
  return vectors;
}

/// Which images of a bin along one axis lie within reach.
struct Axis {
  bool periodic;
  int count;     ///< bins
  int reach;     ///< bins to either side that can hold a neighbour
  double low;    ///< fractional coordinate where the first bin begins
  double width;  ///< of a bin, fractional

  [[nodiscard]] int bin(double s) const {
    return std::clamp(static_cast<int>((s - low) / width), 0, count - 1);
  }
  [[nodiscard]] int first(int bin) const {
    return periodic ? bin - reach : std::max(0, bin - reach);
  }
  [[nodiscard]] int last(int bin) const {
    return periodic ? bin + reach : std::min(count - 1, bin + reach);
  }
  [[nodiscard]] int image(int bin) const {
    return bin >= 0 ? bin / count : -((count - 1 - bin) / count);
  }
};

class Search {
 public:
  Search(const Structure& structure, double cutoff);
  void neighbors_of(std::size_t i, std::vector<Neighbor>& found) const;

 private:
  void fold_into_cell();
  void choose_axes();
  void fill_bins();
  void visit(std::size_t i, const IVec3& bin, std::vector<Neighbor>& found) const;
  [[nodiscard]] std::size_t index(const IVec3& bin) const {
    return static_cast<std::size_t>((bin[0] * axes_[1].count + bin[1]) * axes_[2].count + bin[2]);
  }

  const Structure& structure_;
  double cutoff_;
  Mat3 vectors_;
  std::vector<Vec3> fractional_;  ///< within the cell along periodic axes
  std::vector<IVec3> fold_;       ///< cells taken off each atom to bring it there
  std::array<Axis, 3> axes_;
  std::vector<IVec3> bin_;          ///< of each atom
  std::vector<std::size_t> start_;  ///< of each bin in atoms_
  std::vector<int> atoms_;          ///< sorted by bin
};

Search::Search(const Structure& structure, double cutoff)
    : structure_(structure), cutoff_(cutoff), vectors_(completed(structure.cell)) {
  fold_into_cell();
  choose_axes();
  fill_bins();
}

void Search::fold_into_cell() {
  const Mat3 to_fractional = vectors_.transpose().inverse();
  MLIP_ASSERT(to_fractional.allFinite());
  for (const Vec3& position : structure_.positions) {
    Vec3 s = to_fractional * position;
    IVec3 fold = IVec3::Zero();
    for (int k = 0; k < 3; ++k) {
      if (!structure_.cell.periodic[k]) continue;
      MLIP_ASSERT(std::abs(s[k]) < 1e9);
      fold[k] = static_cast<int>(std::floor(s[k]));
      s[k] -= fold[k];
    }
    fractional_.push_back(s);
    fold_.push_back(fold);
  }
}

void Search::choose_axes() {
  const Mat3 inverse = vectors_.inverse();
  std::array<double, 3> height;
  for (int k = 0; k < 3; ++k) {
    Axis& axis = axes_[k];
    axis = {structure_.cell.periodic[k], 1, 0, 0, 1};
    if (!axis.periodic) {
      const auto [low, high] =
          std::minmax_element(fractional_.begin(), fractional_.end(),
                              [k](const Vec3& a, const Vec3& b) { return a[k] < b[k]; });
      axis.low = (*low)[k];
      axis.width = std::max((*high)[k] - axis.low, 1e-9);
    }
    height[k] = axis.width / inverse.col(k).norm();
    // Bins of half a cutoff: fewer pairs are tried in vain than with whole ones.
    axis.count = static_cast<int>(std::clamp(2 * height[k] / cutoff_, 1.0, 1e6));
  }
  const auto bins = [&] { return 1.0 * axes_[0].count * axes_[1].count * axes_[2].count; };
  while (bins() > 8.0 * static_cast<double>(structure_.size()) + 64) {
    Axis& finest = *std::max_element(
        axes_.begin(), axes_.end(), [](const Axis& a, const Axis& b) { return a.count < b.count; });
    finest.count = (finest.count + 1) / 2;
  }
  for (int k = 0; k < 3; ++k) {
    Axis& axis = axes_[k];
    axis.width /= axis.count;
    const double reach = std::ceil(cutoff_ * axis.count / height[k]);
    axis.reach = static_cast<int>(axis.periodic ? reach : std::min(reach, 1.0 * axis.count));
  }
}

void Search::fill_bins() {
  start_.assign(static_cast<std::size_t>(axes_[0].count * axes_[1].count * axes_[2].count) + 1, 0);
  for (const Vec3& s : fractional_) {
    bin_.emplace_back(axes_[0].bin(s[0]), axes_[1].bin(s[1]), axes_[2].bin(s[2]));
    ++start_[index(bin_.back()) + 1];
  }
  for (std::size_t b = 1; b < start_.size(); ++b) start_[b] += start_[b - 1];
  std::vector<std::size_t> next(start_.begin(), start_.end() - 1);
  atoms_.resize(structure_.size());
  for (std::size_t i = 0; i < structure_.size(); ++i)
    atoms_[next[index(bin_[i])]++] = static_cast<int>(i);
}

void Search::neighbors_of(std::size_t i, std::vector<Neighbor>& found) const {
  const IVec3& bin = bin_[i];
  for (int x = axes_[0].first(bin[0]); x <= axes_[0].last(bin[0]); ++x)
    for (int y = axes_[1].first(bin[1]); y <= axes_[1].last(bin[1]); ++y)
      for (int z = axes_[2].first(bin[2]); z <= axes_[2].last(bin[2]); ++z)
        visit(i, {x, y, z}, found);
}

void Search::visit(std::size_t i, const IVec3& bin, std::vector<Neighbor>& found) const {
  const IVec3 image(axes_[0].image(bin[0]), axes_[1].image(bin[1]), axes_[2].image(bin[2]));
  const std::size_t b =
      index({bin[0] - image[0] * axes_[0].count, bin[1] - image[1] * axes_[1].count,
             bin[2] - image[2] * axes_[2].count});
  const double* const own = structure_.positions[i].data();
  const IVec3 beyond = image + fold_[i];
  const double* const h = vectors_.data();
  for (std::size_t at = start_[b]; at < start_[b + 1]; ++at) {
    const auto j = static_cast<std::size_t>(atoms_[at]);
    const double* const other = structure_.positions[j].data();
    const int* const fold = fold_[j].data();
    const int S[3] = {beyond[0] - fold[0], beyond[1] - fold[1], beyond[2] - fold[2]};
    if (i == j && S[0] == 0 && S[1] == 0 && S[2] == 0) continue;
    // In this order the vector from j to i is the exact negative, so the list is symmetric to the
    // bit.
    double vector[3];
    for (int k = 0; k < 3; ++k)
      vector[k] = (other[k] - own[k]) + (h[k] * S[0] + h[3 + k] * S[1] + h[6 + k] * S[2]);
    const double distance =
        std::sqrt(vector[0] * vector[0] + vector[1] * vector[1] + vector[2] * vector[2]);
    if (distance < cutoff_) found.push_back({atoms_[at], IVec3(S), Vec3(vector), distance});
  }
}

}  // namespace

NeighborList::NeighborList(const Structure& structure, double cutoff) {
  MLIP_ASSERT(cutoff > 0 && is_finite(structure));
  first_.assign(structure.size() + 1, 0);
  if (structure.size() == 0) return;
  const Search search(structure, cutoff);
  for (std::size_t i = 0; i < structure.size(); ++i) {
    search.neighbors_of(i, neighbors_);
    first_[i + 1] = neighbors_.size();
  }
}

}  // namespace mlip::core
