#include "core/structure.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "core/element.hpp"
#include "core/neighbor_list.hpp"

namespace mlip::core {

double Cell::volume() const {
  return std::abs(vectors.determinant());
}

bool Cell::operator==(const Cell& other) const {
  return vectors == other.vectors && periodic == other.periodic;
}

Fractional Structure::to_fractional(const Vec3& position) const {
  return {(cell.vectors.transpose().inverse() * position).eval()};
}

Vec3 Structure::to_cartesian(const Fractional& position) const {
  return cell.vectors.transpose() * position.value;
}

std::string Structure::formula() const {
  std::map<std::string, int> count;
  for (int number : numbers) ++count[std::string(element(number).symbol)];
  std::string text;
  for (const auto& [symbol, n] : count) text += n == 1 ? symbol : symbol + std::to_string(n);
  return text;
}

Structure repeat(const Structure& structure, const std::array<int, 3>& n) {
  Structure result;
  result.cell = structure.cell;
  for (int axis = 0; axis < 3; ++axis) result.cell.vectors.row(axis) *= n[axis];
  for (int a = 0; a < n[0]; ++a)
    for (int b = 0; b < n[1]; ++b)
      for (int c = 0; c < n[2]; ++c) {
        const Vec3 shift = structure.cell.vectors.transpose() * Vec3(a, b, c);
        for (std::size_t i = 0; i < structure.size(); ++i) {
          result.numbers.push_back(structure.numbers[i]);
          result.positions.push_back(structure.positions[i] + shift);
        }
      }
  return result;
}

Structure strained(const Structure& structure, const Mat3& strain) {
  const Mat3 deformation = Mat3::Identity() + strain;
  Structure result = structure;
  result.cell.vectors = structure.cell.vectors * deformation;
  for (auto& position : result.positions) position = deformation.transpose() * position;
  return result;
}

namespace {

double nearest_within(const Structure& structure, double cutoff) {
  double nearest = std::numeric_limits<double>::infinity();
  const NeighborList list(structure, cutoff);
  for (std::size_t i = 0; i < structure.size(); ++i)
    for (const Neighbor& neighbor : list.of(i)) nearest = std::min(nearest, neighbor.distance);
  return nearest;
}

/// No atom is farther than this from its neighbour.
double sure_cutoff(const Structure& structure) {
  double longest = 0;
  for (int axis = 0; axis < 3; ++axis)
    if (structure.cell.periodic[axis])
      longest = std::max(longest, structure.cell.vectors.row(axis).norm());
  if (longest > 0) return 1.01 * longest;  // an atom's own image at the latest
  Vec3 low = structure.positions.front(), high = low;
  for (const Vec3& position : structure.positions) {
    low = low.cwiseMin(position);
    high = high.cwiseMax(position);
  }
  return 1.01 * (high - low).norm() + 1e-9;
}

}  // namespace

double minimum_distance(const Structure& structure) {
  if (structure.size() == 0 || (structure.size() == 1 && !structure.cell.any_periodic()))
    return std::numeric_limits<double>::infinity();
  const double largest = sure_cutoff(structure);
  for (double cutoff = std::min(3.0, largest);; cutoff = std::min(2 * cutoff, largest)) {
    const double nearest = nearest_within(structure, cutoff);
    if (std::isfinite(nearest) || cutoff == largest) return nearest;
  }
}

namespace {
bool finite(const Vec3& v) {
  return v.allFinite();
}
}  // namespace

bool is_finite(const Structure& structure) {
  return structure.numbers.size() == structure.positions.size() &&
         structure.cell.vectors.allFinite() &&
         std::all_of(structure.positions.begin(), structure.positions.end(), finite);
}

bool is_finite(const Labels& labels, std::size_t atoms) {
  if (labels.energy && !std::isfinite(*labels.energy)) return false;
  if (labels.stress && !labels.stress->allFinite()) return false;
  if (!labels.forces.empty() && labels.forces.size() != atoms) return false;
  const auto number = [](double x) { return std::isfinite(x); };
  return std::all_of(labels.forces.begin(), labels.forces.end(), finite) &&
         std::all_of(labels.magnetic_moments.begin(), labels.magnetic_moments.end(), number) &&
         number(labels.total_magnetization.value_or(0));
}

}  // namespace mlip::core
