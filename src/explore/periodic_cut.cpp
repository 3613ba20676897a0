#include "explore/periodic_cut.hpp"

#include <Eigen/Geometry>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "core/neighbor_list.hpp"
#include "explore/face_clashes.hpp"

namespace mlip::explore {
namespace {

using core::Mat3;
using core::Vec3;

constexpr double coarse_step = 0.25, fine_step = 0.05;  // Å
constexpr double shell = 4.0;                           // Å
// What one atom too many, a full overlap, a clash and the size of the cell weigh in the choice of
// the faces.
constexpr double count_weight = 2, overlap_weight = 25, clash_weight = 2, size_weight = 0.05;

/// Faces as heights from the centre along each axis' normal, Å.
struct Faces {
  std::array<double, 3> low{}, high{};
};

class Cutter {
 public:
  Cutter(const core::Structure& structure, std::size_t center, const CutOptions& options);
  PeriodicCut run();

 private:
  void open_axes();
  void place_atoms(std::size_t center);
  void find_nearest_distances();
  [[nodiscard]] bool is_new(int axis) const { return cut_[axis] && structure_.cell.periodic[axis]; }
  [[nodiscard]] double height(std::size_t atom, int axis) const {
    return offsets_[atom][axis] * heights_[axis];
  }
  [[nodiscard]] std::vector<std::size_t> inside(const Faces& faces) const;
  [[nodiscard]] double column_density(int axis) const;
  [[nodiscard]] double count_mismatch(double expected, const std::vector<std::size_t>& atoms) const;
  [[nodiscard]] double pair_badness(std::size_t a, std::size_t b, double distance) const;
  [[nodiscard]] double overlap(const Faces& faces, int axis,
                               const std::vector<std::size_t>& atoms) const;
  [[nodiscard]] double overlap_of(const std::vector<std::size_t>& moved,
                                  const std::vector<std::size_t>& fixed, const Vec3& shift) const;
  [[nodiscard]] double badness(const Faces& faces, int axis, double density) const;
  void search(Faces& faces, int axis, double step, double reach) const;
  [[nodiscard]] PeriodicCut cut_at(const Faces& faces) const;
  [[nodiscard]] double distance(const Vec3& offset) const;

  const core::Structure& structure_;
  const CutOptions& options_;
  Mat3 cell_;                        // axes that do not repeat replaced by unit normals
  std::array<double, 3> heights_{};  // Å between the faces of the parent
  std::array<bool, 3> cut_ = {false, false, false};
  std::vector<Vec3> offsets_;  // fractional, relative to the centre, wrapped to [-1/2, 1/2)
  std::vector<Vec3> places_;   // the same, Cartesian
  std::vector<std::size_t> reachable_;  // atoms that some choice of faces keeps
  std::map<std::pair<int, int>, double>
      nearest_;         // usual shortest distance of each pair of species
  double longest_ = 0;  // the largest of them
  std::map<int, double> share_;
};

Cutter::Cutter(const core::Structure& structure, std::size_t center, const CutOptions& options)
    : structure_(structure),
      options_(options),
      cell_(structure.cell.vectors),
      share_(composition(structure)) {
  open_axes();
  const double whole = std::abs(cell_.determinant());
  for (int k = 0; k < 3; ++k) {
    const Vec3 u = cell_.row((k + 1) % 3).transpose(), v = cell_.row((k + 2) % 3).transpose();
    heights_[k] = whole / u.cross(v).norm();
    cut_[k] =
        !structure.cell.periodic[k] || heights_[k] > 2 * (options.half_width + options.face_range);
  }
  place_atoms(center);
  find_nearest_distances();
}

void Cutter::place_atoms(std::size_t center) {
  const Mat3 to_fractional = cell_.transpose().inverse();
  for (const Vec3& position : structure_.positions) {
    Vec3 offset = to_fractional * (position - structure_.positions[center]);
    for (int k = 0; k < 3; ++k)
      if (structure_.cell.periodic[k]) offset[k] -= std::floor(offset[k] + 0.5);
    offsets_.push_back(offset);
    places_.push_back(cell_.transpose() * offset);
  }
  const double outermost = options_.half_width + options_.face_range + 1e-6;
  for (std::size_t i = 0; i < offsets_.size(); ++i) {
    bool in = true;
    for (int k = 0; k < 3; ++k) in = in && (!cut_[k] || std::abs(height(i, k)) <= outermost);
    if (in) reachable_.push_back(i);
  }
}

void Cutter::open_axes() {
  for (int k = 0; k < 3; ++k) {
    if (structure_.cell.periodic[k]) continue;
    cell_.row(k).setZero();
    const Eigen::FullPivLU<Eigen::MatrixXd> known(cell_);
    const Eigen::MatrixXd kernel = known.kernel();
    cell_.row(k) = kernel.col(0).normalized().transpose();
  }
}

// Mean over atoms of the distance to the nearest atom of each species.
void Cutter::find_nearest_distances() {
  const core::NeighborList list(structure_, shell);
  std::map<std::pair<int, int>, std::pair<double, int>> sums;
  for (std::size_t i = 0; i < structure_.size(); ++i) {
    std::map<int, double> nearest;
    for (const core::Neighbor& pair : list.of(i)) {
      const int number = structure_.numbers[pair.index];
      const auto [entry, fresh] = nearest.try_emplace(number, pair.distance);
      if (!fresh) entry->second = std::min(entry->second, pair.distance);
    }
    for (const auto& [number, distance] : nearest) {
      auto& [sum, count] = sums[std::minmax(structure_.numbers[i], number)];
      sum += distance;
      ++count;
    }
  }
  for (const auto& [kinds, sum] : sums) {
    nearest_[kinds] = sum.first / sum.second;
    longest_ = std::max(longest_, nearest_[kinds]);
  }
}

double Cutter::distance(const Vec3& offset) const {
  double nearest = std::numeric_limits<double>::infinity();
  std::array<int, 3> reach{};
  for (int k = 0; k < 3; ++k) reach[k] = structure_.cell.periodic[k] ? 1 : 0;
  for (int a = -reach[0]; a <= reach[0]; ++a)
    for (int b = -reach[1]; b <= reach[1]; ++b)
      for (int c = -reach[2]; c <= reach[2]; ++c)
        nearest = std::min(nearest, (cell_.transpose() * (offset + Vec3(a, b, c))).norm());
  return nearest;
}

std::vector<std::size_t> Cutter::inside(const Faces& faces) const {
  std::vector<std::size_t> atoms;
  for (std::size_t i : reachable_) {
    bool in = true;
    for (int k = 0; k < 3; ++k)
      in = in && (!cut_[k] || (height(i, k) >= faces.low[k] && height(i, k) < faces.high[k]));
    if (in) atoms.push_back(i);
  }
  return atoms;
}

// Atoms per Å along the axis in the column that the other axes' innermost faces cut out of the
// parent.
double Cutter::column_density(int axis) const {
  double atoms = 0;
  for (std::size_t i = 0; i < offsets_.size(); ++i) {
    bool in = true;
    for (int k = 0; k < 3; ++k)
      in = in && (k == axis || !cut_[k] ||
                  (height(i, k) >= -options_.half_width && height(i, k) < options_.half_width));
    if (in) atoms += 1;
  }
  return atoms / heights_[axis];
}

double Cutter::count_mismatch(double expected, const std::vector<std::size_t>& atoms) const {
  std::map<int, double> count;
  for (std::size_t i : atoms) count[structure_.numbers[i]] += 1;
  const double total = static_cast<double>(atoms.size());
  double mismatch = count_weight * std::abs(total - expected);
  for (const auto& [number, share] : share_) mismatch += std::abs(count[number] - share * total);
  return mismatch;
}

double Cutter::pair_badness(std::size_t a, std::size_t b, double distance) const {
  const int number_a = structure_.numbers[a], number_b = structure_.numbers[b];
  const auto known = nearest_.find(std::minmax(number_a, number_b));
  if (known == nearest_.end() || distance >= known->second) return 0;
  const bool clash = distance < options_.closest * radii(number_a, number_b);
  return overlap_weight * std::pow(1 - distance / known->second, 2) + (clash ? clash_weight : 0);
}

// Of the atoms near the two faces of one axis, all images along the axes that keep their period.
double Cutter::overlap(const Faces& faces, int axis, const std::vector<std::size_t>& atoms) const {
  std::vector<std::size_t> above_low, below_high;
  for (std::size_t i : atoms) {
    if (height(i, axis) < faces.low[axis] + longest_) above_low.push_back(i);
    if (height(i, axis) >= faces.high[axis] - longest_) below_high.push_back(i);
  }
  std::array<int, 3> images{};
  for (int k = 0; k < 3; ++k) images[k] = structure_.cell.periodic[k] && !cut_[k] ? 1 : 0;
  double sum = 0;
  for (int a = -images[0]; a <= images[0]; ++a)
    for (int b = -images[1]; b <= images[1]; ++b)
      for (int c = -images[2]; c <= images[2]; ++c) {
        Vec3 shift(a, b, c);
        shift[axis] = (faces.high[axis] - faces.low[axis]) / heights_[axis];
        sum += overlap_of(above_low, below_high, cell_.transpose() * shift);
      }
  return sum;
}

double Cutter::overlap_of(const std::vector<std::size_t>& moved,
                          const std::vector<std::size_t>& fixed, const Vec3& shift) const {
  double sum = 0;
  for (std::size_t i : moved)
    for (std::size_t j : fixed) {
      const double square = (places_[i] + shift - places_[j]).squaredNorm();
      if (square < longest_ * longest_) sum += pair_badness(i, j, std::sqrt(square));
    }
  return sum;
}

double Cutter::badness(const Faces& faces, int axis, double density) const {
  const std::vector<std::size_t> atoms = inside(faces);
  return overlap(faces, axis, atoms) +
         count_mismatch(density * (faces.high[axis] - faces.low[axis]), atoms) +
         size_weight * static_cast<double>(atoms.size());
}

// Tries both faces of one axis within `reach` of where they are, never nearer than half_width.
void Cutter::search(Faces& faces, int axis, double step, double reach) const {
  const Faces start = faces;
  const double inner = options_.half_width, outer = inner + options_.face_range;
  const double density = column_density(axis);
  double best = badness(faces, axis, density);
  const int steps = static_cast<int>(std::lround(reach / step));
  for (int i = -steps; i <= steps; ++i)
    for (int j = -steps; j <= steps; ++j) {
      Faces trial = start;
      trial.low[axis] -= i * step;
      trial.high[axis] += j * step;
      const double slack = 1e-9;
      const bool allowed = -trial.low[axis] >= inner - slack && -trial.low[axis] <= outer + slack &&
                           trial.high[axis] >= inner - slack && trial.high[axis] <= outer + slack;
      if (!allowed) continue;
      const double value = badness(trial, axis, density);
      if (value >= best - 1e-9) continue;
      best = value;
      faces = trial;
    }
}

PeriodicCut Cutter::cut_at(const Faces& faces) const {
  PeriodicCut result;
  result.structure.cell = structure_.cell;
  Vec3 corner = Vec3::Zero();
  for (int k = 0; k < 3; ++k) {
    if (!is_new(k)) continue;
    result.cut[k] = true;
    result.structure.cell.vectors.row(k) *= (faces.high[k] - faces.low[k]) / heights_[k];
    corner[k] = faces.low[k] / heights_[k];
  }
  for (std::size_t i : inside(faces)) {
    result.parents.push_back(i);
    result.distances.push_back(distance(offsets_[i]));
    result.structure.numbers.push_back(structure_.numbers[i]);
    result.structure.positions.push_back(cell_.transpose() * (offsets_[i] - corner));
  }
  return result;
}

PeriodicCut Cutter::run() {
  Faces innermost;
  innermost.low.fill(-options_.half_width);
  innermost.high.fill(options_.half_width);
  Faces chosen = innermost;
  for (int k = 0; k < 3; ++k) {
    if (!is_new(k)) continue;
    Faces faces = innermost;
    search(faces, k, coarse_step, options_.face_range);
    search(faces, k, fine_step, coarse_step);
    chosen.low[k] = faces.low[k];
    chosen.high[k] = faces.high[k];
  }
  PeriodicCut result = cut_at(chosen);
  resolve_clashes(result, share_, options_);
  return result;
}

}  // namespace

PeriodicCut cut_periodic(const core::Structure& structure, std::size_t center,
                         const CutOptions& options) {
  return Cutter(structure, center, options).run();
}

}  // namespace mlip::explore
