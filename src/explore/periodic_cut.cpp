#include "explore/periodic_cut.hpp"

#include <Eigen/Geometry>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include "core/element.hpp"
#include "core/neighbor_list.hpp"

namespace mlip::explore {
namespace {

using core::Mat3;
using core::Vec3;

constexpr double coarse_step = 0.25, fine_step = 0.05;  // Å
constexpr double shell = 4.0;                           // Å
// What one atom too many, a full overlap, a clash and the size of the cell weigh in the choice of
// the faces.
constexpr double count_weight = 2, overlap_weight = 25, clash_weight = 2, size_weight = 0.05;

double radii(int a, int b) {
  return core::element(a).covalent_radius + core::element(b).covalent_radius;
}

/// Faces as heights from the centre along each axis' normal, Å.
struct Faces {
  std::array<double, 3> low{}, high{};
};

struct Conflict {
  std::size_t a, b;
};

class Cutter {
 public:
  Cutter(const core::Structure& structure, std::size_t center, const CutOptions& options);
  PeriodicCut run();

 private:
  void open_axes();
  void find_nearest_distances();
  [[nodiscard]] double count_mismatch(const PeriodicCut& cut) const;
  [[nodiscard]] double badness(const Faces& faces) const;
  [[nodiscard]] PeriodicCut inside(const Faces& faces) const;
  [[nodiscard]] core::NeighborList pairs(const PeriodicCut& cut, double cutoff) const;
  [[nodiscard]] bool new_pair(const core::Neighbor& pair) const;
  [[nodiscard]] double distance(const Vec3& offset) const;
  void search(Faces& faces, int axis, double step, double reach) const;
  [[nodiscard]] std::vector<Conflict> conflicts(const PeriodicCut& cut) const;
  [[nodiscard]] std::size_t worst(const PeriodicCut& cut, const std::vector<int>& count) const;
  void resolve(PeriodicCut& cut) const;

  const core::Structure& structure_;
  const CutOptions& options_;
  Mat3 cell_;                        // axes that do not repeat replaced by unit normals
  std::array<double, 3> heights_{};  // Å between the faces of the parent
  std::array<bool, 3> cut_ = {false, false, false};
  std::vector<Vec3> offsets_;  // fractional, relative to the centre, wrapped to [-1/2, 1/2)
  std::map<std::pair<int, int>, double>
      nearest_;                  // usual shortest distance of each pair of species
  std::map<int, double> share_;  // composition
};

Cutter::Cutter(const core::Structure& structure, std::size_t center, const CutOptions& options)
    : structure_(structure), options_(options), cell_(structure.cell.vectors) {
  open_axes();
  const double volume = std::abs(cell_.determinant());
  const Mat3 to_fractional = cell_.transpose().inverse();
  for (int k = 0; k < 3; ++k) {
    const Vec3 u = cell_.row((k + 1) % 3).transpose(), v = cell_.row((k + 2) % 3).transpose();
    heights_[k] = volume / u.cross(v).norm();
    cut_[k] =
        !structure.cell.periodic[k] || heights_[k] > 2 * (options.half_width + options.face_range);
  }
  for (const Vec3& position : structure.positions) {
    Vec3 offset = to_fractional * (position - structure.positions[center]);
    for (int k = 0; k < 3; ++k)
      if (structure.cell.periodic[k]) offset[k] -= std::floor(offset[k] + 0.5);
    offsets_.push_back(offset);
  }
  for (int number : structure.numbers)
    share_[number] += 1.0 / static_cast<double>(structure.size());
  find_nearest_distances();
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
  for (const auto& [kinds, sum] : sums) nearest_[kinds] = sum.first / sum.second;
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

PeriodicCut Cutter::inside(const Faces& faces) const {
  PeriodicCut result;
  result.structure.cell = structure_.cell;
  Vec3 corner = Vec3::Zero();
  for (int k = 0; k < 3; ++k) {
    if (!cut_[k] || !structure_.cell.periodic[k]) continue;
    result.cut[k] = true;
    result.structure.cell.vectors.row(k) *= (faces.high[k] - faces.low[k]) / heights_[k];
    corner[k] = faces.low[k] / heights_[k];
  }
  for (std::size_t i = 0; i < offsets_.size(); ++i) {
    bool in = true;
    for (int k = 0; k < 3; ++k) {
      const double height = offsets_[i][k] * heights_[k];
      in = in && (!cut_[k] || (height >= faces.low[k] && height < faces.high[k]));
    }
    if (!in) continue;
    result.parents.push_back(i);
    result.structure.numbers.push_back(structure_.numbers[i]);
    result.structure.positions.push_back(cell_.transpose() * (offsets_[i] - corner));
  }
  return result;
}

core::NeighborList Cutter::pairs(const PeriodicCut& cut, double cutoff) const {
  return core::NeighborList(cut.structure, cutoff);
}

bool Cutter::new_pair(const core::Neighbor& pair) const {
  for (int k = 0; k < 3; ++k)
    if (cut_[k] && structure_.cell.periodic[k] && pair.shift[k] != 0) return true;
  return false;
}

double Cutter::count_mismatch(const PeriodicCut& cut) const {
  std::map<int, double> count;
  for (int number : cut.structure.numbers) count[number] += 1;
  const double atoms = static_cast<double>(cut.structure.size());
  double mismatch = 0;
  for (const auto& [number, share] : share_) mismatch += std::abs(count[number] - share * atoms);
  if (!structure_.cell.all_periodic()) return mismatch;
  const double density = static_cast<double>(structure_.size()) / structure_.cell.volume();
  return mismatch + count_weight * std::abs(atoms - density * cut.structure.cell.volume());
}

double Cutter::badness(const Faces& faces) const {
  const PeriodicCut cut = inside(faces);
  const auto& numbers = cut.structure.numbers;
  double longest = 0;
  for (const auto& [kinds, nearest] : nearest_) longest = std::max(longest, nearest);
  if (longest == 0) return count_mismatch(cut);
  const core::NeighborList list = pairs(cut, longest);
  double overlap = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i)
    for (const core::Neighbor& pair : list.of(i)) {
      const auto known = nearest_.find(std::minmax(numbers[i], numbers[pair.index]));
      if (!new_pair(pair) || known == nearest_.end() || pair.distance >= known->second) continue;
      overlap += overlap_weight * std::pow(1 - pair.distance / known->second, 2);
      if (pair.distance < options_.closest * radii(numbers[i], numbers[pair.index]))
        overlap += clash_weight;
    }
  return overlap + count_mismatch(cut) + size_weight * static_cast<double>(numbers.size());
}

// Tries both faces of one axis within `reach` of where they are, never nearer than half_width.
void Cutter::search(Faces& faces, int axis, double step, double reach) const {
  const Faces start = faces;
  const double inner = options_.half_width, outer = inner + options_.face_range;
  double best = badness(faces);
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
      const double value = badness(trial);
      if (value >= best - 1e-9) continue;
      best = value;
      faces = trial;
    }
}

std::vector<Conflict> Cutter::conflicts(const PeriodicCut& cut) const {
  const auto& numbers = cut.structure.numbers;
  double longest = 0;
  for (const auto& a : share_)
    for (const auto& b : share_) longest = std::max(longest, radii(a.first, b.first));
  const core::NeighborList list = pairs(cut, options_.closest * longest);
  std::vector<Conflict> found;
  for (std::size_t i = 0; i < numbers.size(); ++i)
    for (const core::Neighbor& pair : list.of(i)) {
      const std::size_t j = static_cast<std::size_t>(pair.index);
      if (new_pair(pair) && pair.distance < options_.closest * radii(numbers[i], numbers[j]))
        found.push_back({i, j});
    }
  return found;
}

// Most conflicts first, then the species there is too much of, then the furthest from the centre.
std::size_t Cutter::worst(const PeriodicCut& cut, const std::vector<int>& count) const {
  const auto& numbers = cut.structure.numbers;
  std::map<int, double> excess;
  for (int number : numbers) excess[number] += 1;
  for (auto& [number, n] : excess) n -= share_.at(number) * static_cast<double>(numbers.size());
  std::size_t chosen = numbers.size();
  const auto key = [&](std::size_t i) {
    return std::tuple(count[i], excess[numbers[i]], cut.distances[i]);
  };
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (count[i] == 0 || cut.distances[i] <= options_.core_radius) continue;
    if (chosen == numbers.size() || key(i) > key(chosen)) chosen = i;
  }
  return chosen;
}

void Cutter::resolve(PeriodicCut& cut) const {
  while (true) {
    std::vector<int> count(cut.structure.size(), 0);
    for (const Conflict& conflict : conflicts(cut)) ++count[conflict.a];
    const std::size_t i = worst(cut, count);
    if (i == cut.structure.size()) return;
    const auto at = static_cast<std::ptrdiff_t>(i);
    cut.structure.numbers.erase(cut.structure.numbers.begin() + at);
    cut.structure.positions.erase(cut.structure.positions.begin() + at);
    cut.parents.erase(cut.parents.begin() + at);
    cut.distances.erase(cut.distances.begin() + at);
    ++cut.removed;
  }
}

PeriodicCut Cutter::run() {
  Faces faces;
  faces.low.fill(-options_.half_width);
  faces.high.fill(options_.half_width);
  for (const auto& [step, reach] :
       {std::pair{coarse_step, options_.face_range}, std::pair{coarse_step, options_.face_range},
        std::pair{fine_step, coarse_step}})
    for (int k = 0; k < 3; ++k)
      if (cut_[k] && structure_.cell.periodic[k]) search(faces, k, step, reach);
  PeriodicCut result = inside(faces);
  for (std::size_t parent : result.parents) result.distances.push_back(distance(offsets_[parent]));
  resolve(result);
  return result;
}

}  // namespace

PeriodicCut cut_periodic(const core::Structure& structure, std::size_t center,
                         const CutOptions& options) {
  return Cutter(structure, center, options).run();
}

}  // namespace mlip::explore
