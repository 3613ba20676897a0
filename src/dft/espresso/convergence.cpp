#include "dft/espresso/convergence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "core/error.hpp"
#include "core/units.hpp"
#include "dft/espresso/cost.hpp"
#include "dft/espresso/input.hpp"

namespace mlip::dft::espresso {

namespace {

constexpr double coarse_mesh = 1.5;  // of the start's k-spacing, while cutoffs are tried
constexpr double augmented = 4.5;    // ecutrho over ecutwfc of ultrasoft and PAW files lies above
constexpr double infinite = std::numeric_limits<double>::infinity();

/// Numbers of atoms of each element over their greatest common divisor.
std::map<int, int> composition_of(const core::Structure& structure) {
  std::map<int, int> counts;
  for (const int number : structure.numbers) ++counts[number];
  int divisor = 0;
  for (const auto& [number, count] : counts) divisor = std::gcd(divisor, count);
  for (auto& [number, count] : counts) count /= divisor;
  return counts;
}

/// What is varied: how a value changes the parameters, and which values.
struct Knob {
  std::string quantity, unit;
  std::vector<double> values;  ///< the cheapest first
  double reference;            ///< better than all values that may be chosen
  double raise;                ///< factor of the reference where none is good
  double limit;                ///< of the reference
  std::function<Parameters(double)> with;
};

class Measurement {
 public:
  Measurement(std::span<const core::Structure> structures, const Accuracy& wanted,
              const Labeler& label)
      : structures_(structures), wanted_(wanted), label_(label) {}

  Series run(Knob knob) {
    for (;;) {
      Series series{knob.quantity, knob.reference, {}, 0};
      const auto reference = label_(knob.with(knob.reference));
      demand(reference, knob);
      if (climb(knob, reference, series)) return series;
      raise(knob);
    }
  }

 private:
  /// Tries until two values in a row are good; the first of them is chosen.
  bool climb(const Knob& knob, const std::vector<core::Outcome>& reference, Series& series) const {
    bool good_before = false;
    for (const double value : knob.values) {
      const Parameters parameters = knob.with(value);
      if (same_as_last(series, knob, parameters)) continue;
      series.trials.push_back(trial(value, parameters, reference));
      const bool good = series.trials.back().deviation.within(wanted_);
      if (good && good_before) {
        series.chosen = series.trials[series.trials.size() - 2].value;
        return true;
      }
      good_before = good;
    }
    return false;
  }

  /// A spacing that gives every structure the mesh of the one before tells nothing new.
  bool same_as_last(const Series& series, const Knob& knob, const Parameters& parameters) const {
    if (series.trials.empty() || knob.quantity != "k_spacing") return false;
    const Parameters last = knob.with(series.trials.back().value);
    return std::ranges::all_of(structures_, [&](const core::Structure& structure) {
      return k_grid(structure, last) == k_grid(structure, parameters);
    });
  }

  Trial trial(double value, const Parameters& parameters,
              const std::vector<core::Outcome>& reference) const {
    Trial result{value, {infinite, infinite, infinite}, 0};
    for (const auto& structure : structures_)
      result.core_seconds += core_seconds(structure, parameters);
    const auto labels = label_(parameters);
    if (std::ranges::all_of(labels, &core::Outcome::accepted))
      result.deviation = deviation(structures_, labels, reference);
    return result;
  }

  void demand(const std::vector<core::Outcome>& reference, const Knob& knob) const {
    for (std::size_t i = 0; i < reference.size(); ++i)
      if (!reference[i].accepted)
        throw core::UserError(
            core::ExitCode::failed,
            fmt::format(
                "structure {} ({}) failed with {} {:g}{}: {}", i + 1, structures_[i].formula(),
                knob.quantity, knob.reference, knob.unit,
                reference[i].attempts.empty() ? "no attempt" : reference[i].attempts.back().fault),
            "leave that structure out, or look at the failed run in the scratch folder");
  }

  void raise(Knob& knob) const {
    const bool upwards = knob.raise > 1;
    const double next = knob.reference * knob.raise;
    if (upwards ? next > knob.limit : next < knob.limit)
      throw core::UserError(
          core::ExitCode::failed,
          fmt::format("no {} up to {:g}{} gives energies within {:g} meV/atom, forces within {:g} "
                      "meV/Å and stresses within {:g} GPa",
                      knob.quantity, knob.reference, knob.unit, wanted_.energy_mev_per_atom,
                      wanted_.force_mev_per_a, wanted_.stress_gpa),
          "ask for less with --energy, --force and --stress, or take another pseudopotential");
    knob.values.push_back(knob.reference);
    knob.reference = next;
  }

  std::span<const core::Structure> structures_;
  Accuracy wanted_;
  const Labeler& label_;
};

double hundredth(double value) {
  return std::round(value * 100) / 100;
}

Knob cutoff_knob(const Parameters& start) {
  const double dual = start.ecutrho_ry / start.ecutwfc_ry;
  const double fixed = start.ecfixed_ry / start.ecutwfc_ry;
  Knob knob{"ecutwfc_ry", " Ry", {}, std::round(2 * start.ecutwfc_ry), 1.5, 400, {}};
  for (const double factor : {0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.125, 1.25, 1.4, 1.6})
    knob.values.push_back(std::round(factor * start.ecutwfc_ry));
  knob.with = [start, dual, fixed](double value) {
    Parameters parameters = start;
    parameters.ecutwfc_ry = value;
    parameters.ecutrho_ry = dual * value;
    parameters.ecfixed_ry = fixed * value;
    parameters.k_spacing = coarse_mesh * start.k_spacing;
    return parameters;
  };
  return knob;
}

Knob dual_knob(const Parameters& start) {
  Knob knob{"dual", "", {5, 6, 7, 8, 10, 12}, 16, 1.5, 24, {}};
  knob.with = [start](double value) {
    Parameters parameters = start;
    parameters.ecutrho_ry = value * start.ecutwfc_ry;
    parameters.k_spacing = coarse_mesh * start.k_spacing;
    return parameters;
  };
  return knob;
}

Knob mesh_knob(const Parameters& start) {
  Knob knob{"k_spacing", " /Å", {}, hundredth(0.5 * start.k_spacing), 0.75, 0.04, {}};
  for (const double factor : {2.0, 1.7, 1.45, 1.2, 1.0, 0.85, 0.72, 0.61})
    knob.values.push_back(hundredth(factor * start.k_spacing));
  knob.with = [start](double value) {
    Parameters parameters = start;
    parameters.k_spacing = value;
    return parameters;
  };
  return knob;
}

void demand_pair(std::span<const core::Structure> structures) {
  std::map<std::map<int, int>, int> count;
  for (const auto& structure : structures)
    if (++count[composition_of(structure)] == 2) return;
  throw core::UserError(core::ExitCode::bad_input, "no two structures have the same composition",
                        "energies converge as differences: give at least two of one composition");
}

}  // namespace

bool Accuracy::within(const Accuracy& wanted) const {
  return energy_mev_per_atom <= wanted.energy_mev_per_atom &&
         force_mev_per_a <= wanted.force_mev_per_a && stress_gpa <= wanted.stress_gpa;
}

Accuracy deviation(std::span<const core::Structure> structures,
                   std::span<const core::Outcome> labels,
                   std::span<const core::Outcome> reference) {
  MLIP_ASSERT(labels.size() == structures.size() && reference.size() == structures.size());
  Accuracy largest{0, 0, 0};
  std::map<std::map<int, int>, std::array<double, 2>> range;  // of meV/atom, by composition
  for (std::size_t i = 0; i < structures.size(); ++i) {
    const core::Labels &is = labels[i].labels, &should = reference[i].labels;
    const double energy =
        1000 * (*is.energy - *should.energy) / static_cast<double>(structures[i].size());
    auto& [low, high] =
        range.try_emplace(composition_of(structures[i]), std::array{energy, energy}).first->second;
    low = std::min(low, energy);
    high = std::max(high, energy);
    largest.energy_mev_per_atom = std::max(largest.energy_mev_per_atom, high - low);
    for (std::size_t k = 0; k < should.forces.size(); ++k)
      largest.force_mev_per_a = std::max(
          largest.force_mev_per_a, 1000 * (is.forces[k] - should.forces[k]).cwiseAbs().maxCoeff());
    if (is.stress && should.stress)
      largest.stress_gpa =
          std::max(largest.stress_gpa,
                   core::gpa_per_ev_per_a3 * (*is.stress - *should.stress).cwiseAbs().maxCoeff());
  }
  return largest;
}

Convergence converge(const Parameters& start, std::span<const core::Structure> structures,
                     const Accuracy& wanted, const Labeler& label) {
  demand_pair(structures);
  Measurement measurement(structures, wanted, label);
  Convergence result{start, {}};
  const auto find = [&](const Knob& knob) {
    const double spacing = result.chosen.k_spacing;
    result.series.push_back(measurement.run(knob));
    result.chosen = knob.with(result.series.back().chosen);
    if (knob.quantity != "k_spacing") result.chosen.k_spacing = spacing;
  };
  find(cutoff_knob(start));
  if (start.ecutrho_ry > augmented * start.ecutwfc_ry) find(dual_knob(result.chosen));
  const bool crystal = std::ranges::any_of(
      structures, [](const core::Structure& s) { return s.cell.any_periodic(); });
  if (crystal && !start.isolated) find(mesh_knob(result.chosen));
  return result;
}

}  // namespace mlip::dft::espresso
