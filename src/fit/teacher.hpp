/// A teacher: what the labels of another model, of any number of structures, let a linear fit
/// expect before DFT has labelled anything.
///
/// Its rows [X | y] make a prior N(m, τ² (XᵀX/σ² + W⁻²)⁻¹) of the coefficients: what it is sure of
/// holds as long as labels do not speak against it, what it knows nothing of is as smooth as ever.
/// How much it counts, τ, and how much of it, W, is chosen with the labels (see prior.hpp), which
/// may as well choose the prior without it: a useless teacher is not listened to.
#pragma once

#include <span>
#include <vector>

#include "fit/linear.hpp"
#include "fit/prior.hpp"
#include "fit/rows.hpp"

namespace mlip::fit {

/// Forces (eV/Å) from which on a lesson counts less, or three times the median of the lessons'
/// largest ones where that is smaller: a model this small cannot learn both a crystal and a
/// collision to the same error.
inline constexpr double violent_force = 3;
/// eV/Å: labels are not believed further while a teacher is listened to.  With a prior as rich as a
/// teacher's few labels are met exactly, and the evidence of having met them is worth nothing.
inline constexpr double least_label_noise = 0.003;

class Teacher {
 public:
  /// `lessons` are labelled by another model; violent ones count less, and a few atoms alone among
  /// crystals.  Its energies may be counted from anything: a constant an element is left open.
  /// Functions of `basis` only; core and E0 are not used.  Throws core::UserError where there is
  /// nothing to learn.
  Teacher(const ace::Potential& basis, std::vector<Item> lessons, const Options& options);

  /// What it lets expect of labels weighted as `options` say.
  [[nodiscard]] std::vector<Prior> priors(const Options& options) const;
  /// A potential of the lessons alone.  `isolated` (eV) is an energy for each species of the basis,
  /// counted as the lessons' are.
  [[nodiscard]] Fit alone(const std::vector<double>& isolated, const Options& options) const;

  [[nodiscard]] const ace::Potential& basis() const { return basis_; }
  [[nodiscard]] std::size_t lessons() const { return lessons_.size(); }

 private:
  /// Rows by kind of label; the first columns are the species' constants.
  struct Kinds {
    Triangle energy, forces, stress;
  };
  [[nodiscard]] Triangle weighted(const Options& options) const;
  [[nodiscard]] Kinds rows_of(std::size_t first, std::size_t stride, const Options& options) const;

  ace::Potential basis_;
  std::vector<Item> lessons_;
  Columns columns_;
  Kinds kinds_;
};

}  // namespace mlip::fit
