/// Energy, forces, virial, projections and γ of an ACE potential.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "ace/ctilde.hpp"
#include "ace/files.hpp"
#include "ace/potential.hpp"
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

/// Calculator of an ACE potential, exact radial functions.  Atoms of one structure run on OpenMP
/// threads with an ordered reduction: results do not depend on the thread count.
class Evaluator final : public potential::Calculator {
 public:
  explicit Evaluator(const Potential& potential, const ActiveSetInverse& active_set = {});
  explicit Evaluator(const CTildePotential& potential);
  Evaluator(Evaluator&&) noexcept;
  ~Evaluator() override;

  [[nodiscard]] double cutoff() const override;
  /// `descriptors` are the projections.
  [[nodiscard]] potential::Evaluation evaluate(
      const core::Structure& structure, const potential::Request& request = {}) const override;
  /// One atom, for a host that has its own neighbour list (LAMMPS).  Neighbours at or beyond the
  /// bond's rcut are ignored.  Thread-safe; `result` is reused to avoid allocation.
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
