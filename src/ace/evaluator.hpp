/// Energy, forces, virial, projections and γ of an ACE potential.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "ace/ctilde.hpp"
#include "ace/files.hpp"
#include "ace/potential.hpp"
#include "core/neighbor_list.hpp"
#include "potential/calculator.hpp"

namespace mlip::ace {

/// One neighbour of the atom whose energy is wanted.
struct AtomNeighbor {
  core::Vec3 vector;  ///< r_j − r_i, Å
  int species;
};

/// Energy of one atom and its derivatives.
struct AtomResult {
  double energy = 0;                  ///< eV, with E0
  std::vector<core::Vec3> gradients;  ///< dE_i/d(vector_j), eV/Å, as many as neighbours
  std::vector<double> projections;    ///< B_f in canonical order; only where asked for
  double gamma = 0;                   ///< only where asked for and an active set is there
};

/// Calculator of an ACE potential.  Atoms of one species are evaluated eight at a time in vector
/// lanes, those of one structure on OpenMP threads with an ordered reduction: results do not depend
/// on the thread count.
class Evaluator final : public potential::Calculator {
 public:
  explicit Evaluator(const Potential& potential, const ActiveSetInverse& active_set = {},
                     RadialMode mode = RadialMode::exact);
  explicit Evaluator(const CTildePotential& potential, RadialMode mode = RadialMode::exact);
  Evaluator(Evaluator&&) noexcept;
  ~Evaluator() override;

  [[nodiscard]] double cutoff() const override;
  /// `descriptors` are the projections.
  [[nodiscard]] potential::Evaluation evaluate(
      const core::Structure& structure, const potential::Request& request = {}) const override;
  /// With the structure's own list, of at least cutoff().
  [[nodiscard]] potential::Evaluation evaluate(const core::Structure& structure,
                                               const core::NeighborList& list,
                                               const potential::Request& request = {}) const;
  /// Atoms of one species, for a host that has its own neighbour list (LAMMPS); best a multiple of
  /// eight of them.  Neighbours at or beyond the bond's rcut are ignored.  Thread-safe; `results`
  /// are reused to avoid allocation.
  void atoms(int species, std::span<const std::span<const AtomNeighbor>> neighbors,
             const potential::Request& request, std::span<AtomResult> results) const;
  /// One atom.
  void atom(int species, std::span<const AtomNeighbor> neighbors, const potential::Request& request,
            AtomResult& result) const;
  /// Species index of an atomic number, or none.
  [[nodiscard]] std::optional<int> species_of(int atomic_number) const;
  [[nodiscard]] bool has_active_set() const;

 private:
  struct Tables;
  std::unique_ptr<const Tables> tables_;
};

}  // namespace mlip::ace
