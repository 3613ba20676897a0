/// How far labels are from those of tighter settings: a pure function.
#pragma once

#include <span>

#include "core/records.hpp"
#include "fit/linear.hpp"

namespace mlip::pipeline {

/// Root mean squares; what no potential can be better than.
struct LabelNoise {
  int structures = 0;
  double energy_mev_per_atom = 0;  ///< after a constant shift of each element is taken out
  double force_mev_per_a = 0, stress_gpa = 0;  ///< of components
  double virial_mev_per_atom = 0;              ///< of components of stress times volume
};

/// A label and what tighter settings say of the same structure.
struct Recomputed {
  core::Structure structure;
  core::Labels label, tighter;
};

/// The energies' shifts are taken out by least squares, and the squares are divided by the degrees
/// of freedom that are left; where none is, the energy noise is 0.
[[nodiscard]] LabelNoise label_noise(std::span<const Recomputed> sample);

/// The options with the weights of labels of this noise: the variance of a residual that a weight
/// stands for, (50 meV/Å / weight)², grows by that of the label.
[[nodiscard]] fit::Options weighted_for(const LabelNoise& noise, fit::Options options);

}  // namespace mlip::pipeline
