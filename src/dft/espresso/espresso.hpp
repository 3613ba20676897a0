/// Quantum ESPRESSO as an Oracle: static scf runs that heal their own failures.
#pragma once

#include <memory>
#include <optional>

#include "dft/espresso/parameters.hpp"
#include "dft/oracle.hpp"
#include "dft/scratch_folders.hpp"

namespace mlip::dft::espresso {

class Espresso final : public Oracle, public MpiRanks {
 public:
  /// pw.x works in folders under `scratch.work`, which are removed; a failed attempt's input and
  /// output are kept under `scratch.kept`/failed/NAME, those of a good one, the output packed,
  /// under `scratch.kept`/accepted/NAME.  Throws core::UserError (missing_tool) where pw.x is not
  /// found.
  Espresso(Parameters parameters, ScratchFolders scratch);
  [[nodiscard]] core::Outcome label(const core::Structure& structure, const std::string& name,
                                    std::stop_token stop) const override;
  [[nodiscard]] core::Outcome label_from(const core::Structure& structure,
                                         const MagneticStart& start, const std::string& name,
                                         std::stop_token stop) const override;
  [[nodiscard]] core::Experience experience() const override;
  void learn(const core::Experience& others) const override;
  [[nodiscard]] std::string level_of_theory() const override;
  [[nodiscard]] double cost(const core::Structure& structure) const override;
  [[nodiscard]] std::string recipe() const override;
  /// Null where the user left the number open and there is no mpirun.
  [[nodiscard]] const MpiRanks* ranks() const override;

  [[nodiscard]] int asked() const override { return parameters_.mpi_ranks; }
  [[nodiscard]] int shared_points(const core::Structure& structure) const override;
  [[nodiscard]] std::shared_ptr<const Oracle> on(int ranks) const override;
  [[nodiscard]] std::optional<double> try_on(int ranks, const core::Structure& structure,
                                             double limit_seconds,
                                             std::stop_token stop) const override;

 private:
  Parameters parameters_;
  ScratchFolders scratch_;
  std::shared_ptr<Learning> learning_ = std::make_shared<Learning>();
};

/// `parameters` with a finer basis, mesh and convergence: what the noise of labels is measured by.
[[nodiscard]] Parameters tighter(const Parameters& parameters);

/// `parameters` for one isolated atom: Γ, spin-polarised by the element's free-atom moment,
/// smearing.
[[nodiscard]] Parameters isolated_atom_parameters(const Parameters& parameters, int atomic_number);

}  // namespace mlip::dft::espresso
