/// VASP as an Oracle: static runs that heal their own failures.
#pragma once

#include <memory>

#include "dft/oracle.hpp"
#include "dft/scratch_folders.hpp"
#include "dft/vasp/parameters.hpp"

namespace mlip::dft::vasp {

class Vasp final : public Oracle {
 public:
  /// VASP works in folders under `scratch.work`, which are removed; a failed attempt's input and
  /// output are kept under `scratch.kept`/failed/NAME, those of a good one under
  /// `scratch.kept`/accepted/NAME, POTCAR never.  Throws core::UserError where VASP or a POTCAR
  /// file is not found, or the parameters are none that labels can be made with.
  Vasp(Parameters parameters, ScratchFolders scratch);
  [[nodiscard]] core::Outcome label(const core::Structure& structure, const std::string& name,
                                    std::stop_token stop) const override;
  [[nodiscard]] core::Outcome label_from(const core::Structure& structure,
                                         const MagneticStart& start, const std::string& name,
                                         std::stop_token stop) const override;
  [[nodiscard]] core::Experience experience() const override;
  void learn(const core::Experience& others) const override;
  /// Hash of all that decides a label, the text of the POTCAR files included.
  [[nodiscard]] std::string level_of_theory() const override;
  [[nodiscard]] double cost(const core::Structure& structure) const override;
  [[nodiscard]] std::string recipe() const override;

 private:
  Parameters parameters_;
  ScratchFolders scratch_;
  std::shared_ptr<Learning> learning_ = std::make_shared<Learning>();
};

/// Takes from each POTCAR file what the parameters leave open.  Throws core::UserError where a file
/// is missing, not whole, of another element or other than the parameters say, or where functionals
/// would mix.
void read_species(Parameters& parameters);

/// `parameters` with a finer basis, mesh and convergence: what the noise of labels is measured by.
[[nodiscard]] Parameters tighter(const Parameters& parameters);

/// `parameters` for one isolated atom: Γ, spin-polarised by the element's free-atom moment,
/// Gaussian smearing.
[[nodiscard]] Parameters isolated_atom_parameters(const Parameters& parameters, int atomic_number);

}  // namespace mlip::dft::vasp
