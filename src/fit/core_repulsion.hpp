/// Ziegler-Biersack-Littmark core for distances the data do not cover.
#pragma once

#include <Eigen/Core>
#include <span>

#include "ace/potential.hpp"
#include "fit/linear.hpp"

namespace mlip::fit {

/// Shortest distance (Å) of each pair of species in the data, symmetric; infinity for pairs never
/// closer than the cutoff of `basis`.
[[nodiscard]] Eigen::MatrixXd shortest_distances(const ace::Potential& basis,
                                                 std::span<const Item> items, int threads);

/// Switches every bond from ACE to ZBL over 0.1 Å below 0.9 times the shortest distance of the data
/// (`shortest`), or below `inner_cutoff` (Å) where that is positive and smaller.  A pair never met
/// takes 0.8 times the sum of its covalent radii.  ACE and its radial functions are unchanged
/// wherever there are data.
void add_core_repulsion(ace::Potential& potential, const Eigen::MatrixXd& shortest,
                        double inner_cutoff);

/// Å, the shortest distance of the data for a pair of species, as add_core_repulsion left it; where
/// it did not, a guess from the covalent radii.
[[nodiscard]] double trained_distance(const ace::Potential& potential, int i, int j);

/// Lets every core begin where that of `other`, a potential of the same elements, does, where that
/// is nearer.
void lower_core(ace::Potential& potential, const ace::Potential& other);

/// Lets every core begin at the shortest distance of the data instead of a tenth below, or at
/// `shortest` (Å, of data that were not trained on) where that is nearer: where there are data
/// nothing changes, holes right below them are gone.  Done twice it is as done once.
void raise_core(ace::Potential& potential, const Eigen::MatrixXd& shortest);

}  // namespace mlip::fit
