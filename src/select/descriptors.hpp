/// Descriptors of many structures, sorted by species.
#pragma once

#include <Eigen/Core>
#include <map>
#include <span>
#include <vector>

#include "core/structure.hpp"
#include "potential/calculator.hpp"

namespace mlip::select {

/// Descriptors of one structure's atoms, a column an atom, by atomic number.
using SpeciesDescriptors = std::map<int, Eigen::MatrixXd>;

/// Of the atoms whose mask is positive; an empty mask takes all.  Throws core::UserError where the
/// model has no descriptors.
[[nodiscard]] SpeciesDescriptors descriptors_of(const core::Structure& structure,
                                                const std::vector<double>& mask,
                                                const potential::Calculator& model);

/// One vector a structure: of each species in `widths` (atomic number → length of its descriptors)
/// the mean, the standard deviation and the fraction of atoms; zeros where it is absent.
[[nodiscard]] Eigen::VectorXd fingerprint(const SpeciesDescriptors& descriptors,
                                          const std::map<int, Eigen::Index>& widths);

/// Length of each species' descriptors in a set of structures.
[[nodiscard]] std::map<int, Eigen::Index> widths_of(std::span<const SpeciesDescriptors> structures);

/// Shifts and scales each row of fingerprints (columns) to mean 0 and variance 1; rows that do not
/// vary become 0.
void standardise(Eigen::Ref<Eigen::MatrixXd> points);

/// Shifts points (columns) so that their mean is zero.
void centre(Eigen::Ref<Eigen::MatrixXd> points);

}  // namespace mlip::select
