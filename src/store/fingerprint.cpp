#include "store/fingerprint.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <map>
#include <numeric>

#include "core/element.hpp"
#include "core/neighbor_list.hpp"

namespace mlip::store {

namespace {

using core::Mat3;
using core::Vec3;

// Neighbours within this many times the cube root of the volume an atom: about 45, whatever the
// density.
constexpr double reach = 2.2;
// Part of the reach that the sharper of the two weights sees: without shells a strained crystal
// looks like any other.
constexpr double first_shells = 0.75;
constexpr double reach_without_volume = 8;  // Å
constexpr double cluster_length = 4;        // Å
constexpr double fewest_neighbors = 1e-3;   // keeps the mean of a vanishing neighbourhood smooth
constexpr std::size_t features = 8;

/// Weighted first and second moments of the vectors to an atom's neighbours.
struct Moments {
  double weight = fewest_neighbors;
  std::array<double, 3> first = {};
  std::array<double, 6> second = {};  ///< xx yy zz yz xz xy

  void add(double w, const Vec3& vector) {
    const double x = vector[0], y = vector[1], z = vector[2];
    const std::array<double, 6> products = {x * x, y * y, z * z, y * z, x * z, x * y};
    weight += w;
    for (int k = 0; k < 3; ++k) first[k] += w * vector[k];
    for (int k = 0; k < 6; ++k) second[k] += w * products[k];
  }
  /// Length of the mean vector, and the three root mean square extents, Å: each changes about as
  /// much as atoms move.
  [[nodiscard]] std::array<double, 4> invariants() const {
    const auto& [xx, yy, zz, yz, xz, xy] = second;
    const Mat3 matrix{{xx, xy, xz}, {xy, yy, yz}, {xz, yz, zz}};
    const Eigen::SelfAdjointEigenSolver<Mat3> solver(matrix / weight, Eigen::EigenvaluesOnly);
    const Vec3 extents = solver.eigenvalues().cwiseMax(0).cwiseSqrt();
    const double length = std::hypot(first[0], first[1], first[2]) / weight;
    return {length, extents[0], extents[1], extents[2]};
  }
};

/// Tells elements apart in the second moments: spread over 0.5 … 1.5 by the golden ratio.
double element_weight(int number) {
  const double turns = number * 0.6180339887498949;
  return 0.5 + turns - std::floor(turns);
}

struct Environment {
  Moments near, colored;

  /// `x2`: square of the distance over the cutoff; `color`: the neighbour's element_weight.
  void add_periodic(const Vec3& vector, double x2, double color) {
    const double smooth = (1 - x2) * (1 - x2), y2 = x2 / (first_shells * first_shells);
    if (y2 < 1) near.add((1 - y2) * (1 - y2), vector);
    colored.add(smooth * x2 * color, vector);
  }
  void add_in_cluster(const Vec3& vector, int number) {
    const double x = vector.norm() / cluster_length;
    const double smooth = 1 / (1 + x * x);
    near.add(smooth * smooth, vector);
    colored.add(smooth * element_weight(number), vector);
  }
  [[nodiscard]] std::array<double, features> invariants() const {
    const auto a = near.invariants(), b = colored.invariants();
    return {a[0], a[1], a[2], a[3], b[0], b[1], b[2], b[3]};
  }
};

double length_per_atom(const core::Structure& structure) {
  if (!structure.cell.any_periodic()) return 0;
  return std::cbrt(structure.cell.volume() / static_cast<double>(structure.size()));
}

/// Translations of the lattice, one of each two opposite ones, that can bring atoms folded into the
/// cell within the cutoff; the first is none at all.
std::vector<Vec3> half_the_translations(const core::Cell& cell, double cutoff) {
  const Mat3 inverse = cell.vectors.inverse();
  std::array<int, 3> most = {0, 0, 0};
  for (Eigen::Index k = 0; k < 3; ++k)
    if (cell.periodic[std::size_t(k)])
      most[std::size_t(k)] = static_cast<int>(std::ceil(cutoff * inverse.col(k).norm()));
  const double farthest = cutoff + cell.vectors.rowwise().norm().sum();
  std::vector<Vec3> translations = {Vec3::Zero()};
  for (int a = 0; a <= most[0]; ++a)
    for (int b = a > 0 ? -most[1] : 0; b <= most[1]; ++b)
      for (int c = a > 0 || b > 0 ? -most[2] : 1; c <= most[2]; ++c) {
        const Vec3 translation = cell.vectors.transpose() * Vec3(a, b, c);
        if (translation.norm() <= farthest) translations.push_back(translation);
      }
  return translations;
}

/// Coordinates one axis after the other, within the cell.
Eigen::Matrix<double, Eigen::Dynamic, 3> folded(const core::Structure& structure) {
  Eigen::Matrix<double, Eigen::Dynamic, 3> coordinates(Eigen::Index(structure.size()), 3);
  const Mat3 inverse = structure.cell.vectors.inverse();
  for (std::size_t i = 0; i < structure.size(); ++i) {
    Vec3 s = inverse.transpose() * structure.positions[i];
    for (Eigen::Index k = 0; k < 3; ++k) s[k] -= std::floor(s[k]);
    coordinates.row(Eigen::Index(i)) = (structure.cell.vectors.transpose() * s).transpose();
  }
  return coordinates;
}

/// Every pair of atoms and images once: for few atoms in less time than it takes to list
/// neighbours.
std::vector<Environment> environments_of_few(const core::Structure& structure, double cutoff) {
  const auto atoms = static_cast<Eigen::Index>(structure.size());
  const auto coordinates = folded(structure);
  std::vector<double> colors;
  for (const int number : structure.numbers) colors.push_back(element_weight(number));
  std::vector<Environment> result(structure.size());
  Eigen::Matrix<double, Eigen::Dynamic, 3> vectors(atoms, 3);
  Eigen::ArrayXd squares(atoms);
  const double scale = 1 / (cutoff * cutoff);
  bool here = true;
  for (const Vec3& translation : half_the_translations(structure.cell, cutoff)) {
    for (Eigen::Index i = 0; i < atoms; ++i) {
      vectors = coordinates.rowwise() - (coordinates.row(i) - translation.transpose());
      squares = vectors.rowwise().squaredNorm().array() * scale;
      for (Eigen::Index j = here ? i + 1 : 0; j < atoms; ++j) {
        if (!(squares[j] < 1)) continue;
        const Vec3 vector = vectors.row(j);
        const auto a = std::size_t(i), b = std::size_t(j);
        result[a].add_periodic(vector, squares[j], colors[b]);
        result[b].add_periodic(-vector, squares[j], colors[a]);
      }
    }
    here = false;
  }
  return result;
}

std::vector<Environment> environments(const core::Structure& structure, double length) {
  constexpr std::size_t few = 128;
  const std::size_t atoms = structure.size();
  std::vector<Environment> result(atoms);
  if (!structure.cell.any_periodic()) {
    for (std::size_t i = 0; i < atoms; ++i)
      for (std::size_t j = 0; j < atoms; ++j)
        if (i != j)
          result[i].add_in_cluster(structure.positions[j] - structure.positions[i],
                                   structure.numbers[j]);
    return result;
  }
  const double cutoff = length > 0 ? reach * length : reach_without_volume;
  if (atoms <= few && structure.cell.all_periodic()) return environments_of_few(structure, cutoff);
  const core::NeighborList list(structure, cutoff);
  for (std::size_t i = 0; i < atoms; ++i)
    for (const core::Neighbor& neighbor : list.of(i)) {
      const double x = neighbor.distance / cutoff;
      result[i].add_periodic(neighbor.vector, x * x,
                             element_weight(structure.numbers[std::size_t(neighbor.index)]));
    }
  return result;
}

/// Atoms of each element, in the order of their symbols.
std::map<std::string, std::vector<std::size_t>> atoms_by_symbol(const core::Structure& structure) {
  std::map<std::string, std::vector<std::size_t>> atoms;
  for (std::size_t i = 0; i < structure.size(); ++i)
    atoms[std::string(core::element(structure.numbers[i]).symbol)].push_back(i);
  return atoms;
}

/// Counts in a reduced formula such as "AlNi3".
std::vector<std::size_t> parts(const std::string& composition) {
  std::vector<std::size_t> counts;
  for (std::size_t at = 0; at < composition.size();) {
    for (++at;
         at < composition.size() && std::islower(static_cast<unsigned char>(composition[at]));)
      ++at;
    std::size_t count = 0;
    for (; at < composition.size() && std::isdigit(static_cast<unsigned char>(composition[at]));
         ++at)
      count = 10 * count + static_cast<std::size_t>(composition[at] - '0');
    counts.push_back(std::max<std::size_t>(count, 1));
  }
  return counts;
}

/// Two sorted lists of the same thing counted na and nb times an atom.
bool same_list(const double* a, std::size_t na, const double* b, std::size_t nb, double tolerance) {
  const std::size_t common = std::lcm(na, nb);
  for (std::size_t k = 0; k < common; ++k)
    if (!(std::abs(a[k / (common / na)] - b[k / (common / nb)]) <= tolerance)) return false;
  return true;
}

}  // namespace

namespace {

std::array<double, 4> extremes_of(const std::vector<std::array<double, features>>& invariants) {
  std::array<double, 4> extremes = {-INFINITY, -INFINITY, -INFINITY, INFINITY};
  for (const auto& values : invariants) {
    extremes[0] = std::max(extremes[0], values[0]);
    extremes[1] = std::max(extremes[1], values[4]);
    extremes[2] = std::max(extremes[2], values[3]);
    extremes[3] = std::min(extremes[3], values[1]);
  }
  return extremes;
}

}  // namespace

Fingerprint fingerprint(const core::Structure& structure) {
  if (structure.size() == 0) return {};
  const auto atoms = atoms_by_symbol(structure);
  std::size_t divisor = 0;
  for (const auto& [symbol, members] : atoms) divisor = std::gcd(divisor, members.size());
  const double length = length_per_atom(structure);
  Fingerprint result;
  result.values = {length};
  std::vector<std::array<double, features>> invariants;
  for (const Environment& environment : environments(structure, length))
    invariants.push_back(environment.invariants());
  result.extremes = extremes_of(invariants);
  for (const auto& [symbol, members] : atoms) {
    const std::size_t count = members.size() / divisor;
    result.composition += symbol + (count == 1 ? "" : std::to_string(count));
    for (std::size_t feature = 0; feature < features; ++feature) {
      const std::size_t begin = result.values.size();
      for (const std::size_t atom : members) result.values.push_back(invariants[atom][feature]);
      std::sort(result.values.begin() + static_cast<std::ptrdiff_t>(begin), result.values.end());
    }
  }
  return result;
}

bool same_structure(const Fingerprint& a, const Fingerprint& b, double tolerance) {
  if (a.composition != b.composition || a.values.empty() != b.values.empty()) return false;
  if (a.values.empty()) return true;
  if (std::abs(a.values[0] - b.values[0]) > tolerance) return false;
  const std::vector<std::size_t> counts = parts(a.composition);
  const std::size_t unit = features * std::accumulate(counts.begin(), counts.end(), std::size_t{0});
  const std::size_t copies_a = (a.values.size() - 1) / unit,
                    copies_b = (b.values.size() - 1) / unit;
  const double *at_a = a.values.data() + 1, *at_b = b.values.data() + 1;
  for (const std::size_t count : counts)
    for (std::size_t feature = 0; feature < features; ++feature) {
      const std::size_t na = count * copies_a, nb = count * copies_b;
      if (!same_list(at_a, na, at_b, nb, tolerance)) return false;
      at_a += na;
      at_b += nb;
    }
  return true;
}

}  // namespace mlip::store
