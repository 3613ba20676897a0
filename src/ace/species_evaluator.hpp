/// Energies of atoms of one species, eight at a time.
#pragma once

#include <array>
#include <span>

#include "ace/atomic_base.hpp"
#include "ace/core_switch.hpp"
#include "ace/energy_program.hpp"
#include "ace/evaluator.hpp"
#include "ace/grade.hpp"

namespace mlip::ace {

class SpeciesEvaluator {
 public:
  /// `projected`: B functions of the species, where projections or grades are wanted.  `bin_width`
  /// > 0 (Å): functions of a distance as splines.
  SpeciesEvaluator(const CTildePotential& potential, std::span<const int> numbers, int species,
                   std::span<const Function> projected, double bin_width);
  void set_grade(Grade grade) { grade_ = std::move(grade); }
  /// At most eight atoms; see Evaluator::atoms.
  void evaluate(std::span<const std::span<const AtomNeighbor>> neighbors,
                const potential::Request& request, std::span<AtomResult> results) const;

 private:
  using Neighbors = std::span<const std::span<const AtomNeighbor>>;
  /// Of one thread.
  struct Scratch {
    std::array<Neighborhood, lanes> hoods;
    std::array<CoreSwitch::State, lanes> cores;
    LaneBuffer sums, A, rho, slopes, seed, projections;
    EnergyScratch energy;
    Grade::Scratch grade;
  };
  static Scratch& scratch_of_thread();

  void find_densities(Neighbors neighbors, Scratch& scratch) const;
  [[nodiscard]] double embed_lane(std::size_t lane, Scratch& scratch) const;
  void find_energies(Neighbors neighbors, Scratch& scratch, std::span<AtomResult> results) const;
  void find_gradients(Neighbors neighbors, Scratch& scratch, std::span<AtomResult> results) const;
  void project(const potential::Request& request, Scratch& scratch,
               std::span<AtomResult> results) const;

  AtomicBase base_;
  EnergyProgram energy_;
  CoreSwitch core_;
  Embedding embedding_;
  double E0_;
  std::optional<Grade> grade_;
};

}  // namespace mlip::ace
