/// Quantum ESPRESSO as an Oracle: static scf runs that heal their own failures.
#pragma once

#include <filesystem>
#include <memory>

#include "dft/espresso/parameters.hpp"
#include "dft/oracle.hpp"

namespace mlip::dft::espresso {

struct Lessons;

class Espresso final : public Oracle {
 public:
  /// Scratch folders are made under `scratch` and removed after success; a failed attempt's input
  /// and output are kept under `scratch`/failed/NAME, those of a good one, the output packed, under
  /// `scratch`/accepted/NAME.  Throws core::UserError (missing_tool) where
  /// pw.x is not found.
  Espresso(Parameters parameters, const std::filesystem::path& scratch);
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

 private:
  struct Learnt;
  [[nodiscard]] Lessons lessons() const;

  Parameters parameters_;
  std::filesystem::path scratch_;
  std::shared_ptr<Learnt> learnt_;
};

/// `parameters` with a finer basis, mesh and convergence: what the noise of labels is measured by.
[[nodiscard]] Parameters tighter(const Parameters& parameters);

/// `parameters` for one isolated atom: Γ, spin-polarised by the element's free-atom moment,
/// smearing.
[[nodiscard]] Parameters isolated_atom_parameters(const Parameters& parameters, int atomic_number);

}  // namespace mlip::dft::espresso
