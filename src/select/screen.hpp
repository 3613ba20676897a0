/// Tells nonsense from candidates before DFT is paid for them: by their own distribution.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/structure.hpp"

namespace mlip::select {

enum class Verdict { kept, no_answer, overlap, apart, force, too_low, too_high };

/// What rejects a candidate, for a table of counts; "kept" for those that are.
[[nodiscard]] const char* meaning(Verdict verdict);

/// Beyond these a candidate is rejected.
struct ScreenLimits {
  double closest;  ///< least distance of two atoms, over the sum of their covalent radii
  double apart;    ///< largest distance of an atom from its nearest neighbour, over the same
  double force;    ///< eV/Å, the largest on an atom
  double depth;    ///< eV/atom over the convex hull: less is a hole of the model
  double window;   ///< eV/atom over the convex hull
};

/// What the user sets takes the place of what the distribution says.
struct ScreenOptions {
  std::optional<double> closest, apart, force, window;
};

struct Screening {
  std::vector<Verdict> verdicts;  ///< of each candidate
  std::vector<double> heights;    ///< eV/atom over the hull; not a number where not compared
  std::array<ScreenLimits, 2>
      limits;  ///< of what does not repeat in all directions, and of crystals
};

/// Candidates are added one by one and not kept: a few dozen bytes are.
///
/// What repeats in all directions is judged apart from clusters, molecules and slabs.  Where fewer
/// than `fewest` are of a kind there is no distribution: only overlaps below `never_closer` and
/// what has no answer are rejected.  Else a limit lies where the bulk ends: from three
/// interquartile ranges beyond the quartile outward to the first gap as wide as that range, and at
/// most ten ranges beyond.  Ranges count as no less than 0.05 and 0.1 (distances over radii), 1
/// eV/Å and 0.1 eV/atom (downward 1 eV/atom): less is never nonsense.  Forces are only compared
/// among those whose distances pass, energies among those whose forces pass.
class Screen {
 public:
  static constexpr std::size_t fewest = 12;
  static constexpr double never_closer = 0.4;
  /// Atoms further than this (over the sum of covalent radii) count as this far.
  static constexpr double reach = 2.5;

  /// `energy` (eV) and `forces` as a model gives them.
  void add(const core::Structure& structure, double energy, std::span<const core::Vec3> forces);
  /// One that no model has an answer for.
  void add_unanswered();
  [[nodiscard]] std::size_t size() const { return shapes_.size(); }
  [[nodiscard]] Screening decide(const ScreenOptions& options = {}) const;
  /// One line, with numbers; empty where it is kept.
  [[nodiscard]] std::string reason(const Screening& screening, std::size_t index) const;
  /// Å³ and eV an atom; the volume is 0 where it does not repeat in all directions.
  struct Place {
    double volume, energy;
  };
  [[nodiscard]] Place place(std::size_t index) const;

 private:
  struct Shape {
    double energy = 0, force = 0, volume = 0;  ///< eV/atom, eV/Å, Å³/atom
    float closest = reach, apart = 0;
    std::uint32_t composition = 0;  ///< its number
    bool crystal = false, answered = false;
  };
  using Composition = std::map<int, std::size_t>;

  void judge(bool crystal, const ScreenOptions& options, Screening& screening) const;
  void judge_energies(const std::vector<std::size_t>& members, const std::optional<double>& window,
                      ScreenLimits& limits, Screening& screening) const;
  void measure_heights(const std::vector<std::size_t>& members, std::vector<double>& heights) const;

  std::vector<Shape> shapes_;
  std::map<Composition, std::uint32_t> compositions_;
};

/// Where the bulk of `values` ends, upward; infinite for fewer than Screen::fewest.
[[nodiscard]] double end_of_bulk(std::vector<double> values, double least_range);

}  // namespace mlip::select
