/// Atoms in a cell, and what a calculation says of them.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/vector.hpp"

namespace mlip::core {

/// Lattice vectors as rows (Å) and the axes that repeat.  A cluster has a zero cell and no periodic
/// axis.
struct Cell {
  Mat3 vectors = Mat3::Zero();
  std::array<bool, 3> periodic = {false, false, false};

  [[nodiscard]] bool any_periodic() const { return periodic[0] || periodic[1] || periodic[2]; }
  [[nodiscard]] bool all_periodic() const { return periodic[0] && periodic[1] && periodic[2]; }
  /// Unsigned volume, Å³; 0 for a cluster.
  [[nodiscard]] double volume() const;
  bool operator==(const Cell& other) const;
};

/// Fractional coordinates are a type of their own, so that they never pass for Cartesian ones.
struct Fractional {
  Vec3 value;
};

/// Positions are Cartesian (Å) and stored as given: never wrapped silently.
struct Structure {
  Cell cell;
  std::vector<int> numbers;     ///< atomic number of each atom
  std::vector<Vec3> positions;  ///< as many as numbers

  [[nodiscard]] std::size_t size() const { return numbers.size(); }
  [[nodiscard]] Fractional to_fractional(const Vec3& position) const;
  [[nodiscard]] Vec3 to_cartesian(const Fractional& position) const;
  /// Chemical formula in alphabetical order, e.g. "AlNi3".
  [[nodiscard]] std::string formula() const;
};

/// Repeats the cell n[k] times along axis k; image order is x slowest, atoms of an image together.
[[nodiscard]] Structure repeat(const Structure& structure, const std::array<int, 3>& n);

/// Applies x → x (1 + strain) to cell rows and positions.
[[nodiscard]] Structure strained(const Structure& structure, const Mat3& strain);

/// Smallest distance between two atoms, images included (Å); infinity for a lone atom.
[[nodiscard]] double minimum_distance(const Structure& structure);

/// True when cell and positions are finite and sizes agree.
[[nodiscard]] bool is_finite(const Structure& structure);

/// What a calculation says of a structure; absent quantities were not computed.
struct Labels {
  std::optional<double> energy;               ///< eV, the force-consistent (free) energy
  std::vector<Vec3> forces;                   ///< eV/Å; empty when absent
  std::optional<Mat3> stress;                 ///< eV/Å³, (1/V) ∂E/∂ε, positive in tension
  std::vector<double> magnetic_moments;       ///< μ_B an atom; empty when absent
  std::optional<double> total_magnetization;  ///< μ_B a cell
};

/// True when everything present is finite and there are as many forces as atoms.
[[nodiscard]] bool is_finite(const Labels& labels, std::size_t atoms);

}  // namespace mlip::core
